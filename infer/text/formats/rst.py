"""reStructuredText as pieces. docutils gives no offsets within a line, so short rules of its own.

The lines are cut into paragraphs (headings, items, cells and definitions are such); all that belongs to no
paragraph is mark-up between two of them. A directive that is in no table is left alone with its content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.formats.rst_inline import add_inline, reference_name, referenced_names
from despin.infer.text.formats.rst_tables import (
    GRID_BORDER,
    SIMPLE_BORDER,
    SIMPLE_RULE,
    Line,
    Table,
    has_room,
    title_width,
)
from despin.infer.text.pieces import Kind, Piece

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_EXPLICIT = re.compile(r"\.\.(?=\s|$)")
_NOTE = re.compile(r"\.\.\s+\[[^\]\s]{1,80}\]\s+(?=\S)")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|\n]{1,80}\|\s+)?([\w:.+-]{1,80})::(?=\s|$)")
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*+\Z")
_QUOTE = re.compile(r"[!-/:-@\[-`{-~]")
_FIELD = re.compile(r":([^:\s][^:\n]{0,80}):(?=\s|$)")
_MARKER = re.compile(r"(?:[-*+•‣⁃]|\(?(?:\d{1,9}|[A-Za-z#]|[ivxlcIVXLC]{1,8})[.)])\s+(?=\S)")
_OPTION = re.compile(r"(?:--?|/)[A-Za-z]\S*")

_PROSE_ARGUMENT = frozenset(
    ["admonition", "attention", "caution", "centered", "danger", "error", "hint", "important", "note",
     "rubric", "seealso", "sidebar", "tip", "todo", "topic", "warning", "epigraph", "highlights",
     "pull-quote", "table"]
)  # fmt: skip
_VERSION_ARGUMENT = frozenset(
    ["versionadded", "versionchanged", "deprecated", "versionremoved", "deprecated-removed"]
)
_PROSE_BODY = frozenset(
    ["figure", "container", "compound", "class", "list-table", "function", "method", "attribute", "data",
     "module", "exception", "option", "confval", "describe", "object", "glossary", "only", "tab", "tabs",
     "dropdown", "card", "grid", "collapse", "header", "footer", "line-block", "hlist", "program", "envvar"]
)  # fmt: skip
"""Directives of docutils and Sphinx whose content is prose, after a title that is not."""
_BIBLIOGRAPHIC = frozenset(
    ["author", "authors", "organization", "address", "contact", "version", "status", "date", "copyright",
     "revision", "orphan", "tocdepth", "nocomments", "type", "rtype", "license"]
)  # fmt: skip


class _Paragraph(NamedTuple):
    start: int
    end: int
    heading: bool = False
    has_room: bool = True
    """Whether the words may get longer."""


def read_rst(text: str) -> Sequence[Piece]:
    """The pieces of a reStructuredText document, in order; time is linear in its length."""
    out = PieceBuilder(text)
    references = referenced_names(text)
    position = 0
    for paragraph in _Blocks(text).paragraphs():
        out.add(position, paragraph.start, Kind.BOUNDARY)
        start, position, heading, has_room = paragraph
        # A heading is the target of references to its words.
        is_target = heading and reference_name(text[start:position]) in references
        words = Kind.PROSE if has_room and not is_target else Kind.FIXED
        add_inline(out, text, start, position, references, words)
    out.add(position, len(text), Kind.BOUNDARY)
    return out.pieces()


class _Blocks:
    """The paragraphs of one document."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [_line(text, *match.span()) for match in _LINE.finditer(text)]
        self._index = 0
        self._start = self._end = -1  # the paragraph that is open, -1: none
        self._column: int | None = None  # of its further lines; None: any to the right of ``_margin``
        self._margin = -1
        self._origin = -1
        """Where its first line begins, behind the indentation."""
        self._table: Table | None = None
        """The table that is open."""
        self._last_rules = {
            line.end - line.start: index
            for index, line in enumerate(self._lines)
            if SIMPLE_RULE.match(text, line.start, line.end)
        }
        """The last line that can be a simple table's border, by its length."""

    def paragraphs(self) -> Iterator[_Paragraph]:
        """The paragraphs in order; each starts and ends with a character that is read."""
        while self._index < len(self._lines):
            line = self._lines[self._index]
            self._index += 1
            yield from self._line(line)
        yield from self._flush()

    def _line(self, line: Line) -> Iterator[_Paragraph]:
        content = self._text[line.start : line.end]
        if self._table is not None:
            if self._table.holds(line):
                for start, end in self._table.cells(line, self._is_blank(self._index)):
                    yield from _trimmed(self._text, start, end, has_room=False)
                if self._table.is_closed:
                    self._table = None
                return
            self._table = None
        if not content:
            yield from self._flush(literal=True)
        elif content == "::":
            yield from self._flush()
            self._skip_literal(line.indent)
        elif GRID_BORDER.match(content) or SIMPLE_BORDER.match(content):
            yield from self._flush()
            if content[0] == "+" or self._index <= self._last_rules[len(content)]:
                self._table = Table(self._text, line)
        elif self._is_adornment(content):
            yield from self._flush(adornment=line)
        elif _EXPLICIT.match(content):
            yield from self._flush()
            self._explicit(line, content)
        elif content.startswith("__ "):
            yield from self._flush()
        elif content.startswith(">>> "):
            yield from self._flush()
            while not self._is_blank(self._index):
                self._index += 1
        elif content.startswith("|") and (content == "|" or content[1].isspace()):
            yield from self._flush()
            yield from _trimmed(self._text, line.start + 1, line.end)
        elif self._start >= 0 and self._continues(line) and not _MARKER.match(content):
            self._end, self._column = line.end, line.indent
        else:
            yield from self._flush()
            self._open(line, content)

    def _open(self, line: Line, content: str) -> None:
        """Begin a paragraph behind the markers of lists and fields."""
        offset = 0
        while True:
            if field := _FIELD.match(content, offset):
                if field[1].split()[0].lower() in _BIBLIOGRAPHIC:
                    self._skip_block(line.indent)
                    return
                offset = field.end() + len(content[field.end() :]) - len(content[field.end() :].lstrip())
                self._begin(line, offset, hanging=True)
                return
            marker = _MARKER.match(content, offset)
            if not marker:
                break
            offset = marker.end()
        if _OPTION.match(content, offset):
            described = content.find("  ", offset)
            if described < 0:
                return
            offset = described + len(content[described:]) - len(content[described:].lstrip())
            self._begin(line, offset, hanging=True)
            return
        self._begin(line, offset)

    def _begin(self, line: Line, offset: int, hanging: bool = False) -> None:
        """Begin a paragraph in a line. ``hanging``: its further lines stand further right, in any column."""
        if line.start + offset < line.end:
            self._start, self._end = line.start + offset, line.end
            self._origin = line.start
            self._column, self._margin = (None if hanging else line.indent + offset), line.indent

    def _continues(self, line: Line) -> bool:
        return line.indent > self._margin if self._column is None else line.indent == self._column

    def _is_blank(self, index: int) -> bool:
        """Whether a line is blank, or there is none."""
        return index >= len(self._lines) or self._lines[index].start == self._lines[index].end

    def _is_adornment(self, content: str) -> bool:
        """Whether a line stands over or under a title, or between sections; a short one under as short a
        title only."""
        if not _ADORNMENT.match(content):
            return False
        if len(content) > 2:
            return True
        is_title = self._start >= 0 and self._end - self._origin <= len(content)
        return is_title and title_width(self._text[self._origin : self._end]) <= len(content)

    def _flush(self, adornment: Line | None = None, literal: bool = False) -> Iterator[_Paragraph]:
        """End the open paragraph. ``adornment``: it is a title over this line; ``literal``: a blank line
        follows, perhaps a block after it."""
        if self._start < 0:
            return
        start, end = self._start, self._end
        self._start = self._end = -1
        if adornment is not None:
            inset = max(self._lines[self._index - 2].indent - adornment.indent, 0)
            room = has_room(" " * inset + self._text[self._origin : end], adornment.end - adornment.start)
            yield _Paragraph(start, end, heading=True, has_room=room)
            return
        if self._text.endswith("::", start, end):
            end -= 2 if self._text[end - 3 : end - 2].isspace() else 1
            if literal:
                self._skip_literal(self._margin if self._column is None else self._column)
        end = start + len(self._text[start:end].rstrip())
        if start < end:
            yield _Paragraph(start, end)

    def _skip_literal(self, indent: int) -> None:
        """Pass over a literal block: lines that stand further right than ``indent``, or, up to a blank line,
        those that each begin with the same punctuation character."""
        while self._index < len(self._lines) and self._is_blank(self._index):
            self._index += 1
        if self._index == len(self._lines):
            return
        first = self._lines[self._index]
        quote = self._text[first.start]
        if first.indent != indent or not _QUOTE.match(quote) or _EXPLICIT.match(self._text, first.start):
            self._skip_block(indent)
            return
        while not self._is_blank(self._index) and self._text[self._lines[self._index].start] == quote:
            self._index += 1

    def _skip_block(self, indent: int) -> None:
        """Pass over the lines that are blank or stand further right than ``indent``."""
        while self._index < len(self._lines):
            line = self._lines[self._index]
            if line.start < line.end and line.indent <= indent:
                return
            self._index += 1

    def _explicit(self, line: Line, content: str) -> None:
        """A line that begins with two dots: footnote, directive, target, substitution or comment."""
        if note := _NOTE.match(content):
            self._begin(line, note.end(), hanging=True)
            return
        directive = _DIRECTIVE.match(content)
        name = directive[1].split(":")[-1].lower() if directive and content[2:].lstrip()[0] != "|" else ""
        if directive is None or not (
            name in _PROSE_ARGUMENT or name in _VERSION_ARGUMENT or name in _PROSE_BODY
        ):
            self._skip_block(line.indent)
            return
        argument = content[directive.end() :]
        offset = directive.end() + len(argument) - len(argument.lstrip())
        if name in _VERSION_ARGUMENT:
            version = re.compile(r"\S+\s*").match(content, offset)
            offset = version.end() if version else offset
        if name not in _PROSE_BODY:
            self._begin(line, offset, hanging=True)
        while self._index < len(self._lines):
            option = self._lines[self._index]
            if option.indent <= line.indent or not _FIELD.match(self._text, option.start, option.end):
                break
            self._index += 1


def _trimmed(text: str, start: int, end: int, has_room: bool = True) -> Iterator[_Paragraph]:
    content = text[start:end]
    first = start + len(content) - len(content.lstrip())
    last = start + len(content.rstrip())
    if first < last:
        yield _Paragraph(first, last, has_room=has_room)


def _line(text: str, start: int, end: int) -> Line:
    content = text[start:end]
    indent = len(content) - len(content.lstrip())
    return Line(start + indent, start + max(len(content.rstrip()), indent), indent)
