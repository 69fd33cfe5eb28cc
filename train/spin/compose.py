"""Composition of edits: spinning twice, expressed as edits of the clean text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from despin.infer.text.edits import Edit, apply_edits


class _Span(NamedTuple):
    """An edit of the first pass: its span in the clean text and the span of its replacement."""

    clean_start: int
    clean_end: int
    start: int
    end: int


def compose_edits(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """The edits of ``text`` that have the effect of ``first`` followed by ``second``.

    ``second`` has offsets in the result of ``first``. Overlapping edits of the two are merged into one.
    """
    spun = apply_edits(text, first)
    spans = _replaced_spans(first)
    out: list[Edit] = []
    i = j = shift = 0  # next edit of the first and of the second pass; spun offset minus clean offset
    while i < len(spans) or j < len(second):
        if i < len(spans) and (j == len(second) or spans[i].end <= second[j].start):
            span = spans[i]
            source = text[span.clean_start : span.clean_end]
            out.append(Edit(span.clean_start, span.clean_end, source, spun[span.start : span.end]))
            i, shift = i + 1, span.end - span.clean_end
            continue
        start, end = second[j].start, second[j].end
        clean_start = start - shift
        overlapping: list[Edit] = []
        # Extend the span until no edit of either pass crosses its borders.
        while True:
            if j < len(second) and (second[j].start < end or second[j].start == start):
                overlapping.append(second[j])
                end = max(end, second[j].end)
                j += 1
            elif i < len(spans) and spans[i].start < end:
                if spans[i].start < start:
                    start, clean_start = spans[i].start, spans[i].clean_start
                end = max(end, spans[i].end)
                shift = spans[i].end - spans[i].clean_end
                i += 1
            else:
                break
        moved = [Edit(e.start - start, e.end - start, e.source, e.replacement) for e in overlapping]
        source, replacement = text[clean_start : end - shift], apply_edits(spun[start:end], moved)
        if source != replacement:
            out.append(Edit(clean_start, end - shift, source, replacement))
    return out


def _replaced_spans(edits: Sequence[Edit]) -> list[_Span]:
    spans, shift = [], 0
    for edit in edits:
        start = edit.start + shift
        spans.append(_Span(edit.start, edit.end, start, start + len(edit.replacement)))
        shift += len(edit.replacement) - (edit.end - edit.start)
    return spans
