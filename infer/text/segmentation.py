"""Segments: a text cut into pieces the model can take, which join back to the text exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from despin.infer.text.tokens import Token, tokenize

MAX_TOKENS = 64
"""Words (and punctuation marks) that a segment holds at most; a longer sentence is cut between words."""

CONTEXT_TOKENS = 16
"""Words before a segment, of the same paragraph, that are at hand as its context."""
_ABBREVIATIONS_LIST = (
    "mr mrs ms mx dr prof rev hon gen sen rep gov pres lt col sgt capt cmdr maj adm st mt ft jr "
    "sr inc corp ltd co llc bros vs etc cf ca al ed eds trans vol pp fig figs sec ch approx dept "
    "est assn univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur "
    "thurs fri sat sun ave blvd rd sq e.g i.e a.m p.m ph.d u.s u.k u.n"
)
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_LIST.split())
_NUMBERED = frozenset(["no", "nos", "p", "art", "nr"])
"""Abbreviations before a figure, and words before anything else."""
_MAY_END = frozenset(["inc", "corp", "ltd", "co", "llc", "bros", "jr", "sr", "etc"])
"""Abbreviations that are found at the end of a sentence as well."""
_STARTERS_LIST = "The This That These In It He She They We But And However A An On At His Her Its"
_STARTERS = frozenset(_STARTERS_LIST.split())
"""Words with a capital that hardly follow an abbreviation except in a new sentence."""
_CLOSERS = "\"'”’)]"
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_SHORT = 40
"""Characters of a line below which it was broken on purpose: a heading, an item, a verse."""


@dataclass(frozen=True, slots=True)
class Segment:
    """``text[start:end]`` with its tokens, whose offsets count from the start of the text."""

    start: int
    end: int
    tokens: list[Token]
    context: list[Token] = field(default_factory=list)
    """The last LEFT tokens of the same paragraph before it."""


def segment_text(text: str, limit: int = MAX_TOKENS) -> Iterator[Segment]:
    """Cut ``text`` into paragraphs, then between sentences, packed up to ``limit`` tokens.

    A line is a paragraph unless it was wrapped: it is not short, and the next goes on in lower case.
    The segments cover the text without gap or overlap. Time is linear in the text.
    """
    for start, end in _paragraphs(text):
        yield from _pack(text, start, end, limit)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """The places of sentences, without the blanks around them. Time is linear in the text."""
    for start, end in _paragraphs(text):
        tokens = tokenize(text, start, end)
        ends = [n for n in range(1, len(tokens)) if _ends_sentence(text, tokens, n)]
        if tokens:
            for first, behind in zip([0, *ends], [*ends, len(tokens)]):
                yield tokens[first].start, tokens[behind - 1].end


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = line_at = end = 0
    for line in _LINE.finditer(text):
        if end > start and not (end - line_at > _SHORT and _goes_on(text, end)):
            yield start, end
            start = end
        line_at, end = line.span()
    if end > start:
        yield start, end


def _goes_on(text: str, at: int) -> bool:
    """Whether the line that begins at ``at`` goes on with the one before it."""
    return (
        text[at].islower()
        and text[at - 1] == "\n"
        and text[at - 2] not in "\n.!?:;"
        and (text[at - 2] != "\r" or text[at - 3] not in "\n.!?:;")
    )


def _pack(text: str, start: int, end: int, limit: int) -> Iterator[Segment]:
    tokens = tokenize(text, start, end)
    begun = first = 0  # tokens: of the segment, of the sentence under way
    at = start
    for index in range(1, len(tokens) + 1):
        over = index - begun > limit
        if over:
            cut = first if first > begun else index - 1
            yield Segment(
                at, tokens[cut].start, tokens[begun:cut], tokens[max(0, begun - CONTEXT_TOKENS) : begun]
            )
            at, begun = tokens[cut].start, cut
            first = max(first, begun)
        if index < len(tokens) and _ends_sentence(text, tokens, index):
            first = index
    yield Segment(at, end, tokens[begun:], tokens[max(0, begun - CONTEXT_TOKENS) : begun])


def _ends_sentence(text: str, tokens: list[Token], index: int) -> bool:
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
    known = word.lower()
    starts = here.text in _STARTERS
    if known in _NUMBERED and here.text[0].isdigit():
        return False
    if known in _ABBREVIATIONS:
        return starts and known in _MAY_END
    if len(word) == 1 and word.isalpha():  # an initial, or the last letter of "U.S."
        return starts and before > 1 and tokens[before - 2].text == "."
    if word.isdigit() and before == 1:  # "1. First item"
        return False
    return not here.text[0].islower()
