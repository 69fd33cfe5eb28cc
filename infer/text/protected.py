"""Protected spans, where no edit may be made: tags, URLs, e-mail addresses, handles, code."""

from __future__ import annotations

import re

_DOMAIN = r"\.(?:com|org|net|gov|edu|co|io|info|uk|de|fr|eu)\b"
# Every alternative is bounded or cannot start twice within one run, so matching time is linear in the text.
_PROTECTED = re.compile(
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
# Every match contains one of these and most texts contain none; searching for them is ten times as fast.
_HINT = re.compile(rf"[<&`@#]|://|www\.|{_DOMAIN}", re.IGNORECASE)
_CLOSING = {k: re.compile(rf"</{k}\s*>", re.IGNORECASE) for k in ("script", "style", "pre", "code")}
_CLOSING[""] = re.compile("-->")


def protected_spans(text: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` in characters where no edit may be made, in order and without overlap.

    A comment, script, style, pre or code element extends to its closing tag; without one, only the
    opening tag is protected. Each kind of missing closing tag is searched for once.
    """
    spans: list[tuple[int, int]] = []
    unclosed: set[str] = set()
    hint = _HINT.search(text)
    if not hint:
        return []
    end = text.rfind("\n", 0, hint.start()) + 1
    while match := _PROTECTED.search(text, end):
        start, end = match.span()
        if match["block"]:
            kind = (match["kind"] or "").lower()
            closing = None if kind in unclosed else _CLOSING[kind].search(text, end)
            if closing:
                end = closing.end()
            else:
                unclosed.add(kind)
        spans.append((start, end))
    return spans


def merge_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans sorted, with overlapping and adjacent ones merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class ProtectedCursor:
    """Overlap queries against sorted, disjoint spans, for queries in ascending order: linear time in all."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans, self._index = spans, 0

    def covers(self, start: int, end: int) -> bool:
        """Whether ``start:end`` overlaps a protected span; ``start`` must not decrease between calls."""
        while self._index < len(self._spans) and self._spans[self._index][1] <= start:
            self._index += 1
        return self._index < len(self._spans) and self._spans[self._index][0] < end
