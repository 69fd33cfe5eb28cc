"""Token offsets are exact, and nothing but white space lies between tokens."""

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
    assert [token.text for token in tokenize(text)] == tokens


@settings(max_examples=50)
@given(TEXT)
def test_every_character_is_in_one_token_or_is_white_space(text: str) -> None:
    last = 0
    for token in tokenize(text):
        assert token.start >= last and text[token.start : token.end] == token.text != ""
        assert text[last : token.start].strip() == ""
        last = token.end
    assert text[last:].strip() == ""


@settings(max_examples=50)
@given(TEXT)
def test_a_token_is_a_word_or_one_character(text: str) -> None:
    for token in tokenize(text):
        if is_word(token.text):
            assert all(c.isalnum() or c in "'’" for c in token.text)
            assert token.text[-1].isalnum()
        else:
            assert len(token.text) == 1 and not token.text.isalnum()


@settings(max_examples=50)
@given(TEXT, st.data())
def test_a_slice_is_tokenized_like_a_text_of_its_own(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    alone = [Token(t.text, t.start + start, t.end + start) for t in tokenize(text[start:end])]
    assert tokenize(text, start, end) == alone


@settings(max_examples=50)
@given(TEXT)
def test_folding_keeps_the_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text) and fold(folded) == folded


def test_folding() -> None:
    assert fold("DON’T") == "don't"
    assert fold("İstanbul") == "İstanbul"


def test_punctuation_is_no_word() -> None:
    assert is_word("a") and is_word("3rd") and is_word("é")
    assert not is_word("-") and not is_word("_") and not is_word("'") and not is_word("")
