"""Operating points: the likeliest wording, the one of least expected word error, and their edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.candidates.slots import Slot
from despin.infer.decision.confidence import Logistic
from despin.infer.decision.selection import (
    least_risk_wording,
    likeliest_wording,
    make_edit,
    with_alternatives,
    word_distance,
)

SLOT = Slot(4, 17, "decrease home", ("lower house", "lower home", "house"), (0.3, 0.3, 0.3), 0.1)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("a b", "a b", 0), ("a", "", 1), ("a b c", "a x c", 1), ("a b", "b", 1), ("a b", "b a", 2)],
)
def test_word_distance(a: str, b: str, distance: int) -> None:
    assert word_distance(tuple(a.split()), tuple(b.split())) == distance
    assert word_distance(tuple(b.split()), tuple(a.split())) == distance


def test_a_tie_keeps_the_wording() -> None:
    assert likeliest_wording([0.5, 0.5]) == 0
    assert likeliest_wording([0.2, 0.3, 0.5]) == 2


def test_least_risk_takes_the_wording_nearest_to_all_likely_ones() -> None:
    # Keeping is the most likely, but "lower home" is one word from it and one from "lower house".
    assert likeliest_wording([0.4, 0.3, 0.3, 0.0]) == 0
    assert least_risk_wording(SLOT, [0.4, 0.3, 0.3, 0.0]) == 2
    assert least_risk_wording(SLOT, [1.0, 0.0, 0.0, 0.0]) == 0


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=2))
def test_single_words_of_two_choices_are_as_likely_as_they_are_safe(weights: list[float]) -> None:
    slot = Slot(0, 4, "home", ("house",), (0.5,), 0.5)
    total = sum(weights)
    probabilities = [weight / total for weight in weights]
    assert least_risk_wording(slot, probabilities) == likeliest_wording(probabilities)


def test_the_edit_carries_the_calibrated_probability_and_the_alternatives_the_rest() -> None:
    probabilities = [0.1, 0.6, 0.2, 0.1]
    assert make_edit(SLOT, probabilities, 0, None) is None
    edit = make_edit(SLOT, probabilities, 1, Logistic(1.0, 0.0))
    assert edit is not None
    assert (edit.start, edit.end, edit.replacement, edit.confidence) == (4, 17, "lower house", 0.6)
    full = with_alternatives(edit, SLOT, probabilities, 1, 2)
    assert full.alternatives == (("lower home", 0.2), ("decrease home", 0.1))


def test_an_edit_takes_the_article_along_where_only_the_source_agrees_with_it() -> None:
    slot = Slot(3, 21, "irregular woodland", ("random forest", "uneven forest"), (0.5, 0.3), 0.2, "an", "An ")
    probabilities = [0.1, 0.6, 0.3]
    edit = make_edit(slot, probabilities, 1, None)
    assert edit is not None
    assert (edit.start, edit.source, edit.replacement) == (0, "An irregular woodland", "A random forest")
    full = with_alternatives(edit, slot, probabilities, 1, 2)
    assert [wording for wording, _ in full.alternatives] == ["An uneven forest", "An irregular woodland"]
    plain = make_edit(slot, probabilities, 2, None)
    assert plain is not None and (plain.start, plain.replacement) == (3, "uneven forest")
    # An article that the source does not agree with either is that of the original.
    wrong = Slot(2, 20, "irregular woodland", ("random forest",), (0.5,), 0.5, "a", "a ")
    kept = make_edit(wrong, [0.2, 0.8], 1, None)
    assert kept is not None and (kept.start, kept.replacement) == (2, "random forest")
