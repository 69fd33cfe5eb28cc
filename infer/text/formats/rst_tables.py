"""Tables and titles of reStructuredText: which words have room to change, and where the cells are.

A cell has the width of its borders and a title that of its underline, and an edit can widen neither. So the
words of cells are read and never edited, nor is a title whose adornment leaves little room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

GRID_BORDER = re.compile(r"\+-[-+]*-\+\Z")
SIMPLE_BORDER = re.compile(r"=+(?: +=+)+\Z")
"""The lines that open a table."""
_GRID_RULE = re.compile(r"\+[-=+]+\+\Z")
SIMPLE_RULE = re.compile(r"=[ =]*\Z")
"""A line that may end a simple table or its header."""
_SPAN_RULE = re.compile(r"-+(?: +-+)*\Z")
_COLUMN = re.compile(r"=+")
_BAR = re.compile(r"\|")
_TITLE_ROOM = 8
"""Columns by which edits may lengthen a short title; a long one, which has more words, by half its width."""


class Line(NamedTuple):
    """The content of a line without the white space around it, and its column."""

    start: int
    end: int
    indent: int


def title_width(title: str) -> int:
    """The columns that a title takes, as docutils counts them."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in title)
    return len(title) + wide - sum(unicodedata.combining(character) > 0 for character in title)


def has_room(title: str, adornment: int) -> bool:
    """Whether edits may lengthen a title (with its inset) that has an adornment of so many characters."""
    width = title_width(title)
    return adornment >= width + max(_TITLE_ROOM, width // 2)


class Table:
    """A table whose first border has been read; it takes the lines that follow."""

    def __init__(self, text: str, border: Line) -> None:
        self._text = text
        self._indent = border.indent
        self._columns: list[int] | None = None  # of a simple table
        if text[border.start] == "=":
            columns = _COLUMN.finditer(text, border.start, border.end)
            self._columns = [border.indent + match.start() - border.start for match in columns]
        self._width = border.end - border.start
        self._has_header = False
        self.is_closed = False
        """Whether the last line taken was the last one of the table."""

    def holds(self, line: Line) -> bool:
        """Whether a line is part of the table: of a grid each is that begins with a border."""
        if line.start == line.end:
            return self._columns is not None
        return line.indent >= self._indent and (self._columns is not None or self._text[line.start] in "+|")

    def cells(self, line: Line, is_last: bool) -> Iterator[tuple[int, int]]:
        """The cells of a line with white space around. ``is_last``: a blank one follows or none."""
        if line.start == line.end:
            return
        content = self._text[line.start : line.end]
        if self._columns is None:
            if not _GRID_RULE.match(content):
                yield from self._between_bars(line)
        elif SIMPLE_RULE.match(content):
            self.is_closed = is_last or self._has_header or len(content) != self._width
            self._has_header = True
        elif not _SPAN_RULE.match(content):
            yield from self._between_columns(line, self._columns)

    def _between_columns(self, line: Line, columns: list[int]) -> Iterator[tuple[int, int]]:
        """Cut at the columns, unless a word stands across one."""
        origin = line.start - line.indent
        # No more columns than the row has characters, however many the border has.
        within = takewhile(lambda column: origin + column < line.end, columns)
        cuts = [origin + column for column in within if line.start < origin + column]
        if any(not self._text[cut - 1].isspace() for cut in cuts):
            cuts = []
        yield from pairwise([line.start, *cuts, line.end])

    def _between_bars(self, line: Line) -> Iterator[tuple[int, int]]:
        bars = [match.start() for match in _BAR.finditer(self._text, line.start, line.end)]
        for before, after in pairwise([line.start - 1, *bars, line.end]):
            yield before + 1, after
