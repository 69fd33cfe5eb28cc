"""Lines of Markdown's dialects that CommonMark does not know, rewritten for a CommonMark parser.

What is no prose in such a line is left out of the copy that is parsed, and titles become paragraphs. The
indented body of an admonition becomes a block quotation, so that it is not taken for code. Offsets in the
copy lead back to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from despin.infer.text.formats.jsx import TAG_START, Code
from despin.infer.text.formats.markdown_left_out import LeftOut

MAX_ADMONITIONS = 16
"""Depth of nested admonitions that is followed; it bounds the length of the copy."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CONTAINER = r"(?:[ \t>]|[-*+][ ]|\d{1,9}[.)][ ])*+"
_FENCE = re.compile(rf"({_CONTAINER})(`{{3,}}+(?=[^`\n]*$)|~{{3,}}+)", re.MULTILINE)
_ADMONITION = re.compile(
    r"([ \t]{0,32})(?:(?:!!!|\?\?\?\+?)[ \t]+[\w-]{1,40}(?:[ \t]+[a-z-]{1,40}){0,3}(?:[ \t]*\"([^\"\n]*)\")?"
    r"|===[!+]?[ \t]+\"([^\"\n]*)\")[ \t\r]*$",
    re.MULTILINE,
)
_CONTAINER_FENCE = re.compile(
    rf"{_CONTAINER}(?::{{3,}}+|/{{3,}}(?=[ \t]*[\w-]{{1,40}}[ \t\r]*(?:\||$)|[ \t\r]*$))[ \t]*"
    r"(?:\{[^{}\n]*\}|[\w-]+)?[ \t]*(?:\|[ \t]*)?"
    r"(?:\[([^\]\n]*)\])?(?:\{[^{}\n]*\})?[ \t]*([^\n]*?):*[ \t\r]*$",
    re.MULTILINE,
)
_ALERT = re.compile(r"((?:[ \t]|[-*+][ ])*+>[ \t>]*+)\[![\w-]{1,40}\][+-]?[ \t]*([^\n]*)")
_ATTRIBUTES = re.compile(r"[ \t>]*+\{:?[ \t]*[.#:%][^{}\n]*\}[ \t\r]*$", re.MULTILINE)
_TEMPLATE = re.compile(r"[ \t>]*+(?:\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\})[ \t\r]*$", re.MULTILINE)
_CODE_TEMPLATE = re.compile(
    r"[ \t>]*+(?:\{%-?[ \t]*(highlight|code|codeblock|comment|verbatim)\b|\{\{[<%][ \t]*(highlight|code)\b)"
)
_ABBREVIATION = re.compile(r"[ \t]{0,3}\*\[[^\]\n]*\]:[ \t]*")
_COLON = re.compile(r"[ \t>]*+(?=:[^\s:])")


class _Run(NamedTuple):
    copy: int
    source: int
    length: int


