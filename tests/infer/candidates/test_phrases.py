"""Phrase lookup against a naive longest match from left to right."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.candidates.phrases import PhraseTable, fold_spans, phrase_key
from despin.infer.text.tokens import tokenize

PHRASE = st.lists(st.sampled_from(["a", "b", "c", "-"]), min_size=1, max_size=4).map(" ".join)
TABLE = st.dictionaries(PHRASE, st.integers(), max_size=8)
TEXT = st.lists(
    st.sampled_from(["a", "b", "c", "A", "B", "-", "é", " ", " ", "\n", "\t", "\u00a0", "\r\n"]), max_size=40
).map("".join)


def matches(table: PhraseTable[int], text: str) -> list[tuple[str, int]]:
    """Surface form and value of each match."""
    tokens = tokenize(text)
    return [
        (text[tokens[start].start : tokens[end - 1].end], value)
        for start, end, value in table.find(text, tokens)
    ]


@settings(max_examples=40)
@given(TABLE, TEXT)
def test_the_longest_key_wins_at_each_position(entries: dict[str, int], text: str) -> None:
    keys = {phrase_key(phrase): value for phrase, value in entries.items()}
    tokens = tokenize(text)
    expected, i = [], 0
    while i < len(tokens):
        for end in range(len(tokens), i, -1):
            surface = text[tokens[i].start : tokens[end - 1].end]
            key = tuple(t.text.lower() for t in tokens[i:end])
            if key in keys and "\n" not in surface:
                expected.append((i, end, keys[key]))
                i = end - 1
                break
        i += 1
    assert list(PhraseTable(entries).find(text, tokens)) == expected


@settings(max_examples=40)
@given(TABLE)
def test_each_entry_is_found(entries: dict[str, int]) -> None:
    table = PhraseTable(entries)
    assert len(table) == len(entries)
    assert all(table.get(phrase) == value for phrase, value in entries.items())
    assert table.get("no such phrase") is None


def test_the_search_continues_after_a_match() -> None:
    table = PhraseTable({"loss": 1, "loss of life": 2, "life of": 3})
    assert matches(table, "Loss of life of loss of lives") == [("Loss of life", 2), ("loss", 1)]


def test_a_longer_key_that_does_not_match_leaves_the_shorter_one() -> None:
    table = PhraseTable({"a b c": 3, "a": 1, "b": 2})
    assert matches(table, "a b d a b") == [("a", 1), ("b", 2), ("a", 1), ("b", 2)]


def test_a_match_never_crosses_a_line_break() -> None:
    table = PhraseTable({"white house": 2, "white": 1})
    assert matches(table, "white\nhouse white\r\nhouse white  house") == [
        ("white", 1), ("white", 1), ("white  house", 2),
    ]  # fmt: skip


def test_inner_capitals_must_occur_as_written() -> None:
    table = PhraseTable({"US": 1, "us": 2, "iPhone": 3, "US forces": 4})
    assert matches(table, "US us Us IPHONE iPhone us forces") == [
        ("US", 1), ("us", 2), ("Us", 2), ("iPhone", 3), ("us forces", 4),
    ]  # fmt: skip
    assert PhraseTable({"US": 1}).get("us") is None


def test_an_exact_key_that_fails_leaves_the_shorter_one() -> None:
    table = PhraseTable({"e": 1, "e-US": 2})
    assert matches(table, "e-us e-US") == [("e", 1), ("e-US", 2)]


def test_curly_and_straight_apostrophes_are_equal() -> None:
    assert matches(PhraseTable({"didn't": 1}), "Didn’t didn't") == [("Didn’t", 1), ("didn't", 1)]


def test_empty_keys_are_left_out() -> None:
    table = PhraseTable([("", 1), ("  ", 2), ("a", 3)])
    assert len(table) == 1 and matches(table, "  a  ") == [("a", 3)]


def test_the_text_around_the_words_is_not_folded() -> None:
    """Folding the entire text for each segment would take quadratic time."""

    class EntireText(str):
        def lower(self) -> str:
            raise AssertionError("the entire text is folded")

    text = EntireText("Some İ text before. The Decrease Home’s end. Some text after.")
    spans = [(m.start(), m.end()) for m in re.finditer(r"The|Decrease|Home’s", text)]
    assert fold_spans(text, spans) == ["the", "decrease", "home's"]
    assert fold_spans(text, [(5, 6)]) == ["İ"]
    assert fold_spans(text, []) == []
