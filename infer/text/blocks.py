"""Blocks: a text of any length in parts that are scored and restored one at a time, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from despin.infer.text.pieces import Kind, Piece

BLOCK_SIZE = 16_384
"""Maximum characters in a block: about 2,700 words, several times the length of a usual article."""
_BOUNDARIES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])[\"'”’)]*\s"),
    re.compile(r"\s"),
)
"""Where a block may end, in order of preference: between paragraphs, lines, sentences, words."""


def split_blocks(chunks: Iterable[str], size: int = BLOCK_SIZE) -> Iterator[str]:
    """Split the concatenation of ``chunks`` into blocks of at most ``size`` characters.

    The blocks join back to the text exactly. A text of at most ``size`` characters is one block; a longer
    one is split at the last paragraph boundary in the second half of a block, else at the last line,
    sentence or word boundary there. A word longer than half a block is split where the block is full.
    """
    buffer = ""
    for chunk in chunks:
        buffer += chunk
        start = 0
        while len(buffer) - start > size:
            end = _block_end(buffer, start, start + size)
            yield buffer[start:end]
            start = end
        buffer = buffer[start:]
    if buffer:
        yield buffer


def split_pieces(text: str, pieces: Iterable[Piece], size: int = BLOCK_SIZE) -> Iterator[list[Piece]]:
    """The pieces of ``text`` in blocks that read as about ``size`` characters.

    A block ends between two paragraphs: with a boundary or the last line break of the second half. If there
    is none up to twice the size it ends where a space is read, and after four times as many anywhere.
    """
    block: list[Piece] = []
    length = 0
    for piece in pieces:
        while piece.shown is None and (cut := _cut_in(text, piece, length, size)) is not None:
            yield [*block, piece._replace(end=cut)]
            block, length = [], 0
            piece = piece._replace(start=cut)
        block.append(piece)
        shown = text[piece.start : piece.end] if piece.shown is None else piece.shown
        length += len(shown)
        if (
            (length >= size and (piece.kind is Kind.BOUNDARY or shown.endswith("\n")))
            or (length >= 2 * size and shown[-1:].isspace())
            or max(length, len(block)) >= 4 * size
        ):
            yield block
            block, length = [], 0
    if block:
        yield block


def _cut_in(text: str, piece: Piece, length: int, size: int) -> int | None:
    """Where a block that has ``length`` characters already ends in a piece, None if not in this one."""
    if length + piece.end - piece.start <= size:
        return None
    limit = piece.start + max(size - length, 1)
    middle = max(piece.start, limit - size // 2)
    for pattern in _BOUNDARIES[:2]:
        boundaries = [match.end() for match in pattern.finditer(text, middle, limit)]
        if boundaries and boundaries[-1] < piece.end:
            return boundaries[-1]
    # No line ends here: only a piece that is too long by itself is cut inside a line.
    return _block_end(text, piece.start, piece.start + size) if piece.end - piece.start > size else None


def _block_end(text: str, start: int, limit: int) -> int:
    middle, end = (start + limit) // 2, limit
    for pattern in _BOUNDARIES:
        boundaries = [match.end() for match in pattern.finditer(text, middle, limit)]
        if boundaries:
            end = boundaries[-1]
            break
    # "\r\n" is one line end and must stay in one block.
    return end - 1 if text[end - 1] == "\r" and end - 1 > start else end
