"""Pieces word by word: they spell the word, and joined they are the text again."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from despin.infer.pieces import END, SENTINELS, SLOT_LIMIT, Pieces, slot_mark
from despin.infer.words import words
from despin.train.tiny import tiny_tokenizer

TEXTS = ["the house of a man , it's home - mail ( house )"]
PROSE = st.lists(
    st.sampled_from(["house", "mail", "it's", "x", "é", "漢字", ";", "”", " ", " ", "\n"]), max_size=20
)
CHARACTER = st.characters(codec="utf-8", exclude_characters="▁")


@cache
def pieces() -> Pieces:
    """A tiny tokenizer's pieces."""
    return Pieces(Tokenizer.from_str(json.dumps(tiny_tokenizer(TEXTS, []))))


@given(st.text(CHARACTER, max_size=40))
def test_a_spaced_word_is_spelt_with_its_space(text: str) -> None:
    for word in words(text):
        if word.start == 0 or text[word.start - 1].isspace():
            assert "".join(pieces().of_word(text, word)) == "▁" + word.text


@given(PROSE.map("".join))
def test_a_mark_behind_a_word_has_no_space(text: str) -> None:
    for word in words(text):
        if word.text in ";”" and word.start and not text[word.start - 1].isspace():
            assert pieces().of_word(text, word) == (word.text,)


@pytest.mark.xfail(strict=True, reason="of_word takes the space off only where it is a piece of its own")
def test_a_word_behind_a_hyphen_or_bracket_has_no_space() -> None:
    text = "e-mail (house"
    assert ["".join(pieces().of_word(text, w)) for w in words(text)] == ["▁e", "-", "mail", "▁(", "house"]


@given(st.text(CHARACTER, max_size=20).map(str.strip))
def test_a_phrase_is_joined_again(phrase: str) -> None:
    assert Pieces.join(list(pieces().of_phrase(phrase))) == phrase


def test_no_word_can_forge_a_mark() -> None:
    text = f"{slot_mark(0)} {END} <pad>"
    made = [p for w in words(text) for p in pieces().of_word(text, w)]
    assert slot_mark(0) not in made and END not in made and "<pad>" not in made
    assert "".join(made) == "▁<extra_id_0>▁</s>▁<pad>"


@pytest.mark.xfail(strict=True, raises=TypeError, reason="the tokenizers package takes no lone surrogate")
def test_a_lone_surrogate_is_a_character_like_others() -> None:
    text = "a \ud800"
    assert pieces().of_word(text, words(text)[1])


def test_common_words_are_one_piece_and_rare_ones_are_spelt() -> None:
    text = "house huose"
    assert [pieces().of_word(text, w) for w in words(text)] == [("▁house",), ("▁", "h", "u", "o", "s", "e")]


def test_marks_are_in_the_vocabulary_and_stop_before_those_with_another_use() -> None:
    vocabulary = pieces().tokenizer.get_vocab()
    assert all(slot_mark(n) in vocabulary for n in range(SENTINELS))
    assert slot_mark(SLOT_LIMIT - 1) == "<extra_id_97>"


def test_a_saved_tokenizer_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(tiny_tokenizer(TEXTS, [])), encoding="utf-8")
    assert Pieces.load(file).of_phrase("the house") == ("▁the", "▁house")


@pytest.mark.parametrize("content", ["", "{}", "no json", '{"model": {"type": "Unigram"}}'])
def test_what_is_no_tokenizer_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer\.json: not a tokenizer"):
        Pieces.load(file)


def test_a_missing_tokenizer_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Pieces.load(tmp_path / "tokenizer.json")
