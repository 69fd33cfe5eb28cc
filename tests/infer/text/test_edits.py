"""Applying and reverting edits are inverse to each other, and edits that do not fit are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer import Edit, apply_edits, revert_edits

PART = st.text(st.one_of(st.characters(), st.sampled_from("ab \n\r\t’")), max_size=6)
PARTS = st.lists(st.tuples(PART, PART, PART), max_size=6)


def text_and_edits(parts: list[tuple[str, str, str]], tail: str) -> tuple[str, str, list[Edit]]:
    """A text, its edited form and the edits between them, from (unchanged, source, replacement) triples."""
    text = after = ""
    edits = []
    for unchanged, source, replacement in parts:
        text += unchanged
        edits.append(Edit(len(text), len(text) + len(source), source, replacement))
        text += source
        after += unchanged + replacement
    return text + tail, after + tail, edits


@settings(max_examples=50)
@given(PARTS, PART)
def test_applying_puts_replacements_between_untouched_parts(
    parts: list[tuple[str, str, str]], tail: str
) -> None:
    text, after, edits = text_and_edits(parts, tail)
    assert apply_edits(text, edits) == after


@settings(max_examples=50)
@given(PARTS, PART)
def test_reverting_is_the_inverse(parts: list[tuple[str, str, str]], tail: str) -> None:
    text, after, edits = text_and_edits(parts, tail)
    assert revert_edits(after, edits) == text
    assert revert_edits(apply_edits(text, edits), edits) == text


def test_no_edits_change_nothing() -> None:
    assert apply_edits("a\r\nb", []) == revert_edits("a\r\nb", []) == "a\r\nb"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 3, "the", "a"), Edit(2, 5, "e h", "x")],
        [Edit(4, 8, "home", "house"), Edit(0, 3, "the", "a")],
        [Edit(0, 3, "The", "a")],
        [Edit(0, 4, "the", "a")],
        [Edit(4, 2, "", "a")],
        [Edit(-4, 8, "home", "house")],
        [Edit(8, 12, "home", "house")],
    ],
    ids=["overlap", "order", "case", "longer", "backwards", "negative", "outside"],
)
def test_edits_that_do_not_fit_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="edit at"):
        apply_edits("the home", edits)


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(4, 9, "house", "hut")],
        [Edit(4, 8, "hose", "home"), Edit(6, 8, "se", "me")],
        [Edit(4, 8, "hose", "home"), Edit(0, 3, "a", "the")],
    ],
    ids=["other text", "overlap", "order"],
)
def test_reverting_another_text_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="edit at"):
        revert_edits("the home", edits)


def test_edits_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Edit(0, 1, "a", "b").start = 2  # type: ignore[misc]
    assert Edit(0, 1, "a", "b").confidence == 1.0
