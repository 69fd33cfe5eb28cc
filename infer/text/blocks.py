"""A text of any length as blocks: each is judged and restored on its own, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

BLOCK_SIZE = 16_384
"""Characters of a block at most: 2,700 words, several times a usual article, and a few seconds' work."""
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])[\"'”’)]*\s"), re.compile(r"\s"))
"""Where a block may end, the best first: between paragraphs, lines, sentences, words."""


def split_blocks(chunks: Iterable[str], size: int = BLOCK_SIZE) -> Iterator[str]:
    """The text of ``chunks`` in blocks of at most ``size`` characters, which join back to it exactly.

    A text of at most ``size`` is one block; a longer one is cut at the last paragraph's end in the
    latter half of a block, else at a line's, a sentence's, a word's. A word longer than half a block
    is cut wherever the block ends.
    """
    held = ""
    for chunk in chunks:
        held += chunk
        at = 0
        while len(held) - at > size:
            end = _cut(held, at, at + size)
            yield held[at:end]
            at = end
        held = held[at:]
    if held:
        yield held


def _cut(text: str, start: int, limit: int) -> int:
    half, end = (start + limit) // 2, limit
    for pattern in _ENDS:
        found = [match.end() for match in pattern.finditer(text, half, limit)]
        if found:
            end = found[-1]
            break
    # Not between the halves of a line end, which would then be two.
    return end - 1 if text[end - 1] == "\r" and end - 1 > start else end
