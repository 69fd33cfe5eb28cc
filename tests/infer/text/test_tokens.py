"""Tokens lie in the text where they say, and nothing but white space lies between them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.tokens import Token, fold, is_word, tokenize

TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("ab'’_-.İßé \t\n\u00a0\u2028")), max_size=80
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("He didn't.", ["He", "didn't", "."]),
        ("don’t", ["don’t"]),
        ("the 1000's", ["the", "1000", "'s"]),
        ("e-mail", ["e", "-", "mail"]),
        ("rock'n'roll", ["rock'n'roll"]),
        ("dogs' 'tis", ["dogs", "'", "'", "tis"]),
        ("snake_case", ["snake", "_", "case"]),
        ("$3.50", ["$", "3", ".", "50"]),
        ("Æsir naïve 漢字", ["Æsir", "naïve", "漢字"]),
        (" \t\r\n", []),
        ("", []),
    ],
)
def test_tokens_of_english(text: str, tokens: list[str]) -> None:
    assert [w.text for w in tokenize(text)] == tokens


@settings(max_examples=50)
@given(TEXT)
def test_every_character_is_in_one_token_or_is_white_space(text: str) -> None:
    last = 0
    for word in tokenize(text):
        assert word.start >= last and text[word.start : word.end] == word.text != ""
        assert text[last : word.start].strip() == ""
        last = word.end
    assert text[last:].strip() == ""


@settings(max_examples=50)
@given(TEXT)
def test_a_token_is_a_word_or_one_character(text: str) -> None:
    for word in tokenize(text):
        if is_word(word.text):
            assert all(c.isalnum() or c in "'’" for c in word.text)
            assert word.text[-1].isalnum()
        else:
            assert len(word.text) == 1 and not word.text.isalnum()


@settings(max_examples=50)
@given(TEXT, st.data())
def test_a_window_is_read_as_if_it_stood_alone(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    alone = [Token(w.text, w.start + start, w.end + start) for w in tokenize(text[start:end])]
    assert tokenize(text, start, end) == alone


@settings(max_examples=50)
@given(TEXT)
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text) and fold(folded) == folded


def test_folding() -> None:
    assert fold("DON’T") == "don't"
    assert fold("İstanbul") == "İstanbul"


def test_punctuation_is_no_word() -> None:
    assert is_word("a") and is_word("3rd") and is_word("é")
    assert not is_word("-") and not is_word("_") and not is_word("'") and not is_word("")
