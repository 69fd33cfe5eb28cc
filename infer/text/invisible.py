"""Invisible and combining characters: words are read through them.

A soft hyphen or zero-width character inside a word hides the word from a dictionary, and an edit beside one
would change a part of a word. They are read as nothing; an accent written as a combining mark is read
together with its letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from despin.infer.text.pieces import Kind, Piece

_DROPPED = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
"""Soft hyphen, joiners, zero-width spaces, direction marks, variation selectors."""
_KEPT = "\u202a-\u202e\u2066-\u2069"
"""Embeddings and isolates, which come in pairs."""
_MARKS = "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SPECIAL = re.compile(rf"(?P<hidden>[{_DROPPED}]+)|(?P<kept>[{_KEPT}]+)|(?P<marked>\w[{_MARKS}]+)")
_UNKNOWN_LETTER = "\u01c0"
"""Read for a letter whose combining marks have no composed form: no dictionary knows such a word."""


def read_invisible(text: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``pieces`` with invisible and combining characters of the prose as pieces of their own."""
    if text.isascii():  # a fast path
        yield from pieces
        return
    for piece in pieces:
        if piece.kind is not Kind.PROSE:
            yield piece
            continue
        last = piece.start
        for match in _SPECIAL.finditer(text, piece.start, piece.end):
            start, end = match.span()
            if start > last:
                yield Piece(last, start, Kind.PROSE)
            if match["hidden"]:
                yield Piece(start, end, Kind.HIDDEN, "")
            elif match["kept"]:
                yield Piece(start, end, Kind.MARKUP, "")
            else:
                composed = unicodedata.normalize("NFC", match["marked"])
                yield Piece(start, end, Kind.CHARACTER, composed if len(composed) == 1 else _UNKNOWN_LETTER)
            last = end
        if last < piece.end:
            yield Piece(last, piece.end, Kind.PROSE)
