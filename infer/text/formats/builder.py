"""Collects the pieces of a document, joining neighbours that are read alike."""

from __future__ import annotations

from despin.infer.text.formats.packed_pieces import PackedPieces
from despin.infer.text.pieces import Kind, Piece


class PieceBuilder:
    """Spans of a document, added in order and without gap, joined into as few pieces as possible.

    A boundary takes in the mark-up, line breaks and blanks beside it, so that a paragraph starts and ends
    with something that is read.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = PackedPieces()
        self._last: Piece | None = None
        """The last piece, which may still grow; not yet among ``_pieces``."""

    def add(self, start: int, end: int, kind: Kind, shown: str | None = None) -> None:
        """Add ``text[start:end]``, which follows the span added last. An empty span is left out."""
        if end <= start:
            return
        if kind is Kind.BOUNDARY:
            self._add_boundary(start, end)
            return
        piece = Piece(start, end, kind, shown)
        last = self._last
        if last is not None:
            if last.kind is Kind.BOUNDARY and self._is_absorbed(piece):
                self._last = last._replace(end=end)
                return
            if last.kind is kind and kind is Kind.MARKUP:
                self._last = Piece(last.start, end, kind, max(last.shown or "", shown or ""))
                return
            if last.kind is kind and (kind is Kind.BREAK or (shown is None and last.shown is None)):
                self._last = last._replace(end=end)
                return
            self._pieces.append(last)
        self._last = piece

    def pieces(self) -> PackedPieces:
        """The pieces so far. Nothing may be added after."""
        if self._last is not None:
            self._pieces.append(self._last)
            self._last = None
        return self._pieces

    def _add_boundary(self, start: int, end: int) -> None:
        last = self._last
        while last is not None and (last.kind is Kind.BOUNDARY or self._is_absorbed(last)):
            start = last.start
            is_boundary = last.kind is Kind.BOUNDARY
            last = self._pieces.pop() if self._pieces else None
            if is_boundary:
                break
        if last is not None:
            self._pieces.append(last)
        self._last = Piece(start, end, Kind.BOUNDARY, "\n")

    def _is_absorbed(self, piece: Piece) -> bool:
        """Whether a boundary beside the piece takes it in."""
        if piece.kind is Kind.PROSE:
            return self._text[piece.start : piece.end].isspace()
        return piece.kind in (Kind.MARKUP, Kind.BREAK)
