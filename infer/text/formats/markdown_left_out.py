"""Lines of Markdown's dialects that are no prose, perhaps with blank lines between them: comments, statements
and expressions of MDX, options and code of MyST's directives."""

from __future__ import annotations

import re

from despin.infer.text.formats.jsx import Code
from despin.infer.text.next_match import NextMatch

# Directives of MyST: their options, and those whose content is code.
_NAMED_FENCE = re.compile(r"(?:[ \t>]|[-*+][ ]|\d{1,9}[.)][ ])*+:{3,}+\{([A-Za-z][\w:+-]*)\}")
_OPTION = re.compile(r"[ \t>]*+:[A-Za-z][\w-]*:(?=\s|\Z)")
_OPTION_BLOCK = re.compile(r"[ \t>]*+---[ \t\r]*\n(?:[^\n]*\n){0,40}?[ \t>]*---[ \t\r]*(?:\n|\Z)")
_CODE_DIRECTIVES = frozenset(
    ["code", "code-block", "code-cell", "sourcecode", "math", "raw", "eval-rst", "mermaid", "graphviz",
     "toctree", "bibliography", "csv-table", "prompt", "parsed-literal"]
)  # fmt: skip
_UNTITLED = _CODE_DIRECTIVES | {"figure", "image", "include", "literalinclude", "iframe", "embed"}
"""Those whose argument is a path or the name of a language."""
_FENCE_END = re.compile(r"^[ \t>]*:{3,}[ \t\r]*$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t>]*+(?:(?P<mdx>\{/\*)|(?P<obsidian>%%))")
_COMMENT_END = re.compile(r"\*/\}")
MAX_COMMENT = 4_000
"""Characters of a comment between two ``%%``, which other dialects do not know."""
_EXPRESSION = re.compile(r"[ \t>]*+(?=\{(?![{%#:.]))")
_TARGET = re.compile(r"[ \t>]*+\([^()\s]{1,100}\)=[ \t\r]*$", re.MULTILINE)
"""The label that MyST's references name."""
_SIGN = re.compile(r"[^ \t\r]")
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?=\n)")
# Statements of MDX; they go on up to a blank line outside their brackets.
_STATEMENT = re.compile(
    r"import[ \t]*(?:\{[^}\n]*$|[^\n\"']{0,300}[ \t]from[ \t]*[\"']|[\"'][^\"'\n]*[\"'][ \t]*;?[ \t\r]*$)"
    r"|export[ \t]+(?:\{|\*|(?:default|const|let|var|function|class|async|type|interface"
    r"|enum|namespace|abstract|declare)\b[^\n]*[{(=;])",
    re.MULTILINE,
)


class LeftOut:
    """Finds what is left out of one text, in linear time for all its lines in ascending order."""

    def __init__(self, text: str, code: Code) -> None:
        self._text = text
        self._code = code
        self._next = NextMatch(text)
        self._in_options = False
        """Whether the options of a directive may stand here."""

    def begin_directive(self, start: int, end: int) -> tuple[bool, int]:
        """For a line that opens a container: whether its title is prose, and where what follows it and is no
        prose ends, if it is the fence of a directive of MyST."""
        fence = _NAMED_FENCE.match(self._text, start, end)
        if not fence:
            return True, end
        self._in_options = True
        if fence[1] in _CODE_DIRECTIVES and (closed := self._next.find(_FENCE_END, end)):
            return False, closed.start()
        block = _OPTION_BLOCK.match(self._text, end)
        return fence[1] not in _UNTITLED, block.end() if block else end

    def end(self, start: int, end: int) -> int | None:
        """The end of what begins with a line and is no prose, perhaps over blank lines: an option of a
        directive, a comment, a statement, an expression that stands alone."""
        text = self._text
        if self._in_options:
            if _OPTION.match(text, start, end):
                return end
            self._in_options = False
        if comment := _COMMENT.match(text, start, end):
            if comment["mdx"]:
                closed = self._next.find(_COMMENT_END, comment.end())
                after = closed.end() if closed else None
            else:
                after = self._obsidian_end(comment.end(), end)
            # One in a line of prose is found there, as a notation.
            return after if after and (after > end or text[after:end].isspace()) else None
        if expression := _EXPRESSION.match(text, start, end):
            after = self._code.expression_end(expression.end())
            return after if after and self._line_ends(after) else None
        if _TARGET.match(text, start, end):
            return end
        if _STATEMENT.match(text, start, end):
            if after := self._code.statement_end(start):
                return after
            blank = self._next.find(_BLANK_LINE, start)
            return blank.start() + 1 if blank else len(text)
        return None

    def _obsidian_end(self, start: int, end: int) -> int | None:
        """The end of the comment whose opening ``%%`` ends at ``start``; None if its line ends outside."""
        closed = self._text.find("%%", start, end)
        if closed >= 0:
            return closed + 2 if self._text[closed + 2 : end].isspace() else None
        closed = self._text.find("%%", end, end + MAX_COMMENT)
        return closed + 2 if closed >= 0 else None

    def _line_ends(self, position: int) -> bool:
        """Whether nothing but blanks follows in a line."""
        following = _SIGN.search(self._text, position)
        return following is None or following[0] == "\n"
