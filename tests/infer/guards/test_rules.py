"""Guards: what no model may do, and what a hint allows."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.candidates.slots import Slot
from despin.infer.guards.rules import GUARDS, first_refusal

BIT = st.sampled_from(["not", "n't", "don't", "5", "50", "home", "House", ",", "’", "no", "north", "never"])
WORDING = st.lists(BIT, min_size=1, max_size=10).map(" ".join)


def slot(source: str, *hints: str, **more: Any) -> Slot:
    """A slot that holds ``source``."""
    return Slot(0, len(source), source, hints, **more)


def refused_by(slot: Slot, replacement: str, names: Collection[str] = GUARDS) -> str | None:
    """The name of the guard that refuses a replacement."""
    guard = first_refusal(slot, replacement, names)
    return guard.name if guard else None


@pytest.mark.parametrize(
    ("source", "replacement", "guard"),
    [
        ("home", "", "empty"),
        ("home", " ", "empty"),
        ("home", "…", "empty"),
        ("home", "house <unk>", "unknown"),
        ("home", "hou\ufffde", "unknown"),
        ("home", "hou ⁇", "unknown"),
        ("home", "Home", "same"),
        ("don't", "don’t", "same"),
        ("loss of life", "loss  of life", "same"),
        ("home", "a b c d e f g h i", "length"),
        ("home", "a b c d e f g h", None),
        ("ten", "10", None),
        ("10 homes", "11 houses", "figures"),
        ("3rd", "third", None),
        ("3rd", "second", "figures"),
        ("12 months", "year", None),
        ("12 months", "month", "figures"),
        ("two million", "two billion", "figures"),
        ("thousands and thousands", "millions", None),
        ("final Saturday", "last Saturday", None),
        ("Sunday evening", "Monday night", "dates"),
        ("April", "August", "dates"),
        ("home", "not a house", "negation"),
        ("did not go", "went", "negation"),
        ("didn't go", "went", "negation"),
        ("didn’t go", "did not go", None),
        ("neither", "no", None),
        ("notion", "idea", None),
        ("with out", "without", None),
        ("whether or not", "whether", None),
        ("Not possible", "Impossible", None),
        ("going home", "going home. It is late", "sentence"),
        ("north", "up", None),
        ("home", "house", None),
    ],
)
def test_what_is_refused(source: str, replacement: str, guard: str | None) -> None:
    assert refused_by(slot(source, replacement), replacement) == guard
    if guard is not None:
        assert refused_by(slot(source, replacement), replacement, [g for g in GUARDS if g != guard]) is None


def test_a_protected_place_is_refused_and_switched_on() -> None:
    assert refused_by(slot("home", "house", protected=True), "house") == "protected"
    assert refused_by(slot("home", "house", protected=True), "house", ["same"]) is None


def test_a_name_is_never_made_of_another_but_a_word_in_one_may_be_restored() -> None:
    known = {"names": ("Washington",)}
    assert refused_by(slot("Capital", "Washington", **known), "Washington") == "name"
    assert refused_by(slot("Capital", "Washington", at_sentence_start=True, **known), "Washington") is None
    assert refused_by(slot("capital", "Washington", **known), "Washington") is None
    assert refused_by(slot("Home", "House", **known), "House") is None
    assert (
        refused_by(slot("Credit score Suisse", "Credit Suisse", names=("Credit Suisse",)), "Credit Suisse")
        is None
    )
    assert refused_by(slot("I'm", "I am", names=("I am",)), "I am") is None


@settings(max_examples=40)
@given(WORDING, WORDING)
def test_what_passes_brings_no_new_amount_and_keeps_the_sense(source: str, replacement: str) -> None:
    if refused_by(slot(source), replacement) is None:
        figures = [set(re.findall(r"\d+", t)) for t in (source, replacement)]
        assert figures[0] == figures[1]
        denies = [
            any(w in ("not", "no", "never") or "n't" in w for w in t.split()) for t in (source, replacement)
        ]
        assert denies[0] == denies[1]
        assert source.lower() != replacement.lower()


@settings(max_examples=40)
@given(WORDING, st.lists(WORDING, max_size=3))
def test_the_wording_itself_is_never_an_edit(source: str, hints: list[str]) -> None:
    assert refused_by(slot(source, *hints), source) is not None
