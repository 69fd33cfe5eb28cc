"""Pieces: a document as a sequence of spans that cover it, each with the way in which it is read.

The readers in `despin.infer.text.formats` cut a document into pieces; `despin.infer.text.view` joins what
is read into one text and maps edits in it back to the document.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a piece is to the reader of the prose, and what an edit may do with it."""

    PROSE = "prose"
    """Read as it stands, may be edited."""
    CHARACTER = "character"
    """A character written otherwise, such as the entity ``&#8217;``: read as ``shown``, and replaced
    together with the word that it is part of."""
    HIDDEN = "hidden"
    """Invisible, such as a soft hyphen: read as nothing; disappears when the word around it is replaced."""
    MARKUP = "markup"
    """Tags, emphasis, link targets, code: read as ``shown`` (nothing where words continue across it, else a
    space) and kept character for character by an edit around it."""
    BREAK = "break"
    """A line break inside a paragraph, with all that belongs to it (indentation, quotation marks, the time
    code of a subtitle): read as a space, or as nothing after a hyphen that divides a word; an edit around it
    keeps it between words, but not always between the same ones."""
    FIXED = "fixed"
    """Words that are read as context and never edited: link labels, elements marked as not to translate."""
    BOUNDARY = "boundary"
    """What stands between two paragraphs: read as a line break; no edit crosses it."""


class Piece(NamedTuple):
    """The span ``text[start:end]`` of a document, in characters, read as ``shown``."""

    start: int
    end: int
    kind: Kind
    shown: str | None = None
    """None: as it stands."""


def check_pieces(text: str, pieces: list[Piece]) -> None:
    """Raise ValueError unless the pieces cover ``text`` in order, without gap, overlap or empty span."""
    last = 0
    for piece in pieces:
        if piece.start != last or piece.end <= piece.start:
            raise ValueError(f"piece {piece.start}:{piece.end} does not follow {last}")
        last = piece.end
    if last != len(text):
        raise ValueError(f"the pieces end at {last}, the text at {len(text)}")
