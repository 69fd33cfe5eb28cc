"""What the tests of the readers look at: pieces as text."""

from __future__ import annotations

from despin.infer.text.pieces import Kind, Piece, check_pieces

READ = (Kind.PROSE, Kind.CHARACTER, Kind.HIDDEN)


def shown(text: str, pieces: list[Piece]) -> str:
    """The text that is read."""
    check_pieces(text, pieces)
    return "".join(text[p.start : p.end] if p.shown is None else p.shown for p in pieces)


def of_kind(text: str, pieces: list[Piece], kind: Kind) -> list[str]:
    """The spans of a kind, without white space around them, those of white space alone left out."""
    check_pieces(text, pieces)
    spans = [text[p.start : p.end].strip() for p in pieces if p.kind is kind]
    return [span for span in spans if span]


def paragraphs(text: str, pieces: list[Piece]) -> list[str]:
    """The paragraphs that are read, with white space made even."""
    lines = [" ".join(line.split()) for line in shown(text, pieces).split("\n")]
    return [line for line in lines if line]


def may_change(text: str, pieces: list[Piece]) -> list[bool]:
    """For each character, whether an edit may replace it."""
    editable = [False] * len(text)
    for piece in pieces:
        if piece.kind in READ:
            editable[piece.start : piece.end] = [True] * (piece.end - piece.start)
    return editable
