"""Reader of Markdown: CommonMark with the tables, footnotes and notations of its common dialects.

The document is parsed by pulldown-cmark (through pyromark), which takes linear time for every input and
gives the span of each inline element. Dialects that it does not know are rewritten for it line by line
(`markdown_lines`) or found in the prose that it leaves (`notations`).

Prose: paragraphs, headings, cells, terms and definitions, footnotes, link texts, titles of admonitions.
Fixed: the text of ``[label]`` and ``[label][]``, which names a definition, of ``[[Page]]``, and what HTML
marks as not to be translated. Not read: code, images with their alternative text, addresses and titles of
links, definitions of references with their titles, front matter, formulas, templates, attributes, and the
keywords of alerts and admonitions.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.formats.characters import add_character
from despin.infer.text.formats.front_matter import front_matter_end
from despin.infer.text.formats.html import HtmlReader
from despin.infer.text.formats.html_tree import OpenElements
from despin.infer.text.formats.markdown_lines import Copy, rewrite_lines
from despin.infer.text.formats.notations import mark_notations
from despin.infer.text.pieces import Kind, Piece

if TYPE_CHECKING:
    from pyromark import Markdown

_SURROGATE = re.compile("[\ud800-\udfff]")
_INLINE = frozenset(["Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"])
_FIXED_LINKS = frozenset(["Shortcut", "Collapsed", "CollapsedUnknown"])
_STRETCH = 128
"""Bytes."""
_CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""
_AUTOLINKS = frozenset(["Autolink", "Email"])


def read_markdown(text: str) -> list[Piece]:
    """The pieces of a Markdown document with its notations, in linear time."""
    return list(mark_notations(text, cut_markdown(text), markdown=True))


def cut_markdown(text: str) -> Sequence[Piece]:
    """The pieces of a Markdown document; notations such as formulas are still prose. Linear time."""
    start = front_matter_end(text)
    return _Reader(text, start, rewrite_lines(text, start)).read()


@cache
def _parser() -> Markdown:
    """Immutable, so that threads may share it."""
    from pyromark import Markdown, Options

    options = Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_STRIKETHROUGH
    options |= Options.ENABLE_TASKLISTS | Options.ENABLE_HEADING_ATTRIBUTES
    options |= Options.ENABLE_DEFINITION_LIST | Options.ENABLE_WIKILINKS
    return Markdown(options=options, broken_link_callback=_resolve)


def _resolve(link: Any) -> tuple[str, str] | None:
    """Take ``[a][]`` and ``[a][b]`` for links also where the definition is elsewhere."""
    return None if link["link_type"] == "Shortcut" else ("", "")


class _Reader:
    """Turns a parser's events into pieces. Spans of events are bytes of the copy in UTF-8."""

    def __init__(self, text: str, start: int, copy: Copy) -> None:
        self._text = text
        self._copy = copy
        self._out = PieceBuilder(text)
        self._out.add(0, start, Kind.BOUNDARY)
        self._end = start
        """The end of the last piece."""
        self._tree = OpenElements()
        self._in_block = False
        """Whether the last piece belongs to the block that is being read."""
        self._last = Kind.BOUNDARY
        """The kind of the last piece: the indentation after a line break belongs to the break."""
        self._skipped = 0
        """Depth of what is not read as text: blocks of code, images, addresses."""
        self._fixed = 0
        """Depth of links whose text names a definition."""
        self._links: list[str] = []
        self._html: Copy | None = None
        """The lines of the HTML block that is being read, without the signs of quotations before them."""
        self.steps = 0
        """Events; a test bounds them."""

    def read(self) -> Sequence[Piece]:
        # A lone surrogate has no UTF-8; its replacement is one character too.
        text = _SURROGATE.sub("\ufffd", self._copy.text())
        raw = text.encode()
        characters = None if len(raw) == len(text) else _Characters(raw)
        for event, span in _parser().events_with_range(text):
            self.steps += 1
            start, end = span["start"], span["end"]
            if characters is not None:
                start, end = characters[start], characters[end]
            if self._html is not None and isinstance(event, dict) and "Html" in event:
                self._keep_html(self._html, text, start, end)
                continue
            # Only of text: a block's span holds all blocks inside it.
            written = text[start:end] if isinstance(event, dict) and "Text" in event else ""
            self._add_event(event, written, *self._copy.source(start, end))
        self._leave_block()
        self._out.add(self._end, len(self._text), Kind.BOUNDARY)
        return self._out.pieces()

    def _add_event(self, event: Any, written: str, start: int, end: int) -> None:
        if isinstance(event, str):
            if event == "Rule":
                self._leave_block()
            elif not self._skipped:
                self._add(start, end, Kind.BREAK if event == "SoftBreak" else Kind.MARKUP, " ")
            return
        ((name, value),) = event.items()
        if name in ("Start", "End"):
            self._add_tag(name == "Start", value, start, end)
        elif self._skipped or name == "TaskListMarker":
            return
        elif name == "Text":
            self._add_text(written, value, start, end)
        elif name == "InlineHtml":
            self._add_inline_html(value, start, end)
        else:
            self._add(start, end, Kind.MARKUP, "" if name == "FootnoteReference" else " ")

    def _add_tag(self, is_start: bool, value: Any, start: int, end: int) -> None:
        tag, data = next(iter(value.items())) if isinstance(value, dict) else (value, None)
        if tag == "Link" or tag == "Image":
            self._add_link(tag, data["link_type"] if data else None, start, end)
            return
        if tag in _INLINE:
            return
        self._leave_block()
        if tag == "CodeBlock":
            self._skipped += 1 if is_start else -1
        elif tag == "HtmlBlock" and is_start:
            self._html = Copy()
        elif tag == "HtmlBlock" and self._html is not None:
            self._add_html_block(self._html)
            self._html = None

    def _add_link(self, tag: str, link_type: Any, start: int, end: int) -> None:
        """The start of a link or image; the end, where ``link_type`` is None."""
        if link_type is None:
            link = self._links.pop()
        else:
            if isinstance(link_type, dict):  # [[Page]], or [[Page|label]]
                link_type = "Inline" if link_type["WikiLink"]["has_pothole"] else "Shortcut"
            link = "fixed" if link_type in _FIXED_LINKS else "prose"
            if tag == "Image" or link_type in _AUTOLINKS:
                link = "skipped"
                if not self._skipped:
                    self._add(start, end, Kind.MARKUP, " ")
            self._links.append(link)
        step = 1 if link_type is not None else -1
        self._skipped += step * (link == "skipped")
        self._fixed += step * (link == "fixed")

    def _add_text(self, written: str, value: str, start: int, end: int) -> None:
        if self._tree.in_code:
            self._add(start, end, Kind.MARKUP, " ")
            return
        fixed = self._fixed > 0 or self._tree.is_fixed
        if written == value or not written.startswith("&"):
            self._add(start, end, Kind.FIXED if fixed else Kind.PROSE)
            return
        start = self._start(start, Kind.PROSE)
        add_character(self._out, start, end, value, fixed)
        self._end = max(end, self._end)

    def _add_inline_html(self, html: str, start: int, end: int) -> None:
        out = PieceBuilder(html)
        start = self._start(start, Kind.MARKUP)
        HtmlReader(html, out, self._tree).read(0, len(html))
        pieces = out.pieces()
        is_boundary = any(piece.kind is Kind.BOUNDARY for piece in pieces)
        shown = max((piece.shown or "" for piece in pieces if piece.kind is Kind.MARKUP), default="")
        self._add(start, end, Kind.BOUNDARY if is_boundary else Kind.MARKUP, shown)

    def _keep_html(self, block: Copy, text: str, start: int, end: int) -> None:
        """Append a part of the copy, whose whole text is ``text``, to a block of HTML."""
        for part in self._copy.part(start, end):
            if isinstance(part, tuple):
                block.keep(self._text, *part)
                start += part[1] - part[0]
            else:
                block.insert(text[start : start + part])
                start += part

    def _add_html_block(self, block: Copy) -> None:
        html = block.text()
        out = PieceBuilder(html)
        HtmlReader(html, out, self._tree).read(0, len(html))
        for piece in out.pieces():
            if not self._in_block:
                self._out.add(self._end, block.source(0, 1)[0], Kind.BOUNDARY)
                self._end = max(self._end, block.source(0, 1)[0])
                self._in_block = True
            self._add(*block.source(piece.start, piece.end), piece.kind, piece.shown)

    def _add(self, start: int, end: int, kind: Kind, shown: str | None = None) -> None:
        """Add a piece and what stands before it."""
        start = self._start(start, kind)
        if end > start:
            self._out.add(start, end, kind, shown)
            self._end = end
            self._last = kind

    def _start(self, start: int, kind: Kind) -> int:
        """Add what stands before a piece of some kind; where the piece may begin."""
        start = max(start, self._end)
        is_blank = self._text[self._end : start].isspace()
        if not self._in_block:
            self._out.add(self._end, start, Kind.BOUNDARY)
            self._tree.open_fragment()
            self._in_block = True
        elif self._last is Kind.BREAK or (kind is Kind.BREAK and is_blank):
            self._out.add(self._end, start, Kind.BREAK, " ")
        else:
            self._out.add(self._end, start, Kind.MARKUP, "")
        self._end = start
        self._last = kind
        return start

    def _leave_block(self) -> None:
        if self._in_block:
            self._tree.close_fragment()
            self._in_block = False


class _Characters:
    """The index of the character that begins at a byte of UTF-8. Not a table of all, which is eight times as
    long as the text."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._before = array("Q", [0])
        """How many characters begin before each stretch of _STRETCH bytes."""
        for start in range(0, len(raw), _STRETCH):
            self._before.append(self._before[-1] + _begun(raw[start : start + _STRETCH]))

    def __getitem__(self, byte: int) -> int:
        stretch = byte // _STRETCH
        return self._before[stretch] + _begun(self._raw[stretch * _STRETCH : byte])


def _begun(raw: bytes) -> int:
    return len(raw.translate(None, _CONTINUATION))
