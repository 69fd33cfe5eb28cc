"""Stretches of text that are never touched: tags, addresses, handles, code."""

from __future__ import annotations

import re

# Every alternative is bounded or cannot begin twice in one run, so that no text makes it slow.
_SHIELDED = re.compile(
    r"<!--.{0,5000}?-->"
    r"|<(?:script|style|pre|code)\b[^<>]{0,1000}>.{0,20000}?</(?:script|style|pre|code)>"
    r"|</?[A-Za-z][^<>]{0,2000}>"
    r"|&[#\w]{1,32};"
    r"|`[^`\n]{1,500}`"
    r"|\b(?:https?|ftp)://[^\s<>\"“”]+|\bwww\.[^\s<>\"“”]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"
    r"|(?<!\w)[@#]\w+"
    r"|\b[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}\.(?:com|org|net|gov|edu|co|io|info|uk|de|fr|eu)\b(?:/[^\s<>]*)?",
    re.DOTALL | re.IGNORECASE,
)


def shielded(text: str) -> list[tuple[int, int]]:
    """Places ``(start, end)`` in characters, in order and apart, where no edit may be made."""
    return [m.span() for m in _SHIELDED.finditer(text)]


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches in order, overlapping ones joined."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


class Shield:
    """Answers whether a stretch is shielded, for stretches asked in rising order."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans, self._at = spans, 0

    def covers(self, start: int, end: int) -> bool:
        """Whether ``start:end`` overlaps a shielded stretch; ``start`` must not fall between calls."""
        while self._at < len(self._spans) and self._spans[self._at][1] <= start:
            self._at += 1
        return self._at < len(self._spans) and self._spans[self._at][0] < end
