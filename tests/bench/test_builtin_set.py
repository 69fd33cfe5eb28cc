from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from despin.bench import builtin_set as builtin
from despin.bench.builtin_set import CLEAN, ORIGINALS, PAIRS, read_withheld, spin_evenly
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import EMBEDDED
from despin.infer.text.edits import Edit
from despin.infer.text.tokens import fold
from despin.metrics.edit_scores import score_text, sum_counts
from despin.metrics.pairs import read_pairs
from despin.train.data.examples import PairsConfig, SiteConfig, load_mix


def test_there_are_sixty_of_each_over_twelve_domains() -> None:
    pairs = read_pairs([PAIRS])[0]
    assert len({p.id for p in pairs}) == len(pairs) == 60
    assert set(Counter(p.domain for p in pairs).values()) == {5}
    clean = [json.loads(line) for line in Path(CLEAN).read_text(encoding="utf-8").splitlines()]
    assert len({row["text"] for row in clean}) == 60
    assert len({row["domain"] for row in clean}) == len({p.domain for p in pairs}) == 12
    originals = [json.loads(line)["text"] for line in ORIGINALS.read_text(encoding="utf-8").splitlines()]
    assert [p.original for p in pairs] == originals


def test_no_training_dictionary_holds_what_is_withheld(root: Path) -> None:
    withheld = {(o, s) for o, wordings in read_withheld().items() for s in wordings}
    assert len(withheld) > 3000
    sites = tuple(SiteConfig(str(file)) for file in sorted((root / "configs" / "spin").glob("*.yaml")))
    known = {(fold(e.original), fold(e.spun)) for e in load_mix(PairsConfig(spin=sites)).entries}
    assert not withheld & known
    lexicon = InverseLexicon.load(EMBEDDED / "inverse.tsv")
    offered = [(o, s) for o, s in withheld if s in lexicon.forms and o in lexicon.forms[s].originals]
    assert offered == []


def test_half_of_the_substitutions_are_withheld() -> None:
    lexicon = InverseLexicon.load(EMBEDDED / "inverse.tsv")
    counts = sum_counts(score_text(p.spun, p.spun, p.original, lexicon) for p in read_pairs([PAIRS])[0])
    # Substitutions side by side are one change, and then not in the dictionary as a whole.
    assert 0.4 < counts.reachable / counts.gold < 0.55


def test_the_pairs_come_from_their_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = Path(PAIRS).read_text(encoding="utf-8")
    monkeypatch.setattr(builtin, "PAIRS", str(tmp_path / "pairs.jsonl"))
    builtin.write_pairs()
    assert (tmp_path / "pairs.jsonl").read_text(encoding="utf-8") == before


def test_as_many_of_the_one_kind_as_of_the_other() -> None:
    text = "one two three four five six"
    known = [
        Edit(0, 3, "one", "K1"),
        Edit(4, 7, "two", "K2"),
        Edit(8, 13, "three", "K3"),
        Edit(19, 23, "five", "K5"),
    ]
    for seed in range(20):
        spun = spin_evenly(text, known, {"two": ["w2"], "six": ["w6"]}, random.Random(seed)).split()
        assert len(spun) == 6
        kinds = Counter(word[0] for word in spun)
        assert kinds["K"] == kinds["w"] > 0
