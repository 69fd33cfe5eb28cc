"""Protected spans, where no edit may be made: addresses, names of code, inline code, tags, templates.

Three readings, of which the later ones look only where the earlier ones found nothing: blocks of code
(`code_blocks`), spans that signs open and close (`code_spans`), and runs of characters that signs glue
together (`glued_tokens`).
"""

from __future__ import annotations

from collections.abc import Iterator

from despin.infer.text.code_blocks import code_blocks
from despin.infer.text.code_spans import CodeSpans
from despin.infer.text.glued_tokens import glued_tokens, run_end


def protected_spans(text: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` in characters where no edit may be made, in order and without overlap.

    Time is linear in the length of the text.
    """
    blocks = code_blocks(text)
    spans = merge_spans(blocks + CodeSpans(text).find(blocks))
    tokens: list[tuple[int, int]] = []
    before = (0, 0)
    for span in [*spans, (len(text), len(text))]:
        tokens += _tokens_between(text, before, span, tokens[-1][1] if tokens else -1)
        before = span
    return merge_spans(spans + tokens)


def _tokens_between(
    text: str, before: tuple[int, int], after: tuple[int, int], last_token: int
) -> Iterator[tuple[int, int]]:
    """The glued tokens between two spans; ``last_token`` is the end of the last one before them."""
    start, end = before[1], after[0]
    touching = start > 0 and not text[start - 1].isspace()
    if touching and last_token == before[0] and text[last_token] in "{$%&":
        # An address goes on behind a template or an entity in it: "https://a.example/{{ id }}-home".
        behind = run_end(text, start, end)
        if behind > start:
            yield start, behind
    for token_start, token_end in glued_tokens(text[start:end], touching):
        yield start + token_start, start + token_end


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
