"""LaTeX as pieces: the prose of paragraphs, headings, captions, footnotes and emphasis.

Own rules rather than pylatexenc, which builds nodes by recursion, so that deep nesting ends in an error, and
reads on with a guess where a group is never closed. Here one pass over the tokens keeps the open groups on a
stack; where groups end is known from a table made beforehand. Time is linear, and any text has pieces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from despin.infer.text.formats import latex_commands as known
from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.formats.latex_conditionals import left_out
from despin.infer.text.next_match import NextMatch
from despin.infer.text.pieces import Kind, Piece

_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*(?:\n[ \t]*(?=\S))?)"
    r"|\\(?P<command>[A-Za-z@]+)(?P<star>\*?)|\\(?P<sign>[^A-Za-z@])"
    r"|(?P<math>\$\$?)|(?P<open>\{)|(?P<close>\})"
    # From where a run of blanks begins, so that a long one is gone over once.
    r"|(?P<blank>(?:(?<![ \t\r])[ \t\r]*+)?\n[ \t\r]*\n\s*)|(?P<newline>(?:(?<![ \t\r])[ \t\r]*+)?\n[ \t]*)"
    r"|(?P<tie>~)|(?P<cell>&)"
)
# In an address a percent sign begins no comment.
_ADDRESS = r"\\(?:url|href|path|nolinkurl)(?![A-Za-z@])\*?[ \t]*+(?P<address>\{[^{}\n]*+\})"
_BRACE = re.compile(rf"{_ADDRESS}|\\(?:.|\n)|%[^\n]*|[{{}}]")
_DEFINED = re.compile(r"\s*\{?\\[A-Za-z@]+\}?(?:#\d)*+")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_SQUARE_END = re.compile(r"\]")
_BEGIN_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_END_DOCUMENT = re.compile(r"\\end\s*\{document\}")
_PREAMBLE = re.compile(r"\\document(?:class|style)\b")
_NAME = re.compile(r"\s*\{([A-Za-z]+)(\*?)\}")
_SPACE = re.compile(r"[ \t]*\n?[ \t]*")
_MATH_ENDS = {sign: re.compile(re.escape(sign)) for sign in ("$", "$$", "\\)", "\\]")}
_ACCENTED = re.compile(r"\s*(?:\{(\\[ij]|[^\W\d_])\}|(\\[ij](?![A-Za-z])|[^\W\d_]))")
_DEFINITION = re.compile(r"def|gdef|edef|xdef|newcommand|renewcommand|providecommand|newenvironment|let")
_NEWLINE = re.compile(r"\n")
MAX_VERB = 1_000
"""Characters of ``\\verb|…|`` beyond which its second sign is not looked for."""
_VERB = ("verb", "lstinline", "mintinline")


class _Group(NamedTuple):
    """An open argument: where it closes, how its braces are read, and what else of the command follows."""

    end: int
    kind: Kind
    command: str = ""


def read_latex(text: str) -> Sequence[Piece]:
    """The pieces of a LaTeX document, in order; time is linear in its length."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._out = PieceBuilder(text)
        self._next = NextMatch(text)
        self._closing = _closing_braces(text)
        self._left_out = left_out(text)
        self._groups: list[_Group] = []
        self._ends: dict[str, re.Pattern[str]] = {}

    def read(self) -> Sequence[Piece]:
        text = self._text
        start, end = _body(text)
        self._out.add(0, start, Kind.BOUNDARY)
        position = start
        while position < end:
            token = _TOKEN.search(text, position, end)
            if token is None:
                break
            self._out.add(position, token.start(), Kind.PROSE)
            position = min(max(self._token(token), token.end()), end)
        self._out.add(position, end, Kind.PROSE)
        self._out.add(end, len(text), Kind.BOUNDARY)
        return self._out.pieces()

    def _token(self, token: re.Match[str]) -> int:
        """Add the pieces of a token and of what belongs to it; the offset after them."""
        start, end, kind = token.start(), token.end(), token.lastgroup
        if kind == "blank" or kind == "cell":
            return self._add(start, end, Kind.BOUNDARY)
        if kind == "newline":
            return self._add(start, end, Kind.BREAK, " ")
        if kind == "tie":
            return self._add(start, end, Kind.MARKUP, " ")
        if kind == "math":
            closed = self._closed(_MATH_ENDS[token[0]], start, end)
            return self._add(start, closed or end, Kind.MARKUP, " " if closed else "")
        if kind == "open":
            return self._add(start, end, Kind.MARKUP, "")
        if kind == "close":
            return self._close(start)
        if kind == "sign":
            return self._sign(start, token["sign"])
        if kind == "comment":
            return self._add(start, end, Kind.MARKUP, "")
        return self._command(start, end, token["command"])

    def _add(self, start: int, end: int, kind: Kind, shown: str | None = None) -> int:
        self._out.add(start, end, kind, shown)
        return end

    def _close(self, start: int) -> int:
        while self._groups and self._groups[-1].end < start + 1:
            self._groups.pop()
        if self._groups and self._groups[-1].end == start + 1:
            kind = self._groups.pop().kind
            return self._add(start, start + 1, kind, "" if kind is Kind.MARKUP else None)
        return self._add(start, start + 1, Kind.MARKUP, "")

    def _sign(self, start: int, sign: str) -> int:
        """A backslash with a character that is no letter."""
        if sign in "([":
            closed = self._closed(_MATH_ENDS["\\)" if sign == "(" else "\\]"], start, start + 2)
            return self._add(start, closed or start + 2, Kind.MARKUP, " ")
        if sign == "\\":
            return self._add(start, self._options(start + 2), Kind.BOUNDARY)
        if sign in "-/":
            return self._add(start, start + 2, Kind.HIDDEN, "")
        if sign in known.SYMBOLS:
            return self._add(start, start + 2, Kind.CHARACTER, known.SYMBOLS[sign])
        if sign in known.ACCENTS and (end := self._accented(start, start + 2, sign)):
            return end
        return self._add(start, start + 2, Kind.MARKUP, " " if sign in " \n,;:" else "")

    def _accented(self, start: int, end: int, accent: str) -> int | None:
        letter = _ACCENTED.match(self._text, end)
        if not letter:
            return None
        base = (letter[1] or letter[2]).lstrip("\\")
        shown = unicodedata.normalize("NFC", base + known.ACCENTS[accent])
        if len(shown) > 1:  # no such letter, so that a word would end before the accent
            return None
        return self._add(start, letter.end(), Kind.CHARACTER, shown)

    def _command(self, start: int, end: int, name: str) -> int:
        text = self._text
        if after_branch := self._left_out.get(start):
            blank = self._next.find(_BLANK_LINE, start, after_branch)
            after_branch = self._skip_space(after_branch)
            return self._add(start, after_branch, Kind.BOUNDARY if blank else Kind.MARKUP, "")
        if name in _VERB:
            return self._add(start, self._verbatim(end, name), Kind.MARKUP, " ")
        if name in ("begin", "end"):
            return self._environment(start, end, name)
        if name in known.SYMBOLS:
            end = self._skip_space(end)
            return self._add(start, end, Kind.CHARACTER, known.SYMBOLS[name])
        if name in known.ACCENTS and (accented := self._accented(start, end, name)):
            return accented
        if _DEFINITION.fullmatch(name):
            return self._add(start, self._definition(end), Kind.BOUNDARY)
        set_off = name in known.SET_OFF
        if set_off or name in known.INLINE or name in known.SECOND:
            return self._prose_argument(start, end, name, Kind.BOUNDARY if set_off else Kind.MARKUP)
        if name == "item":
            if text[end : end + 1] != "[":  # a label is prose
                end = self._skip_space(end)
            return self._add(start, end, Kind.BOUNDARY)
        after = self._arguments(end)
        if name in known.BREAKS:
            return self._add(start, after, Kind.BOUNDARY)
        if after == end:
            return self._add(start, self._skip_space(end), Kind.MARKUP, "")
        return self._add(start, after, Kind.MARKUP, " ")

    def _prose_argument(self, start: int, end: int, name: str, kind: Kind) -> int:
        """A command up to the brace that opens its prose; all of it where there is none."""
        end = self._options(end)
        for _ in range(known.SECOND.get(name, 0)):
            group = self._group_end(end)
            end = self._options(group) if group else end
        opening = self._skip_space(end)
        if opening < len(self._text) and self._text[opening] == "{" and opening in self._closing:
            self._groups.append(_Group(self._closing[opening], kind))
            end = opening + 1
        return self._add(start, end, kind, "" if kind is Kind.MARKUP else None)

    def _environment(self, start: int, end: int, command: str) -> int:
        """``\\begin`` or ``\\end`` with its arguments, or a whole environment without prose."""
        name = _NAME.match(self._text, end)
        if not name:
            return self._add(start, end, Kind.MARKUP, "")
        if command == "begin" and name[1] in known.HIDDEN_ENVIRONMENTS:
            full = name[1] + name[2]
            if full not in self._ends:
                self._ends[full] = re.compile(rf"\\end\s*\{{{re.escape(full)}\}}")
            closed = self._next.find(self._ends[full], name.end())
            kind = Kind.MARKUP if name[1] == "math" else Kind.BOUNDARY
            return self._add(start, closed.end() if closed else name.end(), kind, " ")
        end = name.end()
        if command == "begin":
            end = self._options(end)
            for _ in range(known.ENVIRONMENT_ARGUMENTS.get(name[1] + name[2], 0)):
                end = self._group_end(end) or end
        return self._add(start, end, Kind.BOUNDARY)

    def _verbatim(self, end: int, name: str) -> int:
        """The end of ``\\verb|…|``, on one line."""
        text = self._text
        if text[end : end + 1] == "*":
            end += 1
        if name != "verb":
            end = self._options(end)
            if name == "mintinline":
                end = self._group_end(end) or end
        if (group := self._group_end(end)) and name != "verb":
            return group
        newline = text.find("\n", end)
        closed = (
            text.find(text[end], end + 1, newline if newline >= 0 else len(text)) if end < len(text) else -1
        )
        return closed + 1 if closed >= 0 else end

    def _definition(self, end: int) -> int:
        """The end of a definition: its name, its parameters and its body, perhaps on the next line."""
        name = _DEFINED.match(self._text, end)
        name_end = name.end() if name else end
        end = self._arguments(name_end)
        if end > name_end and self._text[end - 1] == "}":
            return end
        following = self._skip_space(end)
        return self._arguments(following) if self._text.startswith(("{", "["), following) else end

    def _arguments(self, end: int) -> int:
        """The offset after the arguments in brackets and braces that follow directly."""
        while True:
            after = self._group_end(end) or self._options(end)
            if after == end:
                return end
            end = after

    def _group_end(self, position: int) -> int | None:
        return self._closing.get(position)

    def _options(self, position: int) -> int:
        """The offset after an argument in square brackets, if there is one here; it holds no blank line."""
        if self._text[position : position + 1] != "[":
            return position
        return self._closed(_SQUARE_END, position, position + 1) or position

    def _closed(self, pattern: re.Pattern[str], start: int, after: int) -> int | None:
        """The end of the next match after ``after`` in the paragraph of ``start``."""
        blank = self._next.find(_BLANK_LINE, start)
        match = self._next.find(pattern, after, blank.start() if blank else None)
        while match and self._text[match.start() - 1] == "\\" and match[0][0] == "$":  # an escaped dollar
            match = self._next.find(pattern, match.end(), blank.start() if blank else None)
        return match.end() if match else None

    def _skip_space(self, position: int) -> int:
        space = _SPACE.match(self._text, position)
        # A blank line is no space: it ends the paragraph.
        if not space or self._text[space.end() : space.end() + 1] in ("\n", "\r"):
            return position
        return space.end()


def _body(text: str) -> tuple[int, int]:
    """The span of the document without its preamble and what follows its end."""
    begin = _BEGIN_DOCUMENT.search(text)
    if not begin:
        return (len(text), len(text)) if _PREAMBLE.search(text) else (0, len(text))
    end = _END_DOCUMENT.search(text, begin.end())
    return begin.end(), end.start() if end else len(text)


def _closing_braces(text: str) -> dict[int, int]:
    """For each brace that opens a group, by offset, the offset after the one that closes it."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for match in _BRACE.finditer(text):
        if match["address"] is not None:
            closing[match.start("address")] = match.end()
        elif match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            closing[opened.pop()] = match.end()
    return closing
