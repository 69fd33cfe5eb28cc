"""Guards: what no model may do, and what a hint allows."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.candidates.slots import Slot
from despin.infer.guards.context import GuardContext
from despin.infer.guards.names import NAME_CONFIDENCE
from despin.infer.guards.rules import CERTAIN, GUARDS, first_refusal

BIT = st.sampled_from(["not", "n't", "don't", "5", "50", "home", "House", ",", "’", "no", "north", "never"])
WORDING = st.lists(BIT, min_size=1, max_size=10).map(" ".join)


def slot(source: str, *hints: str, **more: Any) -> Slot:
    """A slot that holds ``source``."""
    return Slot(0, len(source), source, hints, **more)


def refused_by(
    slot: Slot,
    replacement: str,
    names: Collection[str] = GUARDS,
    confidence: float = 1.0,
    context: GuardContext | None = None,
) -> str | None:
    """The name of the guard that refuses a replacement."""
    guard = first_refusal(slot, replacement, names, confidence, context)
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
    doubtful = {"confidence": CERTAIN - 0.01}
    assert refused_by(slot("Capital", "Washington", **known), "Washington", **doubtful) == "name"
    assert refused_by(slot("Fb", "Facebook", names=("Facebook",)), "Facebook", confidence=CERTAIN) is None
    assert refused_by(slot("Capital", "Washington", at_sentence_start=True, **known), "Washington") is None
    assert refused_by(slot("capital", "Washington", **known), "Washington") is None
    assert refused_by(slot("Home", "House", **known), "House") is None
    assert (
        refused_by(slot("Credit score Suisse", "Credit Suisse", names=("Credit Suisse",)), "Credit Suisse")
        is None
    )
    assert refused_by(slot("I'm", "I am", names=("I am",)), "I am") is None


@pytest.mark.parametrize(
    ("source", "replacement", "guard"),
    [
        ("hundreds of", "thousands of", "figures"),
        ("thousands and thousands", "millions", "figures"),
        ("a pair of", "a few", "figures"),
        ("At least one", "One", "figures"),
        ("for a few years", "for many years", "figures"),
        ("every other", "any other", "figures"),
        ("optimum", "maximum", "figures"),
        ("one of the best", "the best", "figures"),
        ("little doubt", "no doubt", "figures"),
        ("Murderer", "Assassin", None),
        ("assault", "rape", "hurtful"),
        ("Slay", "Murder", "hurtful"),
        ("home", "house", None),
    ],
)
def test_what_takes_certainty(source: str, replacement: str, guard: str | None) -> None:
    assert refused_by(slot(source), replacement, confidence=CERTAIN - 0.01) == guard
    assert refused_by(slot(source), replacement, confidence=CERTAIN) is None


def test_what_no_confidence_allows() -> None:
    assert refused_by(slot("kilometer"), "mile", confidence=1.0) == "figures"
    assert refused_by(slot("ten years"), "decades", confidence=1.0) == "figures"
    assert refused_by(slot("is not"), "is important", confidence=1.0) == "negation"
    assert refused_by(slot("You never"), "You don't", confidence=1.0) == "negation"


def in_text(text: str, source: str, replacement: str, confidence: float = 0.7) -> str | None:
    """The guard that refuses to replace the last occurrence of a wording in a text."""
    start = text.rindex(source)
    slot = Slot(start, start + len(source), source, (replacement,))
    context = GuardContext.of(text, {"home", "white", "house", "lady", "woman", "wooden"}.__contains__)
    return refused_by(slot, replacement, confidence=confidence, context=context)


@pytest.mark.parametrize(
    ("text", "source", "replacement", "guard"),
    [
        ("Nora Lively left.", "Lively", "Active", "name"),
        ("Mr. Present left.", "Present", "Current", "name"),
        ("Aaron Choose left.", "Choose", "Judge", None),
        ("Lively Street was closed.", "Lively", "Active", "name"),
        ("They closed it. Lively Road was shut.", "Lively", "Active", "name"),
        ("Lively streets were closed.", "Lively", "Active", None),
        ("Tim Prepare dinner left.", "Prepare dinner", "Cook", None),
        ("Mr. Choose left.", "Choose", "Judge", "name"),
        ("Aaron Wooden left.", "Wooden", "Wood", "name"),
        ("Carl Wooden left. Wooden came back.", "Wooden", "Wood", "name"),
        ("the ship The Lady Corrigan left.", "Lady", "Woman", "name"),
        ("The Lady Corrigan left.", "The Lady", "The Woman", "name"),
        ("In the end the Lady Corrigan was left behind.", "the Lady", "the woman", "name"),
        ("The lady Corrigan met left.", "The lady", "The woman", None),
        ("we saw Rich Corrigan there", "Rich", "Wealthy", "name"),
        ("we saw Rose Corrigan there", "Rose", "Climbed", "name"),
        ("at the White Home on Monday", "Home", "House", None),
        ("the Texas Home voted", "Home", "House", None),
        ("Lady Corrigan Leads Her White Guests", "Lady", "Woman", None),
        ("the wooden door", "wooden", "wood", None),
        ("they sold 12 pounds", "pounds", "beats", "figures"),
        ("he pounds the door", "pounds", "beats", None),
        ("they sold over 12 cars", "over", "about", "figures"),
        ("they went over the hill", "over", "about", None),
        ("it is one of the best entry within", "one of the best", "the best", None),
        ("it is one of the best entries within", "one of the best", "the best", "figures"),
    ],
)
def test_what_the_text_around_says(text: str, source: str, replacement: str, guard: str | None) -> None:
    assert in_text(text, source, replacement) == guard


def test_a_word_beside_a_name_takes_confidence_and_a_surname_stays() -> None:
    ship = "the ship The Lady Corrigan left."
    assert in_text(ship, "Lady", "Woman", NAME_CONFIDENCE) is None
    assert in_text("Nora Lively left.", "Lively", "Active", 1.0) == "name"


def test_a_phrase_of_the_dictionary_behind_a_name_takes_certainty() -> None:
    text = "Nora Close to the door left."
    assert in_text(text, "Close to", "Near", CERTAIN - 0.01) == "name"
    assert in_text(text, "Close to", "Near", CERTAIN) is None
    assert in_text("the Stanley Financial institution", "Financial institution", "Bank", 0.7) is None


def test_a_slot_at_the_start_of_a_segment_is_judged_by_the_text() -> None:
    text = "It is known that in the end and at long last the Capital spoke."
    start = text.index("Capital")
    known = Slot(start, start + 7, "Capital", ("Washington",), names=("Washington",), at_sentence_start=True)
    context = GuardContext.of(text)
    assert refused_by(known, "Washington", confidence=0.7, context=context) == "name"


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
