"""chrF, TER and sentences alike against cases worked out by hand."""

from __future__ import annotations

import pytest

from despin.bench.similarity import similarity

pytest.importorskip("sacrebleu")


def test_the_originals_themselves_are_perfect() -> None:
    found = similarity(["One two. Three.\nFour."], ["One two. Three.\nFour."])
    assert (found.chrf, found.ter, found.exact) == (100.0, 0.0, 1.0)
    assert "chrF" in found.signature or "nc:6" in found.signature


def test_one_word_of_four_is_an_edit_rate_of_a_quarter() -> None:
    found = similarity(["one two three five"], ["one two three four"])
    assert found.ter == 25.0 and 0 < found.chrf < 100 and found.exact == 0.0


def test_sentences_count_once_each_and_quotes_are_alike() -> None:
    found = similarity(["“One.” Two. Two. Five."], ['"One." Two. Three. Four.'])
    assert found.exact == 0.5


def test_lines_go_together_only_if_there_are_as_many() -> None:
    assert similarity(["Aa.\nBb."], ["Aa.\nCc."]).exact == 0.5
    assert similarity(["Aa. Bb."], ["Aa.\nCc."]).exact == 0.5


def test_there_must_be_a_text() -> None:
    with pytest.raises(ValueError, match="no texts to compare"):
        similarity([""], ["\n"])
