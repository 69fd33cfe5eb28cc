from __future__ import annotations

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts

SPUN = "The decrease home met on Monday.\nHis loss of life was quickly felt."
ORIGINAL = "The lower house met on Monday.\nHis death was soon felt."
HALF = "The lower house met on Monday.\nHis death was quickly felt."


def test_counts_by_hand(lexicon: InverseLexicon) -> None:
    # Needed: decrease > lower, home > house, loss of life > death, quickly > soon; all are in the dictionary.
    # Distances in words: 2 + 4 before, 0 + 1 after. Five-grams of the original: 3 + 2 (7 and 6 tokens).
    assert score_text(SPUN, HALF, ORIGINAL, lexicon) == EditCounts(
        correct=3, proposed=3, gold=4, distance=1, distance_before=6, length=13,
        ngrams_recovered=3, ngrams_before=0, ngrams=5, reachable=4, reachable_correct=3,
    )  # fmt: skip


def test_scores_by_hand() -> None:
    counts = EditCounts(
        correct=3, proposed=4, gold=5, distance=3, distance_before=7, length=20,
        ngrams_recovered=3, ngrams_before=1, ngrams=8, reachable=4, reachable_correct=3,
    )  # fmt: skip
    assert counts.precision == 0.75
    assert counts.recall == 0.6
    assert counts.f05 == pytest.approx(0.714286, abs=1e-6)  # 1.25 * 0.45 / (0.1875 + 0.6)
    assert (counts.error_rate_before, counts.error_rate) == (0.35, 0.15)
    assert (counts.ngram_recall_before, counts.ngram_recall) == (0.125, 0.375)
    assert counts.recall_reachable == 0.75
    assert counts.recall_unreachable == 0.0


def test_precision_weighs_more_than_recall() -> None:
    assert EditCounts(correct=1, proposed=1, gold=2).f05 > EditCounts(correct=1, proposed=2, gold=1).f05


def test_without_a_dictionary_the_split_is_left_out() -> None:
    counts = score_text(SPUN, HALF, ORIGINAL)
    assert counts.recall_reachable is None
    assert (counts.correct, counts.gold) == (3, 4)


def test_nothing_needed_and_nothing_done_is_perfect() -> None:
    counts = score_text("All is well.", "All is well.", "All is well.")
    assert (counts.precision, counts.recall, counts.f05, counts.error_rate) == (1, 1, 1, 0)
    assert counts.recall_unreachable is None


def test_empty_texts_have_scores_too() -> None:
    counts = score_text("", "", "")
    assert (counts.f05, counts.error_rate, counts.ngram_recall) == (1, 0, 1)


def test_copying_finds_nothing() -> None:
    counts = score_text(SPUN, SPUN, ORIGINAL)
    assert (counts.proposed, counts.recall, counts.f05) == (0, 0, 0)
    assert counts.distance == counts.distance_before


def test_the_right_place_with_the_wrong_wording_is_no_hit() -> None:
    counts = score_text("a big day", "a large day", "a great day")
    assert (counts.correct, counts.proposed, counts.gold) == (0, 1, 1)


def test_the_right_wording_in_the_wrong_place_is_no_hit() -> None:
    counts = score_text("big cats saw big dogs", "large cats saw big dogs", "big cats saw large dogs")
    assert (counts.correct, counts.proposed, counts.gold) == (0, 1, 1)


def test_capitals_count_and_quotes_do_not() -> None:
    assert score_text("big day", "Large day", "large day").correct == 0
    assert score_text("it isn’t big", "it isn’t large", "it isn't large").correct == 1


def test_a_five_gram_met_once_is_found_once() -> None:
    counts = score_text("x", "a b c d e", "a b c d e a b c d e")
    assert (counts.ngrams_recovered, counts.ngrams) == (1, 6)


def test_a_lost_line_break_costs_no_words() -> None:
    counts = score_text("a big day\nwent by", "a large day went by", "a large day\nwent by")
    assert (counts.correct, counts.distance) == (1, 0)


def test_counts_add_up() -> None:
    one, two = score_text(SPUN, HALF, ORIGINAL), score_text("a big day", "a big day", "a large day")
    both = sum_counts([one, two])
    assert both == one + two
    assert (both.gold, both.correct, both.length) == (5, 3, 16)
    assert sum_counts([]) == EditCounts()
