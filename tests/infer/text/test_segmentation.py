"""Segments join back to the text, respect the limit, and end at sentence boundaries where possible."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text import segmentation
from despin.infer.text.segmentation import CONTEXT_TOKENS, MAX_TOKENS, segment_text, sentence_spans
from despin.infer.text.tokens import Token, iter_tokens, tokenize

ODD = st.sampled_from(
    ["a", "Mr", "U", "the", "End", ".", "!", "?", "…", '"', "”", ")", "'", " ", " ", "\n", "\r\n"]
)
TEXT = st.one_of(st.text(max_size=60), st.lists(st.one_of(ODD, st.characters()), max_size=60).map("".join))
LIMIT = st.integers(1, 12)


def segments(text: str, limit: int = MAX_TOKENS) -> list[str]:
    """The segments' texts."""
    return [text[s.start : s.end] for s in segment_text(text, limit)]


@settings(max_examples=50)
@given(TEXT, LIMIT)
def test_segments_join_back_to_the_text(text: str, limit: int) -> None:
    assert "".join(segments(text, limit)) == text
    last = 0
    for part in segment_text(text, limit):
        assert part.start == last < part.end
        last = part.end
    assert last == len(text)


@settings(max_examples=50)
@given(TEXT, LIMIT)
def test_tokens_are_those_of_the_text_and_never_too_many(text: str, limit: int) -> None:
    parts = list(segment_text(text, limit))
    assert [token for part in parts for token in part.tokens] == tokenize(text)
    for part in parts:
        assert len(part.tokens) <= limit
        assert all(part.start <= t.start and t.end <= part.end for t in part.tokens)


@settings(max_examples=50)
@given(TEXT, LIMIT)
def test_a_line_break_ends_a_segment(text: str, limit: int) -> None:
    for part in segments(text, limit):
        assert "\n" not in part.rstrip("\n")


@settings(max_examples=50)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=12), st.integers(8, 20), st.sampled_from(" \t\u00a0"))
def test_a_sentence_that_fits_is_never_split(lengths: list[int], limit: int, space: str) -> None:
    sentences = ["Word" + " word" * (n - 1) + "." + space for n in lengths]
    ends, offset = set(), 0
    for sentence in sentences:
        offset += len(sentence)
        ends.add(offset)
    text = "".join(sentences)
    parts = list(segment_text(text, limit))
    assert {p.end for p in parts} <= ends
    # Packed: a segment and the sentence after it would not have fitted together.
    for part, following in pairwise(parts):
        first = text[following.start : following.end].split(".")[0].split()
        assert len(part.tokens) + len(first) + 1 > limit


def test_a_sentence_that_is_too_long_is_split_between_words() -> None:
    text = "aa " * 10
    assert segments(text, 4) == ["aa aa aa aa ", "aa aa aa aa ", "aa aa "]
    assert segments("Short one. Aa " + "aa " * 5, 5) == ["Short one. ", "Aa aa aa aa aa ", "aa "]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He left. She stayed.", ["He left. ", "She stayed."]),
        ("Why? Nobody knows!", ["Why? ", "Nobody knows!"]),
        ("He said “yes.” She left.", ["He said “yes.” ", "She left."]),
        ("(He left.) She stayed.", ["(He left.) ", "She stayed."]),
        ("It fell… and rose.", ["It fell… ", "and rose."]),
        ("He joined Smith Inc. The board met.", ["He joined Smith Inc. ", "The board met."]),
        ("He left the U.S. The board met.", ["He left the U.S. ", "The board met."]),
        ("He said no. Nobody met.", ["He said no. ", "Nobody met."]),
        ("It was [sic.] They met.", ["It was [sic.] ", "They met."]),
        ("It was 1999. They met.", ["It was 1999. ", "They met."]),
    ],
)
def test_where_sentences_end(text: str, parts: list[str]) -> None:
    assert segments(text, len(tokenize(text)) - 1) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith left early",
        "J. Smith left early",
        "the U.S. Senate left",
        "at 5 p.m. Monday he left",
        "see fig. Two below",
        "it is approx. five metres",
        "the site example.com Is down",
        "he came. then he left",
        "it rose 3.5 Points there",
        "1. First he left",
        "see no. 5 of these",
        "St. The Martin left",
        "on Mon. Sept. Five left",
    ],
)
def test_where_no_sentence_ends(text: str) -> None:
    limit = len(tokenize(text)) - 1
    head, tail = segments(text, limit)
    # No sentence end was seen, so the segment is filled to the limit.
    assert len(tokenize(head)) == limit and len(tokenize(tail)) == 1


