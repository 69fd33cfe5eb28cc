"""Plain text: paragraphs that were wrapped into lines are read as one line, quoted mail without its marks.

A line break is soft, that is inside a paragraph, if the next line goes on in lower case after a line that is
not short, or if the first word of the next line would not have fitted: then somebody filled the lines of
the paragraph to a width. A hyphen inside a word at the end of a line makes the break soft too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from despin.infer.text.pieces import Kind, Piece

SHORT_LINE = 40
"""Length in characters up to which a line is not taken for wrapped: a heading, an item, a verse."""
MIN_WIDTH, MAX_WIDTH = 28, 110
"""The widths, in characters, to which lines are filled."""
MIN_LINES = 3
"""A paragraph of fewer lines does not show its width, and has that of the widest filled one."""
_QUOTE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_INDENT = re.compile(r"[ \t]*")
_ITEM = re.compile(r"(?:[-*+•–—]|\(?\w{1,3}[.)])[ \t]")
"""How an item of a list starts: a new paragraph, whatever stood before."""
_SENTENCE_END = ".!?:;"
_DIVIDERS = re.compile("[-\u2010\u2011\u00ad\u200b-\u200d\u2060\ufeff]+\\Z")
_MAX_DIVIDERS = 4


class _Line(NamedTuple):
    """Offsets of a line that is not blank, in characters."""

    start: int
    words: int
    """Where its text starts, after quotation marks and indentation."""
    words_end: int
    """Where its text ends, before white space."""
    end: int
    """Where the next line starts."""
    depth: int
    """The number of quotation marks before it."""

    @property
    def width(self) -> int:
        return self.words_end - self.start


Paragraph = list[_Line]


def read_plain(text: str) -> list[Piece]:
    """The pieces of a plain text."""
    paragraphs = list(_paragraphs(text))
    filled = [_width(p) for p in paragraphs if len(p) >= MIN_LINES and _is_filled(text, p, _width(p))]
    common_width = max((w for w in filled if MIN_WIDTH <= w <= MAX_WIDTH), default=0)
    pieces: list[Piece] = []
    prose = 0  # where the prose that is not yet in a piece starts

    def close(end: int) -> None:
        if end > prose:
            pieces.append(Piece(prose, end, Kind.PROSE))

    for paragraph in paragraphs:
        width = _width(paragraph) if len(paragraph) >= MIN_LINES else common_width
        if not max(_width(paragraph), MIN_WIDTH) <= width <= MAX_WIDTH:
            width = 0
        first = paragraph[0]
        if first.depth:
            close(first.start)
            pieces.append(Piece(first.start, first.words, Kind.MARKUP, ""))
            prose = first.words
        for line, following in pairwise(paragraph):
            if _is_soft(text, line, following, width):
                close(line.words_end)
                pieces.append(Piece(line.words_end, following.words, Kind.BREAK, " "))
                prose = following.words
            elif following.depth:
                close(line.end)
                pieces.append(Piece(line.end, following.words, Kind.MARKUP, ""))
                prose = following.words
    close(len(text))
    return pieces


def _paragraphs(text: str) -> Iterator[Paragraph]:
    """Runs of lines that are not blank and are quoted equally deep."""
    for depth, lines in groupby(_lines(text), key=lambda line: -1 if line is None else line.depth):
        if depth >= 0:
            yield [line for line in lines if line is not None]


def _lines(text: str) -> Iterator[_Line | None]:
    """The lines of a text; None for a blank one, quoted or not."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        quote = _QUOTE.match(text, start, end)
        indent = _INDENT.match(text, quote.end() if quote else start, end)
        words = indent.end() if indent else start
        words_end = words + len(text[words:end].rstrip())
        yield (
            _Line(start, words, words_end, end, quote[0].count(">") if quote else 0)
            if words_end > words
            else None
        )
        start = end


def _width(paragraph: Paragraph) -> int:
    return max(line.width for line in paragraph)


def _is_filled(text: str, paragraph: Paragraph, width: int) -> bool:
    return all(_is_full(text, line, after, width) for line, after in pairwise(paragraph))


def _is_full(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Whether the first word of the following line had no room in a line."""
    word_end = text.find(" ", following.words, following.words_end)
    if word_end < 0:
        word_end = following.words_end
    return line.width + 1 + word_end - following.words > width


def _is_soft(text: str, line: _Line, following: _Line, width: int) -> bool:
    if divided_at(text, line.words_end, following.words) is not None:
        return True
    if _ITEM.match(text, following.words, following.words_end):
        return False
    goes_on = text[following.words].islower() and text[line.words_end - 1] not in _SENTENCE_END
    return (goes_on and line.width > SHORT_LINE) or (width > 0 and _is_full(text, line, following, width))


def divided_at(text: str, end: int, start: int) -> int | None:
    """Where the signs begin that divide a word before ``end``, if it goes on at ``start``, in the next line:
    a hyphen, or an invisible character that allows a break. None if no word is divided."""
    if not text[start : start + 1].isalpha():
        return None
    signs = _DIVIDERS.search(text, max(0, end - _MAX_DIVIDERS), end)
    if signs is None or not text[signs.start() - 1 : signs.start()].isalpha():
        return None
    # A hyphen before a capital stands in a name.
    return None if "-" in signs[0] and not text[start].islower() else signs.start()


def read_divided_words(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """``pieces`` with words that are divided at the end of a line read as one word."""
    out: list[Piece] = []
    for piece in pieces:
        if piece.kind is Kind.BREAK:
            hidden = len(out)  # the characters between the word and the break that are read as nothing
            while hidden and out[hidden - 1].kind is Kind.HIDDEN:
                hidden -= 1
            before = out[hidden - 1] if hidden else None
            if before is not None and before.kind is Kind.PROSE:
                divided = divided_at(text, before.end, piece.end)
                if divided is not None and divided >= before.start:
                    out[hidden - 1 : hidden] = [
                        *([before._replace(end=divided)] if divided > before.start else []),
                        Piece(divided, before.end, Kind.HIDDEN, ""),
                    ]
                    piece = piece._replace(shown="")
                elif divided is None and hidden < len(out) and _goes_on(text, before.end, piece.end):
                    piece = piece._replace(shown="")
        out.append(piece)
    return out


def _goes_on(text: str, end: int, start: int) -> bool:
    return text[end - 1].isalpha() and text[start : start + 1].isalpha()
