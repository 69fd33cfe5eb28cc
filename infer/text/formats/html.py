"""Reader of HTML: pages, fragments and the items of feeds.

A page is cut into tags and text as the HTML standard's tokenizer does it, and of the tree that browsers
build no more is kept than decides what the text is. What browsers take for a comment, a script or a tag that
is not closed up to the end is taken for that here too: nothing is edited that a reader does not see as prose.

=================================================  ========================================================
``pre code kbd samp var tt listing xmp plaintext`` code: not read, also where it is not closed
``script style template iframe noembed noframes``  not shown by browsers: not read
``svg math``, ``\\( \\)``, ``\\[ \\]``, ``$$ $$``       drawings and formulas: not read
``textarea``                                       what the form sends: not read
``option``                                         prose if it has a ``value``, else fixed: the form sends it
``noscript title button label summary legend``     prose
``translate="no"``, ``class="notranslate"``        fixed, with all inside, up to a ``translate="yes"``
``br img input`` and other embedded things         a space between words
``wbr``, comments and all other inline tags        nothing: words continue across them
``sup`` around a note's number or sign             nothing, with its content
``<![CDATA[ ]]>``                                  its content is read
``&lt;b&gt;`` (escaped mark-up, as feeds have it)  mark-up; the words between are read
``guid``, ``link`` without attributes (feeds)      addresses: not read
``{{ }} {% %} {# #} <% %> ${ }``, ``<?php ?>``     templates: a space between words
=================================================  ========================================================
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from despin.infer.text.formats import html_elements as elements
from despin.infer.text.formats import templates
from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.formats.characters import ENTITY, add_character, add_text, decode_entity
from despin.infer.text.formats.html_tags import Tag, comment_end, raw_text_end, read_tag
from despin.infer.text.formats.html_tree import OpenElements
from despin.infer.text.formats.notations import mark_notations
from despin.infer.text.pieces import Kind, Piece

MAX_ESCAPES = 2
"""How often escaped mark-up may be escaped again: ``&amp;lt;b&amp;gt;`` is the second."""
_MARK = re.compile(rf"<|\]\]>|{templates.OPENING}")
_ESCAPED_TAG = re.compile(r"&(?:amp;)?(?:lt|#0{0,9}60|#[xX]0{0,9}3[cC]);[A-Za-z/!?]")
_ENTITY = re.compile(ENTITY)
_NOTE = re.compile(
    r"<sup(?:\s[^<>]{0,200})?>(?:<(?:a|b|i|span)(?:\s[^<>]{0,300})?>){0,3}"
    r"(?:\[\w{1,3}\]|\(?\d{1,3}\)?|[*†‡§¶]{1,3})(?:</(?:a|b|i|span)>){0,3}</sup>",
    re.IGNORECASE,
)


def read_html(text: str) -> list[Piece]:
    """The pieces of an HTML document with its notations, in linear time."""
    return list(mark_notations(text, cut_html(text), markdown=False))


def cut_html(text: str) -> Sequence[Piece]:
    """The pieces of an HTML document; notations such as templates are still prose. Linear time."""
    out = PieceBuilder(text)
    HtmlReader(text, out, OpenElements()).read(0, len(text))
    return out.pieces()


class HtmlReader:
    """Reads one text, or fragments that follow one another, with the elements that are open."""

    def __init__(
        self, text: str, out: PieceBuilder, tree: OpenElements, *, fixed: bool = False, escapes: int = 0
    ) -> None:
        self._text = text
        self._out = out
        self._tree = tree
        self._fixed = fixed
        self._escapes = escapes
        self._templates = templates.Templates(text)
        self._last_closing = text.rfind(">")
        self._in_title = False
        self.steps = 0
        """How many marks were looked at; a test bounds it."""

    def read(self, start: int, end: int) -> None:
        """Add the pieces of ``text[start:end]``."""
        position = text_start = self._read_raw(start, end)
        while True:
            mark = _MARK.search(self._text, position, end)
            if mark is None:
                break
            self.steps += 1
            position = mark.start()
            after = self._skip(position, end, mark[0], text_start)
            if after is None:
                position += 1
            else:
                position = text_start = after
        self._add_text(text_start, end)

    def _skip(self, position: int, end: int, mark: str, text_start: int) -> int | None:
        """Add the mark-up at a position, after the text before it; its end, None if there is no mark-up."""
        text = self._text
        if mark == "]]>":
            return self._add_mark(text_start, position, position + 3, "")
        if mark != "<":
            after = self._templates.end(position, end)
            return None if after is None else self._add_mark(text_start, position, after, " ")
        if self._escapes and position > self._last_closing:
            return None
        if text.startswith("<![CDATA[", position):
            return self._add_mark(text_start, position, position + 9, "")
        tag = read_tag(text, position, end)
        if tag:
            return self._add_tag(text_start, position, end, tag)
        if text.startswith("</>", position):
            return self._add_mark(text_start, position, position + 3, "")
        if position + 1 < end and text[position + 1] in "!?/":
            after = comment_end(text, position, end)
            return self._add_mark(text_start, position, after, " " if text[position + 1] == "?" else "")
        return None

    def _add_mark(self, text_start: int, start: int, end: int, shown: str) -> int:
        self._add_text(text_start, start)
        self._out.add(start, end, Kind.MARKUP, shown)
        return end

    def _add_tag(self, text_start: int, start: int, end: int, tag: Tag) -> int:
        self._add_text(text_start, start)
        note = _NOTE.match(self._text, start, end) if tag.name == "sup" else None
        if note and not self._text[max(start - 1, 0)].isdigit():
            self._out.add(start, note.end(), Kind.MARKUP, "")
            return note.end()
        if tag.name in elements.BLOCKS:
            self._out.add(start, tag.end, Kind.BOUNDARY)
        else:
            self._out.add(start, tag.end, Kind.MARKUP, " " if tag.name in elements.SPACED else "")
        if tag.is_end_tag:
            self._tree.end(tag.name)
            return tag.end
        in_foreign = self._tree.in_foreign
        self._tree.start(tag)
        if tag.name == "plaintext":
            self._out.add(tag.end, end, Kind.MARKUP, " ")
            return end
        if tag.name == "title" and not in_foreign:
            return self._read_title(tag.end, end)
        if tag.name in elements.RAW and not self._tree.in_foreign:
            self._tree.raw = tag.name
            return self._read_raw(tag.end, end)
        return tag.end

    def _read_raw(self, start: int, end: int) -> int:
        """Skip the rest of an element whose content is no mark-up; where its end tag begins."""
        if self._tree.raw is None:
            return start
        closing = raw_text_end(self._text, self._tree.raw, start, end)
        self._out.add(start, end if closing is None else closing, Kind.MARKUP, _shown(self._tree.raw))
        if closing is None:
            return end
        self._tree.end(self._tree.raw)
        return closing

    def _read_title(self, start: int, end: int) -> int:
        """Read a title up to its end tag, whatever is left open in it."""
        if self._in_title:
            return start
        closing = raw_text_end(self._text, "title", start, end)
        self._in_title = True  # for good if it is not closed: all of the page is its title
        if closing is None:
            return start
        self._tree.open_fragment()
        self.read(start, closing)
        self._tree.close_fragment()
        self._in_title = False
        return closing

    def _add_text(self, start: int, end: int) -> None:
        if start >= end:
            return
        if self._tree.in_code:
            self._out.add(start, end, Kind.MARKUP, " ")
            return
        fixed = self._fixed or self._tree.is_fixed
        if self._escapes < MAX_ESCAPES and _ESCAPED_TAG.search(self._text, start, end):
            self._add_escaped(start, end, fixed)
        else:
            add_text(self._out, self._text, start, end, fixed)

    def _add_escaped(self, start: int, end: int, fixed: bool) -> None:
        """Read a text with escaped mark-up in it as the mark-up that it stands for."""
        unescaped = _Unescaped(self._text, start, end)
        inner = PieceBuilder(unescaped.text)
        reader = HtmlReader(unescaped.text, inner, OpenElements(), fixed=fixed, escapes=self._escapes + 1)
        reader.read(0, len(unescaped.text))
        self.steps += reader.steps
        for piece in inner.pieces():
            unescaped.add(self._out, piece)


class _Unescaped:
    """A stretch of a text with its entities decoded, and where each character came from."""

    def __init__(self, text: str, start: int, end: int) -> None:
        parts: list[str] = []
        self._offsets: list[int] = []
        self._entities: list[int] = []
        """The characters that were written as an entity, by index."""
        last = start
        for match in _ENTITY.finditer(text, start, end):
            entity = decode_entity(match[0])
            if entity is None or len(entity[0]) != 1:
                continue
            parts += text[last : match.start()], entity[0]
            self._offsets += range(last, match.start() + 1)
            self._entities.append(len(self._offsets) - 1)
            last = match.start() + entity[1]
        parts.append(text[last:end])
        self._offsets += range(last, end + 1)
        self.text = "".join(parts)

    def add(self, out: PieceBuilder, piece: Piece) -> None:
        """Add a piece of the decoded text as pieces of the text."""
        if piece.kind not in (Kind.PROSE, Kind.FIXED) or piece.shown is not None:
            out.add(self._offsets[piece.start], self._offsets[piece.end], piece.kind, piece.shown)
            return
        position = piece.start
        first = bisect_left(self._entities, piece.start)
        for index in self._entities[first : bisect_left(self._entities, piece.end)]:
            out.add(self._offsets[position], self._offsets[index], piece.kind)
            start, end = self._offsets[index], self._offsets[index + 1]
            add_character(out, start, end, self.text[index], piece.kind is Kind.FIXED)
            position = index + 1
        out.add(self._offsets[position], self._offsets[piece.end], piece.kind)


def _shown(raw: str) -> str:
    return "" if raw in ("script", "style") else " "