LONG = "The board of the company met again on Monday and"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"{LONG}\nsaid nothing.\n", [f"{LONG}\nsaid nothing.\n"]),
        (f"{LONG}\r\nsaid nothing.\r\n", [f"{LONG}\r\nsaid nothing.\r\n"]),
        (f"{LONG}\n\nsaid nothing.", [f"{LONG}\n\n", "said nothing."]),
        (f"{LONG}:\nsaid nothing.", [f"{LONG}:\n", "said nothing."]),
        (f"{LONG}\nThe chair left.", [f"{LONG}\n", "The chair left."]),
        (f"{LONG}\n- said nothing.", [f"{LONG}\n", "- said nothing."]),
        ("A heading\nand a line of verse\nor two\n", ["A heading\n", "and a line of verse\n", "or two\n"]),
    ],
)
def test_wrapped_lines_are_one_paragraph_and_short_ones_are_not(text: str, parts: list[str]) -> None:
    assert segments(text) == parts


def test_sentences_are_where_a_segment_may_end() -> None:
    text = "Mr. Smith left. She “stayed.” Why?\n\nA heading\n1. It was late. "
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "Mr. Smith left.", "She “stayed.”", "Why?", "A heading", "1. It was late."
    ]  # fmt: skip
    assert list(sentence_spans("")) == list(sentence_spans(" \n")) == []


def test_a_segment_carries_its_left_context_within_the_paragraph() -> None:
    first, second, other = segment_text("One two three. Four five six.\nSeven.", 4)
    assert first.context == [] and other.context == []
    assert [t.text for t in second.context] == ["three", "."]
    parts = list(segment_text("word " * 200, 40))
    assert [len(p.context) for p in parts] == [0] + [CONTEXT_TOKENS] * 4
    assert all(p.context[-1].end <= p.start for p in parts[1:])


def test_lines_without_words_are_kept() -> None:
    assert segments("\n\na\r\n \n\tb") == ["\n\n", "a\r\n", " \n", "\tb"]
    assert segments("") == [] and segments(" ") == [" "]


def steps(text: str, limit: int) -> int:
    """Lines of segment.py run while ``text`` is split."""
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != segmentation.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for _ in segment_text(text, limit):
            pass
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "a line that was wrapped and is not short\nand ",
        "Short one. ",
        '"',
        '"" ',
        "a.) ",
        "! ",
        "\n",
        "x",
        ". ",
        "Mr. ",
    ],
)
def test_twice_the_text_costs_twice_the_steps(unit: str) -> None:
    once, twice = (steps(unit * n, 16) for n in (800, 1600))
    assert 0 < twice <= 2.01 * once + 100


@pytest.mark.parametrize("unit", ["word ", "é"])
def test_all_segments_together_hold_each_token_once(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    parts = list(segment_text(text))
    assert sum(len(p.tokens) for p in parts) == len(tokenize(text))
    assert sum(p.end - p.start for p in parts) == len(text)


def test_a_paragraph_of_any_length_is_read_token_by_token(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def counted(text: str, start: int, end: int) -> Iterator[Token]:
        nonlocal count
        for token in iter_tokens(text, start, end):
            count += 1
            yield token

    monkeypatch.setattr(segmentation, "iter_tokens", counted)
    text = "word, " * 50_000
    for number, segment in enumerate(segment_text(text), 1):
        assert count - number * MAX_TOKENS <= 1
        assert [token.text for token in segment.tokens] == ["word", ","] * (len(segment.tokens) // 2)
        assert segment.context == [] if number == 1 else len(segment.context) == CONTEXT_TOKENS
    assert count == 100_000


def test_sentences_end_alike_far_into_a_paragraph() -> None:
    # The start of a paragraph is forgotten after some thousand tokens.
    sentence = "He met Mr. Jones of the U.S. team (who had said so.) Then it rained. "
    found = segments(sentence * 2000)
    assert len(found) > 500 and set(found[10:-1]) <= set(found[:10])
