"""Pieces word by word: they spell the word, and joined they are the text again."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from despin.infer.candidates.subwords import (
    EOS,
    HINT_SENTINELS,
    MAX_SLOTS,
    NUM_SENTINELS,
    SLOT_END,
    Subwords,
    hint_sentinel,
    slot_sentinel,
)
from despin.infer.text.tokens import tokenize
from despin.train.fit.random_tokenizer import tiny_tokenizer

TEXTS = ["the house of a man , it's home - mail ( house )"]
PROSE = st.lists(
    st.sampled_from(["house", "mail", "it's", "x", "é", "漢字", ";", "”", " ", " ", "\n"]), max_size=20
)
CHARACTER = st.characters(codec="utf-8", exclude_characters="▁")


@cache
def pieces() -> Subwords:
    """A tiny tokenizer's pieces."""
    return Subwords(Tokenizer.from_str(json.dumps(tiny_tokenizer(TEXTS, []))))


@settings(max_examples=50)
@given(st.text(CHARACTER, max_size=40))
def test_a_spaced_word_is_spelt_with_its_space(text: str) -> None:
    for word in tokenize(text):
        if word.start == 0 or text[word.start - 1].isspace():
            assert "".join(pieces().encode_word(text, word)) == "▁" + word.text


@settings(max_examples=50)
@given(PROSE.map("".join))
def test_a_mark_behind_a_word_has_no_space(text: str) -> None:
    for word in tokenize(text):
        if word.text in ";”" and word.start and not text[word.start - 1].isspace():
            assert pieces().encode_word(text, word) == (word.text,)


def test_a_word_behind_a_hyphen_or_bracket_is_the_word_it_is_elsewhere() -> None:
    text = "e-house (house"
    house = pieces().encode_phrase("house")
    assert [pieces().encode_word(text, w) == house for w in tokenize(text)] == [
        False,
        False,
        True,
        False,
        True,
    ]


@settings(max_examples=50)
@given(st.text(CHARACTER, max_size=20).map(str.strip))
def test_a_phrase_is_joined_again(phrase: str) -> None:
    assert Subwords.decode(list(pieces().encode_phrase(phrase))) == phrase


def test_no_word_can_forge_a_mark() -> None:
    text = f"{slot_sentinel(0)} {EOS} <pad>"
    made = [p for w in tokenize(text) for p in pieces().encode_word(text, w)]
    assert slot_sentinel(0) not in made and EOS not in made and "<pad>" not in made
    assert "".join(made) == "▁<extra_id_0>▁</s>▁<pad>"


def test_a_lone_surrogate_is_a_character_like_others() -> None:
    text = "a \ud800"
    assert pieces().encode_word(text, tokenize(text)[1])


def test_common_words_are_one_piece_and_rare_ones_are_spelt() -> None:
    text = "house huose"
    assert [pieces().encode_word(text, w) for w in tokenize(text)] == [
        ("▁house",),
        ("▁", "h", "u", "o", "s", "e"),
    ]


def test_marks_are_in_the_vocabulary_and_each_has_one_use() -> None:
    vocabulary = pieces().tokenizer.get_vocab()
    assert all(slot_sentinel(n) in vocabulary for n in range(NUM_SENTINELS))
    used = [*(slot_sentinel(n) for n in range(MAX_SLOTS)), SLOT_END, *(mark for _, mark in HINT_SENTINELS)]
    assert len(used) == len(set(used)) and set(used) <= {slot_sentinel(n) for n in range(NUM_SENTINELS)}


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_never_has_the_mark_of_a_smaller_one(one: float, other: float) -> None:
    order = [mark for _, mark in HINT_SENTINELS]  # from the greatest share down
    low, high = sorted((one, other))
    assert order.index(hint_sentinel(high)) <= order.index(hint_sentinel(low))
    for least, mark in HINT_SENTINELS:
        assert hint_sentinel(least) == mark


def test_a_saved_tokenizer_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(tiny_tokenizer(TEXTS, [])), encoding="utf-8")
    assert Subwords.load(file).encode_phrase("the house") == ("▁the", "▁house")


@pytest.mark.parametrize("content", ["", "{}", "no json", '{"model": {"type": "Unigram"}}'])
def test_what_is_no_tokenizer_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer\.json: not a tokenizer"):
        Subwords.load(file)


def test_a_missing_tokenizer_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Subwords.load(tmp_path / "tokenizer.json")
