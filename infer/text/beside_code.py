"""Words that are glued to code, a template or an image are parts of words, and are not edited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from despin.infer.text.pieces import Kind, Piece

_WORD_END = re.compile(r"[^\W_]+\Z")
_WORD_START = re.compile(r"[^\W_]+")
_LONGEST_WORD = 64
_LINE_BREAK = re.compile(r"<br\b|[ \t\\]*\r?\n", re.IGNORECASE)
"""Mark-up that stands between words even where no space does."""


def fix_words_beside_code(text: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``pieces`` with the words that touch mark-up which is read as a space as pieces of their own."""
    before: Piece | None = None
    behind = False  # whether such mark-up stands right before the piece
    for piece in pieces:
        glues = piece.kind is Kind.MARKUP and piece.shown == " " and not _LINE_BREAK.match(text, piece.start)
        if behind and piece.kind is Kind.PROSE:
            word = _WORD_START.match(text, piece.start, piece.end)
            if word:
                yield Piece(piece.start, word.end(), Kind.FIXED)
                piece = piece._replace(start=word.end())
        if before is not None:
            if glues:
                start = max(before.start, before.end - _LONGEST_WORD)
                word = _WORD_END.search(text, start, before.end)
                if word:
                    if word.start() > before.start:
                        yield before._replace(end=word.start())
                    before = Piece(word.start(), before.end, Kind.FIXED)
            yield before
            before = None
        if piece.kind is Kind.PROSE and piece.end > piece.start:
            before = piece
        elif piece.end > piece.start:
            yield piece
        behind = glues
    if before is not None:
        yield before
