from __future__ import annotations

import sys
from pathlib import Path

import pytest

from despin.bench.measure import score_outcome
from despin.bench.runner import run_in_subprocess, run_system
from despin.bench.systems.options import SystemOptions
from despin.bench.systems.registry import open_system
from despin.bench.systems.unchanged_text import UnchangedText
from despin.errors import SystemUnavailable
from despin.metrics.pairs import Pair

SPUN = ["the decrease home met", "We purchase it."]


def test_apart_gives_what_this_process_gives(tiny: Path) -> None:
    options = SystemOptions(tiny)
    here = run_system(open_system("inverse", options), SPUN, ["A clean text."])
    apart = run_in_subprocess("inverse", options, SPUN, ["A clean text."])
    assert (apart.restored, apart.restored_clean, apart.edits) == (here.restored, here.restored_clean, None)
    assert apart.size == (tiny / "inverse.tsv").stat().st_size
    assert apart.startup_seconds is not None and apart.startup_seconds > 0
    assert here.startup_seconds is None
    if sys.platform == "linux":
        assert apart.peak_bytes is not None and apart.peak_bytes > 1 << 20


def test_edits_and_scores_come_back(tiny_checkpoint: Path) -> None:
    options = SystemOptions(tiny_checkpoint, min_confidence=0.0, threads=1)
    texts = ["The decrease home of parliament uttered that prices elevated once more.", ""]
    here, apart = (
        run_system(open_system("despin", options), texts, texts),
        run_in_subprocess("despin", options, texts, texts),
    )
    assert apart.restored == here.restored
    assert apart.edits is not None and here.edits is not None
    assert [[(e.start, e.replacement, e.confidence) for e in each] for each in apart.edits] == [
        [(e.start, e.replacement, e.confidence) for e in each] for each in here.edits
    ]
    assert apart.scores == here.scores is not None


def test_a_reason_comes_back(tmp_path: Path) -> None:
    with pytest.raises(SystemUnavailable, match=r"no inverse\.tsv in"):
        run_in_subprocess("inverse", SystemOptions(tmp_path), SPUN)


def test_a_process_that_dies_is_a_reason(tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\necho first >&2\necho out of memory >&2\nexit 7\n", encoding="utf-8")
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    with pytest.raises(SystemUnavailable, match="ended with 7: out of memory"):
        run_in_subprocess("copy", SystemOptions(tiny), SPUN)


def test_how_well_changes_tell_spun_from_clean(tiny: Path) -> None:
    pairs = [Pair(str(n), s, s) for n, s in enumerate(SPUN)]
    clean = ["The sky is blue.", "We purchase bread every day of the week."]
    found = score_outcome(run_system(open_system("inverse", SystemOptions(tiny)), SPUN, clean), pairs, clean)
    # Changes a word: 1/2 and 1/3 in the spun texts, 0 and 1/8 in the clean ones.
    assert found.auroc == 1.0
    nothing = score_outcome(run_system(UnchangedText(), SPUN, clean), pairs, clean)
    assert nothing.auroc == 0.5
    assert score_outcome(run_system(UnchangedText(), SPUN), pairs).auroc is None
