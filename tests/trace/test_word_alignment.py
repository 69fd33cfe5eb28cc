"""Alignment of words: passages at different places are found, and nothing is lost."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from despin.trace import word_alignment
from despin.trace.word_alignment import align_words, best_stretch

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=40)


@given(WORDS, WORDS)
def test_the_units_take_all_words_and_pair_equal_ones(spun: list[str], original: list[str]) -> None:
    i = j = 0
    for unit in align_words(spun, original):
        if unit.is_equal:
            assert unit.takes_spun and unit.takes_original and spun[i] == original[j]
        i, j = i + unit.takes_spun, j + unit.takes_original
    assert (i, j) == (len(spun), len(original))


def moved_passage() -> tuple[list[str], list[str]]:
    """A passage of 60 words behind 100 other words in one text, and before 100 in the other."""
    rng = random.Random(1)
    words = [f"w{n}" for n in range(1000)]
    passage = rng.choices(words, k=60)
    common = ["the", "of", "and"]
    other = [rng.choice(common) if n % 3 else rng.choice(words) for n in range(200)]
    return other[:100] + passage, passage + other[100:]


def test_a_passage_at_another_place_is_found() -> None:
    units = align_words(*moved_passage())
    (start, end), score = best_stretch(units)
    assert score >= 60 and sum(unit.is_equal for unit in units[start:end]) >= 60
    assert not any(unit.is_equal for unit in (*units[:start], *units[end:]))


def test_not_where_its_table_would_be_too_large(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(word_alignment, "MAX_CELLS", 100)
    assert best_stretch(align_words(*moved_passage()))[1] < 30


def test_a_difference_costs_no_more_than_a_paragraph() -> None:
    units = align_words(["x"] * 30 + ["y"] * 400 + ["z"] * 30, ["x"] * 30 + ["z"] * 30)
    assert best_stretch(units)[0] == (0, len(units))
