"""JavaScript in Markdown (MDX): which braces hold code, where expressions, statements and JSX tags end.

Nothing is parsed: brackets are matched over the whole text, those in quotes left out, and what signs only
code has decides. ``{props.home}`` is code; ``{dollars}`` and ``{that a}``, as spinners write, are prose.
"""

from __future__ import annotations

import re

from despin.infer.text.next_match import NextMatch

MAX_LENGTH = 4_000
"""Characters between two brackets; those farther apart are not taken for a pair."""
_QUOTED = r"\\.|\"(?:[^\"\\\n]|\\.)*+\"|(?<!\w)'(?:[^'\\\n]|\\.)*+'"
_BRACKET = re.compile(rf"{_QUOTED}|[()\[\]{{}}]")
_EVENT = re.compile(rf"{_QUOTED}|[(\[{{]|\n[ \t\r]*(?=\n)")
TAG_START = re.compile(r"<[A-Za-z][\w.:-]*(?=[\s{])")
"""What may open a tag."""
_TAG_EVENT = re.compile(r"=?[ \t]*+\{|\"[^\"]{0,1000}+\"|'[^']{0,1000}+'|[<>]|\n[ \t\r]*\n")
_OPENING = {")": "(", "]": "[", "}": "{"}
_CODE_SIGN = re.compile(
    r"[\"`]|(?<!\w)'(?=\S)|=>|&&|\|\||[!=]=|(?<=\{)\.\.\.(?=[A-Za-z_$])"
    # A call, but not "officer(s)"; a property, but not "e.g." or the missing space in "yr.The".
    r"|(?<=[\w$])\((?!s\))|(?<=[A-Za-z_$][\w$])\.(?=[a-z_$])|(?<=\{)[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)+(?=\})"
    r"|\s\?\s[^?\x01\x03]{0,300}?\s:\s"
)


class Code:
    """Finds where the code in one text ends, in linear time for all queries in ascending order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = NextMatch(text)
        self._pairs: dict[int, int] | None = None
        self._failed: set[int] = set()
        """Brackets from which the end of a statement was not found."""
        self._not_tags: set[int] = set()
        """Places in a tag from which its end was not found."""

    def expression_end(self, start: int) -> int | None:
        """The end of the expression that opens with the brace at ``start``; None if that is no code."""
        end = self._closing(start)
        return end if end is not None and self._next.find(_CODE_SIGN, start, end) else None

    def statement_end(self, start: int) -> int | None:
        """The start of the first blank line after ``start`` that is in no brackets, or the end of the text;
        None if a bracket is not closed before."""
        position = start
        visited: list[int] = []
        while event := _EVENT.search(self._text, position):
            if event[0][0] == "\n":
                return event.start() + 1
            position = event.end()
            if event[0] in "([{":
                closing = None if event.start() in self._failed else self._closing(event.start())
                visited.append(event.start())
                if closing is None:
                    self._failed.update(visited)
                    return None
                position = closing
        return len(self._text)

    def tag(self, name_end: int) -> tuple[int, list[tuple[int, int]]] | None:
        """The end of a tag that has attributes in braces, and the spans of those: ``={…}`` or ``{…}``.

        ``name_end``: where its name ends. None if it has no such attribute, or is no tag.
        """
        position = name_end
        spans: list[tuple[int, int]] = []
        visited: list[int] = []
        while position not in self._not_tags and (event := _TAG_EVENT.search(self._text, position)):
            visited.append(position)
            position = event.end()
            if event[0] == ">":
                return (position, spans) if spans else None
            if event[0][-1] == "{":
                closing = self._closing(position - 1)
                if closing is None:
                    break
                spans.append((event.start(), closing))
                position = closing
            elif event[0][0] not in "\"'":
                break
        self._not_tags.update(visited)
        return None

    def _closing(self, opening: int) -> int | None:
        """The offset after the bracket that closes the one at ``opening``."""
        if self._pairs is None:
            self._pairs = _pairs(self._text)
        return self._pairs.get(opening)


def _pairs(text: str) -> dict[int, int]:
    opened: dict[str, list[int]] = {sign: [] for sign in _OPENING.values()}
    pairs: dict[int, int] = {}
    for match in _BRACKET.finditer(text):
        sign = match[0]
        if sign in opened:
            opened[sign].append(match.start())
        elif sign in _OPENING and opened[_OPENING[sign]]:
            start = opened[_OPENING[sign]].pop()
            if match.end() - start <= MAX_LENGTH:
                pairs[start] = match.end()
    return pairs
