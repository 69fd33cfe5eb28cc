from __future__ import annotations

from pathlib import Path

import pytest

from despin.bench.edit_kinds import KINDS, KindCounts
from despin.bench.measure import Result
from despin.bench.plots import plots
from despin.metrics.edit_scores import EditCounts

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[bench]'")


def test_pictures_of_what_ran(tmp_path: Path) -> None:
    kinds = {kind: KindCounts(1, 2, n) for n, kind in enumerate(KINDS)}
    ran = Result(
        "despin", counts=(EditCounts(1, 2, 3),), kinds=kinds, words_per_second=9.0, peak_bytes=1 << 28
    )
    plots([Result("copy", not_run="why"), ran], tmp_path / "deep")
    for name in ("quality-speed.png", "kinds.png"):
        assert (tmp_path / "deep" / name).read_bytes().startswith(b"\x89PNG")


def test_nothing_ran(tmp_path: Path) -> None:
    plots([Result("copy", not_run="why")], tmp_path)
    assert list(tmp_path.iterdir()) == []
