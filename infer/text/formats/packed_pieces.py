"""Pieces in few bytes, since a page of many megabytes has millions of them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import overload

from despin.infer.text.pieces import Kind, Piece

_KINDS = tuple(Kind)
_INDEX = {kind: index for index, kind in enumerate(_KINDS)}


class PackedPieces(Sequence[Piece]):
    """A list of pieces that cover a text, about 13 bytes each; it grows and shrinks at its end.

    Only where a piece starts is stored: it ends where the next one starts.
    """

    def __init__(self) -> None:
        self._starts = array("q")
        self._kinds = bytearray()
        self._shown = array("I")
        """Indices of ``_texts``."""
        self._texts: list[str | None] = [None]
        self._index: dict[str | None, int] = {None: 0}
        self._end = 0

    def append(self, piece: Piece) -> None:
        """Add a piece that starts where the last one ends."""
        index = self._index.get(piece.shown)
        if index is None:
            index = self._index[piece.shown] = len(self._texts)
            self._texts.append(piece.shown)
        self._starts.append(piece.start)
        self._kinds.append(_INDEX[piece.kind])
        self._shown.append(index)
        self._end = piece.end

    def pop(self) -> Piece:
        """Take the last piece off."""
        piece = self[-1]
        del self._starts[-1], self._kinds[-1], self._shown[-1]
        self._end = piece.start
        return piece

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Piece: ...

    @overload
    def __getitem__(self, index: slice) -> list[Piece]: ...

    def __getitem__(self, index: int | slice) -> Piece | list[Piece]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        end = self._starts[index + 1] if index + 1 < len(self) else self._end
        return Piece(self._starts[index], end, _KINDS[self._kinds[index]], self._texts[self._shown[index]])
