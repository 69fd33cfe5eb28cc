"""Collects the pieces of a document, joining neighbours that are read alike."""

from __future__ import annotations

from despin.infer.text.pieces import Kind, Piece


class PieceBuilder:
    """Spans of a document, added in order and without gap, joined into as few pieces as possible.

    A boundary takes in the mark-up, line breaks and blanks beside it, so that a paragraph starts and ends
    with something that is read.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: list[Piece] = []

    def add(self, start: int, end: int, kind: Kind, shown: str | None = None) -> None:
        """Add ``text[start:end]``, which follows the span added last. An empty span is left out."""
        if end <= start:
            return
        pieces = self._pieces
        if kind is Kind.BOUNDARY:
            while pieces and self._is_absorbed(pieces[-1]):
                start = pieces.pop().start
            if pieces and pieces[-1].kind is Kind.BOUNDARY:
                start = pieces.pop().start
            pieces.append(Piece(start, end, kind, "\n"))
            return
        piece = Piece(start, end, kind, shown)
        if pieces:
            last = pieces[-1]
            if last.kind is Kind.BOUNDARY and self._is_absorbed(piece):
                pieces[-1] = last._replace(end=end)
                return
            if last.kind is kind and kind is Kind.MARKUP:
                pieces[-1] = Piece(last.start, end, kind, max(last.shown or "", shown or ""))
                return
            if last.kind is kind and (kind is Kind.BREAK or (shown is None and last.shown is None)):
                pieces[-1] = last._replace(end=end)
                return
        pieces.append(piece)

    def pieces(self) -> list[Piece]:
        """The pieces so far."""
        return self._pieces

    def _is_absorbed(self, piece: Piece) -> bool:
        """Whether a boundary beside the piece takes it in."""
        if piece.kind is Kind.PROSE:
            return self._text[piece.start : piece.end].isspace()
        return piece.kind in (Kind.MARKUP, Kind.BREAK)
