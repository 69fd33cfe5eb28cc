r"""What a LaTeX document leaves out by a conditional: ``\iffalse … \fi``, ``\if0 … \fi``.

TeX passes over such text counting only the conditionals in it, each up to its own ``\fi``.
"""

from __future__ import annotations

import re

_HINT = re.compile(r"\\if(?:false|true|\s*0)")
# Not conditionals: the sign for "if and only if", and macros that take their branches as arguments.
_MACRO = r"(?:f|def|undef|csdef|csundef|blank|toggle|bool|strequal|stringequal)(?![A-Za-z@])"
_TOKEN = re.compile(
    r"\\newif\s*\\if[A-Za-z@]+|\\let\s*\\if[A-Za-z@]+"
    rf"|(?P<if>\\if(?!{_MACRO})(?P<name>[A-Za-z@]*+)(?!\s*\{{)(?:(?<=\\if)\s*(?P<zero>0(?!\s*0)))?)"
    r"|(?P<else>\\else(?![A-Za-z@]))|(?P<fi>\\fi(?![A-Za-z@]))|\\(?:[A-Za-z@]+|.|\n)|%[^\n]*"
)


def left_out(text: str) -> dict[int, int]:
    """Where what is left out ends, by the offset of the command that opens it; linear in the text.

    A conditional that is never closed leaves nothing out.
    """
    if not _HINT.search(text):
        return {}
    opened: list[tuple[int, bool | None]] = []
    """The branches that are open, and whether each is left out; None where that is not known."""
    spans: dict[int, int] = {}
    for match in _TOKEN.finditer(text):
        if match["if"]:
            is_false = match["name"] == "false" or match["zero"] is not None
            opened.append((match.start(), True if is_false else False if match["name"] == "true" else None))
        elif opened and match["else"]:
            start, is_left_out = opened.pop()
            if is_left_out:
                spans[start] = match.end()
            opened.append((match.start(), None if is_left_out is None else not is_left_out))
        elif opened and match["fi"]:
            start, is_left_out = opened.pop()
            if is_left_out:
                spans[start] = match.end()
    return spans
