"""What is indexed of a text: its terms, runs of letters and digits in lower case.

The tokenizers of search engines split text in this way by default, so any engine can hold the collection.
The inverse dictionary is no part of the index: the classes of wordings that it ties together are made of a
query's words (`despin.trace.query`), so a better dictionary needs no new index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TERM = re.compile(r"[^\W_]+")


def terms(text: str) -> list[str]:
    """The terms of a text in order: "Target's 2,300" has target, s, 2 and 300."""
    return _TERM.findall(text.lower())


def term_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans (offsets in characters, ends exclusive) of the terms of a text, in order."""
    return (match.span() for match in _TERM.finditer(text))
