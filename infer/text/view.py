"""The view of a document: its prose as one text, and how spans of it lie in the document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from despin.infer.text.pieces import Kind, Piece


class View:
    """The prose of a document as it is read, each character of it mapped to its place in the document."""

    def __init__(self, source: str, pieces: Sequence[Piece]) -> None:
        """``pieces`` cover ``source``, see `despin.infer.text.pieces`."""
        self.source = source
        self._pieces = pieces
        self._starts: list[int] = []
        """Where each piece starts in ``text``."""
        shown: list[str] = []
        length = 0
        for piece in pieces:
            self._starts.append(length)
            part = source[piece.start : piece.end] if piece.shown is None else piece.shown
            shown.append(part)
            length += len(part)
        self._starts.append(length)
        self.text = "".join(shown)
        """What is read."""
        self.protected: list[tuple[int, int]] | None = None
        """The protected spans of ``text`` where what stands around it decides, else None."""

    @property
    def fixed(self) -> list[tuple[int, int]]:
        """The spans of ``text`` that are read but never edited, in order."""
        return [
            (self._starts[i], self._starts[i + 1])
            for i, piece in enumerate(self._pieces)
            if piece.kind is Kind.FIXED and self._starts[i] < self._starts[i + 1]
        ]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the document that a span of ``text`` was read from, without what is invisible at its
        ends. An empty span lies where the character at ``start`` comes from."""
        first = self._source_start(start)
        return first, max(first, self._source_end(end)) if end > start else first

    def pieces_between(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces of a span of the document (offsets in it), the first and last one cut to the span."""
        for i in range(self._piece_at_source(start), len(self._pieces)):
            piece = self._pieces[i]
            if piece.start >= end:
                return
            if piece.kind is Kind.PROSE and (piece.start < start or piece.end > end):
                yield piece._replace(start=max(piece.start, start), end=min(piece.end, end))
            else:
                yield piece

    def piece_before(self, offset: int) -> Piece | None:
        """The piece that ends at or holds the character before an offset of the document."""
        return self._pieces[self._piece_at_source(offset - 1)] if offset > 0 else None

    def piece_after(self, offset: int) -> Piece | None:
        """The piece of the character at an offset of the document."""
        return self._pieces[self._piece_at_source(offset)] if offset < len(self.source) else None

    def _source_start(self, position: int) -> int:
        # The last of the pieces that start at or before it is the only one that is not empty there.
        i = bisect_right(self._starts, position) - 1
        if i >= len(self._pieces):
            return len(self.source)
        piece = self._pieces[i]
        return piece.start + (position - self._starts[i] if piece.shown is None else 0)

    def _source_end(self, position: int) -> int:
        i = bisect_right(self._starts, position - 1) - 1
        piece = self._pieces[i]
        return piece.start + position - self._starts[i] if piece.shown is None else piece.end

    def _piece_at_source(self, offset: int) -> int:
        return bisect_right(self._pieces, offset, key=lambda piece: piece.start) - 1
