"""Templates in documents: ``{{ page.title }}``, ``{% if x %}``, ``{{< figure >}}``, ``<% x %>``, ``${x}``."""

from __future__ import annotations

import re

OPENING = r"\{\{|\{%|\{#|<%|\$\{"
MAX_LENGTH = 1_000
"""Characters; signs farther apart are not taken for one template, which also bounds the search."""
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>", "${": "}"}
_CODE_LIST = "highlight|code|codeblock|comment|verbatim"
_CODE = re.compile(rf"\{{%-?\s*({_CODE_LIST})\b|\{{\{{[<%]\s*({_CODE_LIST})\b")


class Templates:
    """Finds where the templates of one text end, in linear time for all of them together."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def end(self, start: int, limit: int) -> int | None:
        """The end of the template that opens at ``start``, at most ``limit``; None if it is none.

        A pair of templates around code, such as ``{% highlight %}``, is one with the code.
        """
        text = self._text
        opening = text[start : start + 2]
        limit_here = min(limit, start + MAX_LENGTH)
        closing = text.find(_CLOSING[opening], start + 2, limit_here)
        if closing < 0:
            return None
        end = closing + len(_CLOSING[opening])
        while opening == "{{" and end < limit and text[end] == "}":  # {{{ x }}}
            end += 1
        code = _CODE.match(text, start, end)
        return (code and self._end_of_code(code[1] or code[2], end, limit, bool(code[1]))) or end

    def _end_of_code(self, name: str, start: int, limit: int, liquid: bool) -> int | None:
        mark = f"end{name}" if liquid else f"/{name}"
        if mark in self._missing:
            return None
        found = self._text.find(mark, start)
        if found < 0:
            self._missing.add(mark)  # so that many unclosed ones do not search to the end each
        if not 0 <= found < limit:
            return None
        found += len(mark)
        closing = self._text.find("%}" if liquid else "}}", found, min(limit, found + MAX_LENGTH))
        return found if closing < 0 else closing + 2
