"""Whether a text breaks off inside a block of code: more of it has to be read to know what is prose."""

from __future__ import annotations

import re

_ELEMENTS = "pre|script|style|code|textarea|xmp|kbd|samp|svg|math"
_ENVIRONMENTS = r"(?:verbatim|Verbatim|lstlisting|minted|equation|align|gather|multline|eqnarray|tabular)\*?"
_FENCE = re.compile(r"^[ \t]{0,3}(?:`{3}|~{3}\w)", re.MULTILINE)
_PAIRS = [
    (re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE))
    for opening, closing in (
        (rf"<(?:{_ELEMENTS})\b", rf"</(?:{_ELEMENTS})\b"),
        ("<!--", "-->"),
        (r"\[(?:code|pre|noparse|nowiki)\b", r"\[/(?:code|pre|noparse|nowiki)\b"),
        (rf"\\begin\{{{_ENVIRONMENTS}\}}", rf"\\end\{{{_ENVIRONMENTS}\}}"),
        (r"\{%-?\s*(?:raw|verbatim|highlight|comment|code)\b", r"\{%-?\s*end"),
        ("-----BEGIN ", "-----END "),
    )
]


def ends_in_code(text: str) -> bool:
    """Whether a block of code may be open at the end of ``text``. Linear time."""
    if sum(1 for _ in _FENCE.finditer(text)) % 2:
        return True
    for opening, closing in _PAIRS:
        last = -1
        for match in opening.finditer(text):
            last = match.end()
        if last >= 0 and not closing.search(text, last):
            return True
    return False
