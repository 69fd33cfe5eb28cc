"""Subword pieces word by word: joined, they are the token."""

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
    MAX_WORD_PIECES,
    NUM_SENTINELS,
    SLOT_END,
    UNKNOWN,
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
def test_the_pieces_of_a_word_after_a_space_spell_it(text: str) -> None:
    for token in tokenize(text):
        if token.start == 0 or text[token.start - 1].isspace():
            assert "".join(pieces().encode_word(text, token)) == "▁" + token.text


@settings(max_examples=50)
@given(PROSE.map("".join))
def test_punctuation_after_a_word_has_no_space(text: str) -> None:
    for token in tokenize(text):
        if token.text in ";”" and token.start and not text[token.start - 1].isspace():
            assert pieces().encode_word(text, token) == (token.text,)


def test_a_word_after_a_hyphen_or_bracket_has_its_usual_pieces() -> None:
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
def test_the_pieces_of_a_phrase_are_decoded_to_it(phrase: str) -> None:
    assert Subwords.decode(list(pieces().encode_phrase(phrase))) == phrase


def test_no_text_can_forge_a_sentinel() -> None:
    text = f"{slot_sentinel(0)} {EOS} <pad>"
    encoded = [p for w in tokenize(text) for p in pieces().encode_word(text, w)]
    assert slot_sentinel(0) not in encoded and EOS not in encoded and "<pad>" not in encoded
    assert "".join(encoded) == "▁<extra_id_0>▁</s>▁<pad>"


def test_a_lone_surrogate_can_be_encoded() -> None:
    text = "a \ud800"
    assert pieces().encode_word(text, tokenize(text)[1])


def test_common_words_are_one_piece_and_rare_ones_are_spelt_out() -> None:
    text = "house huose"
    assert [pieces().encode_word(text, w) for w in tokenize(text)] == [
        ("▁house",),
        ("▁", "h", "u", "o", "s", "e"),
    ]


def test_sentinels_are_in_the_vocabulary_and_each_has_one_use() -> None:
    vocabulary = pieces().tokenizer.get_vocab()
    assert all(slot_sentinel(n) in vocabulary for n in range(NUM_SENTINELS))
    used = [
        *(slot_sentinel(n) for n in range(MAX_SLOTS)),
        SLOT_END,
        *(sentinel for _, sentinel in HINT_SENTINELS),
    ]
    assert len(used) == len(set(used)) and set(used) <= {slot_sentinel(n) for n in range(NUM_SENTINELS)}


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1))
def test_the_order_of_hint_sentinels_follows_the_shares(a: float, b: float) -> None:
    order = [sentinel for _, sentinel in HINT_SENTINELS]  # in descending order of shares
    low, high = sorted((a, b))
    assert order.index(hint_sentinel(high)) <= order.index(hint_sentinel(low))
    for min_share, sentinel in HINT_SENTINELS:
        assert hint_sentinel(min_share) == sentinel


def test_a_saved_tokenizer_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(tiny_tokenizer(TEXTS, [])), encoding="utf-8")
    assert Subwords.load(file).encode_phrase("the house") == ("▁the", "▁house")


@pytest.mark.parametrize("content", ["", "{}", "no json", '{"model": {"type": "Unigram"}}'])
def test_an_invalid_tokenizer_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer\.json: not a tokenizer"):
        Subwords.load(file)


def test_a_missing_tokenizer_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Subwords.load(tmp_path / "tokenizer.json")


@pytest.mark.parametrize(
    "word", ["Ab3" * 8, "x" * 64, "x" * 65, "Ab3" * 2000, "漢" * 100_000, "é\u0301" * 500]
)
def test_the_pieces_of_a_word_are_bounded(word: str) -> None:
    found = pieces().encode(word, True)
    assert 0 < len(found) <= MAX_WORD_PIECES
    assert found[0].startswith("▁")
    # Nothing of a long word but its ends is read, and nothing of it kept.
    if len(word) > 64:
        assert UNKNOWN in found and pieces().encode(word[:40] + "…" + word[-40:], True) == found
        before = pieces()._cached.cache_info().currsize
        pieces().encode(word[:40] + "q" + word[40:], True)
        assert pieces()._cached.cache_info().currsize == before


def test_an_ordinary_word_is_shown_whole() -> None:
    assert "".join(pieces().encode("house", True)) == "▁house"
    assert UNKNOWN not in pieces().encode("house" * 4, True)
