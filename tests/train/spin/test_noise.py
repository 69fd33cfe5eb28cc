"""Substitutions outside the dictionary."""

from __future__ import annotations

import random

from despin.infer import Edit
from despin.train import Entry
from despin.train.spin.noise import Noise

ENTRIES = [
    Entry("big", "massive", "A", "observed", 1),
    Entry("big", "large", "A", "observed", 1),
    Entry("huge", "massive", "A", "observed", 1),
    Entry("huge", "monstrous", "A", "observed", 1),
    Entry("huge", "large", "A", "observed", 1),
    Entry("many", "a lot of", "A", "observed", 1),
    Entry("vast", "a lot of", "A", "observed", 1),
]


def test_near_forms_are_two_steps_away_but_not_one() -> None:
    noise = Noise(ENTRIES)
    assert noise.near("big", "massive") == ["monstrous"]
    assert noise.near("Big", "MASSIVE") == ["monstrous"]
    assert noise.near("huge", "monstrous") == []
    assert noise.near("many", "a lot of") == []  # phrases are excluded


def test_the_given_share_is_replaced_and_capitals_are_copied() -> None:
    noise = Noise(ENTRIES)
    edits = [Edit(0, 3, "Big", "Massive")] * 2000
    changed = noise.apply(edits, 0.3, random.Random(1))
    share = sum(e.replacement == "Monstrous" for e in changed) / len(changed)
    assert 0.26 < share < 0.34
    assert {e.replacement for e in changed} == {"Massive", "Monstrous"}
    assert noise.apply(edits, 0.0, random.Random(1)) == edits
    without_near = [Edit(0, 4, "huge", "monstrous")] * 50
    assert noise.apply(without_near, 1.0, random.Random(1)) == without_near
