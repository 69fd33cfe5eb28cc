"""Intervals and p-values against what can be worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.metrics.edit_scores import EditCounts, sum_counts
from despin.metrics.significance import interval, p_value

DOCUMENT = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
    lambda n: EditCounts(correct=n[0], proposed=n[0] + n[1], gold=n[0] + n[2])
)


def document(correct: int, proposed: int, gold: int) -> EditCounts:
    """Counts of one document."""
    return EditCounts(correct=correct, proposed=proposed, gold=gold)


def test_documents_that_are_all_alike_leave_nothing_to_chance() -> None:
    same = [document(6, 8, 10)] * 7
    assert interval(same) == pytest.approx((same[0].f05, same[0].f05))


def test_two_documents_give_three_scores() -> None:
    good, bad = document(10, 10, 10), document(0, 10, 10)
    # A sample holds the good one not at all, once or twice: 25, 50 and 25 in a hundred.
    assert interval([good, bad], 0.95) == (0.0, 1.0)
    assert interval([good, bad], 0.40) == pytest.approx((0.5, 0.5))
    assert p_value([good, good], [good, bad]) == pytest.approx(0.25, abs=0.02)


@settings(max_examples=20, deadline=None)
@given(st.lists(DOCUMENT, min_size=1, max_size=12))
def test_the_score_itself_is_within_and_no_system_beats_itself(counts: list[EditCounts]) -> None:
    low, high = interval(counts, 0.999)
    assert 0 <= low <= high <= 1
    if len(set(counts)) == 1:
        assert low - 1e-9 <= sum_counts(counts).f05 <= high + 1e-9
    assert p_value(counts, counts) == 1.0


def test_a_system_better_everywhere_is_surely_better() -> None:
    ours, theirs = [document(8, 9, 10)] * 20, [document(7, 9, 10)] * 20
    assert p_value(ours, theirs) < 0.001 and p_value(theirs, ours) == 1.0


def test_a_rerun_gives_the_same() -> None:
    counts = [document(n % 7, 8, 9) for n in range(15)]
    assert interval(counts) == interval(counts) and p_value(counts, counts[::-1]) == p_value(
        counts, counts[::-1]
    )


def test_what_cannot_be_drawn_or_paired_is_told() -> None:
    with pytest.raises(ValueError, match="no documents"):
        interval([])
    with pytest.raises(ValueError, match="cannot be paired"):
        p_value([document(1, 1, 1)], [])
