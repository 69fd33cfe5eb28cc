"""Segments: a text cut into pieces the model can take, which join back to the text exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from despin.infer.words import Word, words

WORDS = 64
"""Words (and punctuation marks) that a segment holds at most; a longer sentence is cut between words."""

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "gen",
        "sen",
        "rep",
        "gov",
        "lt",
        "col",
        "sgt",
        "capt",
        "st",
        "jr",
        "sr",
        "inc",
        "corp",
        "ltd",
        "co",
        "no",
        "vs",
        "etc",
        "e.g",
        "i.e",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "fig",
        "approx",
        "dept",
        "est",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "u.n",
    ]
)
_CLOSERS = "\"'”’)]"
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """``text[start:end]`` with its tokens, whose offsets count from the start of the text."""

    start: int
    end: int
    tokens: list[Word]


def split(text: str, limit: int = WORDS) -> Iterator[Segment]:
    """Cut ``text`` at line breaks, then between sentences, packed up to ``limit`` tokens.

    The segments cover the text without gap or overlap. Time is linear in the text.
    """
    for line in _LINE.finditer(text):
        yield from _pack(text, line.start(), line.end(), limit)


def _pack(text: str, start: int, end: int, limit: int) -> Iterator[Segment]:
    tokens = words(text, start, end)
    begun = first = 0  # tokens: of the segment, of the sentence under way
    at = start
    for index in range(1, len(tokens) + 1):
        over = index - begun > limit
        if over:
            cut = first if first > begun else index - 1
            yield Segment(at, tokens[cut].start, tokens[begun:cut])
            at, begun = tokens[cut].start, cut
            first = max(first, begun)
        if index < len(tokens) and _ends_sentence(text, tokens, index):
            first = index
    yield Segment(at, end, tokens[begun:])


def _ends_sentence(text: str, tokens: list[Word], index: int) -> bool:
    """Whether a sentence ends before ``tokens[index]``."""
    here, before = tokens[index], index - 1
    if here.start == tokens[before].end:
        return False
    while before > 0 and tokens[before].text in _CLOSERS and tokens[before].start == tokens[before - 1].end:
        before -= 1
    mark = tokens[before].text
    if mark in "!?…":
        return True
    if mark != "." or before == 0:
        return False
    word = tokens[before - 1].text
    if word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    return not here.text[0].islower()
