"""Segmentation: a text split into segments of bounded length, which join back to the text exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from despin.infer.text.tokens import Token, iter_tokens, tokenize

MAX_TOKENS = 64
"""Maximum tokens in a segment; a longer sentence is split between words."""
CONTEXT_TOKENS = 2
"""Maximum tokens of left context in a segment, from the same paragraph: the history of a trigram."""
_LOOKBEHIND, _TOKENS_KEPT = 64, 1024
"""Tokens of a paragraph that are kept before the current segment: at least, to see where a sentence ends, and
at most, since a paragraph can be a whole text."""
_ABBREVIATIONS_LIST = (
    "mr mrs ms mx dr prof rev hon gen sen rep gov pres lt col sgt capt cmdr maj adm st mt ft jr "
    "sr inc corp ltd co llc bros vs etc cf ca al ed eds trans vol pp fig figs sec ch approx dept "
    "est assn univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur "
    "thurs fri sat sun ave blvd rd sq e.g i.e a.m p.m ph.d u.s u.k u.n"
)
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_LIST.split())
_NUMBERED = frozenset(["no", "nos", "p", "art", "nr"])
"""Abbreviations before a number, ordinary words elsewhere."""
_MAY_END = frozenset(["inc", "corp", "ltd", "co", "llc", "bros", "jr", "sr", "etc"])
"""Abbreviations that also occur at the end of a sentence."""
_STARTERS_LIST = "The This That These In It He She They We But And However A An On At His Her Its"
_STARTERS = frozenset(_STARTERS_LIST.split())
"""Capitalised words that rarely follow an abbreviation within a sentence."""
_CLOSERS = "\"'”’)]"
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_SHORT_LINE = 40
"""Length in characters up to which a line is not taken for wrapped: a heading, an item, a verse."""


@dataclass(frozen=True, slots=True)
class Segment:
    """``text[start:end]`` with its tokens, whose offsets refer to the entire text."""

    start: int
    end: int
    tokens: list[Token]
    context: list[Token] = field(default_factory=list)
    """The tokens before it in the same paragraph, CONTEXT_TOKENS at most."""


def segment_text(text: str, limit: int = MAX_TOKENS, is_wrapped: bool = True) -> Iterator[Segment]:
    """Split ``text`` into paragraphs, and these between sentences into segments of up to ``limit`` tokens.

    A line is a paragraph. If ``is_wrapped``, one that is not short is not yet the end of its paragraph if
    the next one starts in lower case.
    The segments cover the text without gap or overlap. Time is linear in the length of the text.
    """
    for start, end in _paragraphs(text, is_wrapped):
        yield from _pack(text, start, end, limit)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans of sentences in characters, without surrounding white space, in linear time."""
    for start, end in _paragraphs(text):
        tokens = tokenize(text, start, end)
        boundaries = [i for i in range(1, len(tokens)) if _ends_sentence(tokens, i)]
        if tokens:
            for first_token, end_token in zip([0, *boundaries], [*boundaries, len(tokens)]):
                yield tokens[first_token].start, tokens[end_token - 1].end


def sentences_of(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of a segment, sentence by sentence."""
    first = 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or _ends_sentence(tokens, index):
            yield tokens[first:index]
            first = index


def _paragraphs(text: str, is_wrapped: bool = True) -> Iterator[tuple[int, int]]:
    start = line_start = end = 0
    for line in _LINE.finditer(text):
        if end > start and not (is_wrapped and end - line_start > _SHORT_LINE and _continues_line(text, end)):
            yield start, end
            start = end
        line_start, end = line.span()
    if end > start:
        yield start, end


def _continues_line(text: str, start: int) -> bool:
    """Whether the line at offset ``start`` continues the sentence of the line before it."""
    return (
        text[start].islower()
        and text[start - 1] == "\n"
        and text[start - 2] not in "\n.!?:;"
        and (text[start - 2] != "\r" or text[start - 3] not in "\n.!?:;")
    )


def _pack(text: str, start: int, end: int, limit: int) -> Iterator[Segment]:
    tokens: list[Token] = []  # from some token before the current segment on, to bound memory
    segment_token = sentence_token = 0  # first token of the current segment, of the current sentence
    segment_start = start

    def context() -> list[Token]:
        return tokens[max(0, segment_token - CONTEXT_TOKENS) : segment_token]

    for token in iter_tokens(text, start, end):
        tokens.append(token)
        index = len(tokens) - 1
        if index and _ends_sentence(tokens, index):
            sentence_token = index
        if index - segment_token >= limit:
            split = sentence_token if sentence_token > segment_token else index
            yield Segment(segment_start, tokens[split].start, tokens[segment_token:split], context())
            segment_start, segment_token = tokens[split].start, split
            sentence_token = max(sentence_token, segment_token)
            if segment_token > _TOKENS_KEPT:
                dropped = segment_token - _LOOKBEHIND
                del tokens[:dropped]
                segment_token, sentence_token = segment_token - dropped, sentence_token - dropped
    yield Segment(segment_start, end, tokens[segment_token:], context())


def _ends_sentence(tokens: list[Token], index: int) -> bool:
    """Whether a sentence ends before ``tokens[index]``."""
    following, last = tokens[index], index - 1
    if following.start == tokens[last].end:
        return False
    while last > 0 and tokens[last].text in _CLOSERS and tokens[last].start == tokens[last - 1].end:
        last -= 1
    mark = tokens[last].text
    if mark in "!?…":
        return True
    if mark != "." or last == 0:
        return False
    word = tokens[last - 1].text
    lower = word.lower()
    starter = following.text in _STARTERS
    if lower in _NUMBERED and following.text[0].isdigit():
        return False
    if lower in _ABBREVIATIONS:
        return starter and lower in _MAY_END
    if len(word) == 1 and word.isalpha():  # an initial, or the last letter of "U.S."
        return starter and last > 1 and tokens[last - 2].text == "."
    if word.isdigit() and last == 1:  # "1. First item"
        return False
    return not following.text[0].islower()
