"""Stretches of text that are never touched: tags, addresses, handles, code."""

from __future__ import annotations

import re

_DOMAIN = r"\.(?:com|org|net|gov|edu|co|io|info|uk|de|fr|eu)\b"
# Every alternative is bounded or cannot begin twice in one run, so that no text makes it slow.
_SHIELDED = re.compile(
    r"(?P<block><!--|<(?P<kind>script|style|pre|code)\b[^<>]{0,1000}>)"
    r"|</?[A-Za-z][^<>]{0,2000}>"
    r"|&[#\w]{1,32};"
    r"|`[^`\n]{1,500}`"
    r"|\b(?:https?|ftp)://[^\s<>\"“”]+|\bwww\.[^\s<>\"“”]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"
    r"|(?<!\w)[@#]\w+"
    rf"|\b[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{0,8}}{_DOMAIN}(?:/[^\s<>]*)?",
    re.IGNORECASE,
)
# Every match holds one of these, and most texts none: they are found ten times as fast.
_SIGN = re.compile(rf"[<&`@#]|://|www\.|{_DOMAIN}", re.IGNORECASE)
_CLOSING = {k: re.compile(rf"</{k}\s*>", re.IGNORECASE) for k in ("script", "style", "pre", "code")}
_CLOSING[""] = re.compile("-->")


def protected_spans(text: str) -> list[tuple[int, int]]:
    """Places ``(start, end)`` in characters, in order and apart, where no edit may be made.

    A comment, script, style, pre or code element reaches to its closing tag; without one, only the
    opening tag is shielded. A closing tag once looked for in vain is not looked for again.
    """
    spans: list[tuple[int, int]] = []
    unclosed: set[str] = set()
    first = _SIGN.search(text)
    if not first:
        return []
    at = text.rfind("\n", 0, first.start()) + 1
    while found := _SHIELDED.search(text, at):
        start, at = found.span()
        if found["block"]:
            kind = (found["kind"] or "").lower()
            closing = None if kind in unclosed else _CLOSING[kind].search(text, at)
            if closing:
                at = closing.end()
            else:
                unclosed.add(kind)
        spans.append((start, at))
    return spans


def merge_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches in order, overlapping ones joined."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


class ProtectedCursor:
    """Answers whether a stretch is shielded, for stretches asked in rising order."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans, self._at = spans, 0

    def covers(self, start: int, end: int) -> bool:
        """Whether ``start:end`` overlaps a shielded stretch; ``start`` must not fall between calls."""
        while self._at < len(self._spans) and self._spans[self._at][1] <= start:
            self._at += 1
        return self._at < len(self._spans) and self._spans[self._at][0] < end
