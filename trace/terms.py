"""What is indexed of a text: its terms, runs of letters and digits in lower case, and pairs of neighbours.

The tokenizers of search engines split text in this way by default, so any engine can hold the collection.
The inverse dictionary is no part of the index: the classes of wordings that it ties together are made of a
query's words (`despin.trace.query`), so a better dictionary needs no new index.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

JOINT = "_"
"""Between the terms of a pair. It is in no term."""
MAX_LENGTH = 40
"""Characters of a pair that is indexed, and of a term by tantivy's own rule."""
_TERM = re.compile(r"[^\W_]+")


def terms(text: str) -> list[str]:
    """The terms of a text in order: "Target's 2,300" has target, s, 2 and 300."""
    # In lower case last, as engines do it: that may lengthen a letter ("İ"), and must not divide a term.
    return " ".join(_TERM.findall(text)).lower().split()


def pairs(words: Sequence[str]) -> list[str]:
    """The pairs of neighbouring terms (shingles of two), in order, the overlong left out.

    They find a stretch of common words, each of which alone is everywhere.
    """
    found = [f"{a}{JOINT}{b}" for a, b in itertools.pairwise(words)]
    return [pair for pair in found if len(pair) <= MAX_LENGTH]


def term_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans (offsets in characters, ends exclusive) of the terms of a text, in order."""
    return (match.span() for match in _TERM.finditer(text))