class Copy:
    """Text made of stretches of another text and of inserted signs, with the way back."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._runs: list[_Run] = []
        self._starts: list[int] = []

    def keep(self, text: str, start: int, end: int) -> None:
        """Append ``text[start:end]``."""
        if end <= start:
            return
        last = self._runs[-1] if self._runs else None
        if last and last.source + last.length == start and last.copy + last.length == self._length:
            self._runs[-1] = last._replace(length=last.length + end - start)
        else:
            self._runs.append(_Run(self._length, start, end - start))
            self._starts.append(self._length)
        self._parts.append(text[start:end])
        self._length += end - start

    def insert(self, signs: str) -> None:
        """Append signs that are not in the text."""
        self._parts.append(signs)
        self._length += len(signs)

    def text(self) -> str:
        """All of the copy."""
        return "".join(self._parts)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text that ``[start:end]`` of the copy, which is not empty, was made of."""
        return self._offset(start), self._offset(end - 1, after=True)

    def part(self, start: int, end: int) -> Iterator[tuple[int, int] | int]:
        """What ``[start:end]`` of the copy was made of, in order: spans of the text, and the number of signs
        that were inserted between them."""
        index = max(bisect_right(self._starts, start) - 1, 0)
        while start < end:
            run = self._runs[index] if index < len(self._runs) else _Run(end, 0, 0)
            if start < run.copy:
                yield min(run.copy, end) - start
                start = min(run.copy, end)
            stop = min(run.copy + run.length, end)
            if start < stop:
                yield run.source + start - run.copy, run.source + stop - run.copy
                start = stop
            index += 1

    def _offset(self, position: int, *, after: bool = False) -> int:
        """Where a sign of the copy comes from, or that ends; an inserted one: after the one before."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return self._runs[0].source if self._runs else 0
        run = self._runs[index]
        return run.source + min(position - run.copy + after, run.length)


def rewrite_lines(text: str, start: int) -> Copy:
    """The copy of ``text[start:]`` to parse, in linear time."""
    return _Rewriter(text).rewrite(start)


class _Rewriter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._copy = Copy()
        self._admonitions: list[int] = []
        """The indentation of the open ones, in columns."""
        self._fence: tuple[str, bool] | None = None
        """The signs that opened a fenced block of code, and whether in a quotation."""
        self._code_end: str | None = None
        """What ends the templates around a block of code."""
        self._last_ends: dict[str, int] = {}
        self._skipped = 0
        """The end of what is left out of the copy."""
        self._code = Code(text)
        self._left_out = LeftOut(text, self._code)

    def rewrite(self, start: int) -> Copy:
        for line in _LINE.finditer(self._text, start):
            self._add_line(line.start(), line.end())
        return self._copy

    def _add_line(self, start: int, end: int) -> None:
        text, copy = self._text, self._copy
        if self._code_end is not None:
            if text.find(self._code_end, start, end) >= 0:
                self._code_end = None
            copy.insert("\n")
            return
        if start < self._skipped:
            copy.insert("\n")
            if end <= self._skipped:
                return
            start = self._skipped
        start = self._add_prefix(start, end)
        if self._fence is not None:
            signs, is_quoted = self._fence
            rest = text[start:end].strip(" \t\r\n>")
            if is_quoted and not text[start:end].lstrip().startswith(">"):
                self._fence = None
            else:
                if rest.startswith(signs) and not rest.strip(signs[0]):
                    self._fence = None
                copy.keep(text, start, end)
                return
        fence = _FENCE.match(text, start, end)
        if fence:
            self._fence = (fence[2], ">" in fence[1])
            copy.keep(text, start, end)
        elif not self._rewrite(start, end):
            copy.keep(text, start, end)

    def _add_prefix(self, start: int, end: int) -> int:
        """Append the quotation signs for the admonitions that go on; where the rest of the line begins."""
        text = self._text
        if not self._admonitions:
            return start
        if text[start:end].isspace():
            for indent in self._admonitions:
                self._copy.insert(" " * min(indent, 3) + "> ")
            return start
        while self._admonitions:
            position = _at_column(text, start, end, self._admonitions[-1] + 4)
            if position is not None:
                break
            self._admonitions.pop()
            self._fence = None
        for indent in self._admonitions:
            self._copy.insert(" " * min(indent, 3) + "> ")
        return start if not self._admonitions else position or start

    def _rewrite(self, start: int, end: int) -> bool:
        """Append what stands for a line of a dialect; False if it is none."""
        text, copy = self._text, self._copy
        if after := self._left_out.end(start, end):
            self._skipped = after
            copy.insert("\n")
        elif admonition := _ADMONITION.match(text, start, end):
            group = 2 if admonition[2] is not None else 3
            self._add_title(*admonition.span(group))
            if len(self._admonitions) < MAX_ADMONITIONS:
                outer = self._admonitions[-1] + 4 if self._admonitions else 0
                self._admonitions.append(outer + len(admonition[1].expandtabs(4)))
        elif fence := _CONTAINER_FENCE.match(text, start, end):
            is_titled, self._skipped = self._left_out.begin_directive(start, end)
            self._add_title(*fence.span(1 if fence[1] is not None else 2) if is_titled else (-1, -1))
        elif alert := _ALERT.match(text, start, end):
            copy.keep(text, start, alert.end(1))
            copy.insert("\n")
            copy.keep(text, start, alert.end(1))
            copy.keep(text, *alert.span(2))
            copy.insert("\n")
            copy.keep(text, start, alert.end(1))
            copy.insert("\n")
        elif code := _CODE_TEMPLATE.match(text, start, end):
            name = code[1] or code[2]
            mark = f"end{name}" if code[1] else f"/{name}"
            if text.find(mark, start, end) < 0 and self._last_end(mark) > end:
                self._code_end = mark
            copy.insert("\n")
        elif _ATTRIBUTES.match(text, start, end) or _TEMPLATE.match(text, start, end):
            copy.insert("\n")
        elif abbreviation := _ABBREVIATION.match(text, start, end):
            self._add_title(abbreviation.end(), end)
        elif colon := _COLON.match(text, start, end):
            copy.keep(text, start, colon.end())
            copy.insert("\\")  # ":smile:" begins no definition
            copy.keep(text, colon.end(), end)
        else:
            return self._keep_tags(start, end)
        return True

    def _keep_tags(self, start: int, end: int) -> bool:
        """Append a line whose tags have attributes in braces (JSX) with empty ones; False if none has."""
        text, copy = self._text, self._copy
        position = start
        for name in TAG_START.finditer(text, start, end):
            tag = self._code.tag(name.end()) if name.start() >= position else None
            if tag is None:
                continue
            after, attributes = tag
            for attribute_start, attribute_end in attributes:
                copy.keep(text, position, attribute_start)
                if text[attribute_start] == "=":
                    copy.insert('=""')
                position = attribute_end
            copy.keep(text, position, after)
            position = self._skipped = after
        if position > start:
            copy.keep(text, position, end)
        return position > start

    def _add_title(self, start: int, end: int) -> None:
        """Append a paragraph."""
        prefix = "".join(" " * min(indent, 3) + "> " for indent in self._admonitions)
        self._copy.insert("\n" + prefix)
        if start >= 0:
            self._copy.keep(self._text, start, end)
        self._copy.insert("\n" + prefix + "\n")

    def _last_end(self, mark: str) -> int:
        if mark not in self._last_ends:
            self._last_ends[mark] = self._text.rfind(mark)
        return self._last_ends[mark]


def _at_column(text: str, start: int, end: int, column: int) -> int | None:
    """Where a line is indented by so many columns (tab stops every 4), None if it is indented by fewer."""
    reached = 0
    position = start
    while reached < column:
        if position >= end or text[position] not in " \t":
            return None
        reached += 4 - reached % 4 if text[position] == "\t" else 1
        position += 1
    return position
