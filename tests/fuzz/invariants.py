"""Invariants for any text, checked by the property tests and the fuzzer. Each raises AssertionError."""

from __future__ import annotations

import re
from fractions import Fraction

from despin.infer import Despinner, apply_edits, revert_edits
from despin.infer.guards.amounts import parse_amounts
from despin.infer.render import as_json, diff
from despin.infer.text.blocks import split_blocks
from despin.infer.text.pieces import Kind, check_pieces
from despin.infer.text.protected import protected_spans
from despin.infer.text.reading import Format, escape, read_blocks, read_pieces, read_view
from despin.infer.text.segmentation import segment_text
from despin.infer.text.tokens import tokenize

_DIFF_EDIT = re.compile(r"\[-(.*?)-\]\{\+(.*?)\+\}", re.DOTALL)
BATCH_COMPANION = (
    "Officers stated it final yr, and the decrease home handed the invoice. It was a long time ago."
)
"""A text that shares a batch with the one that is checked."""


def check_parts(text: str, kind: Format) -> None:
    """Check blocks, pieces, view, segments and protected spans of a text, without a model."""
    assert "".join(split_blocks([text[:7], text[7:]], 16)) == text
    assert all(0 < len(block) <= 16 for block in split_blocks([text], 16))
    check_pieces(text, read_pieces(text, kind))
    assert "".join(view.source for view in read_blocks([text[:7], text[7:]], kind)) == text
    view = read_view(text, kind)
    last_end = 0
    for token in tokenize(view.text):
        start, end = view.source_span(token.start, token.end)
        assert last_end <= start < end <= len(text)
        last_end = end
    segments = list(segment_text(view.text, 12))
    assert "".join(view.text[s.start : s.end] for s in segments) == view.text
    assert [t for s in segments for t in s.tokens] == tokenize(view.text)
    assert all(0 < len(s.tokens) <= 12 or not s.tokens for s in segments)
    last_end = 0
    for start, end in protected_spans(view.text):
        assert last_end <= start < end <= len(view.text)
        last_end = end


def check_correction(despinner: Despinner, text: str, kind: Format) -> None:
    """Check that edits apply and revert, lose no mark-up and no line break, leave protected spans unchanged,
    change no amount, and are the same in a batch."""
    result = despinner.correct(text, kind)
    assert apply_edits(text, result.edits) == result.text
    assert revert_edits(result.text, result.edits) == text
    assert 0 <= result.score <= 1
    view = read_view(text, kind)
    pieces = read_pieces(text, kind)
    protected = [view.source_span(a, b) for a, b in [*protected_spans(view.text), *view.fixed]]
    for edit in result.edits:
        assert text[edit.start : edit.end] == edit.source != edit.replacement
        assert 0 <= edit.confidence <= 1 and edit.replacement.strip()
        assert not any(a < edit.end and edit.start < b for a, b in protected)
        position = 0
        for piece in pieces:
            if piece.start < edit.end and edit.start < piece.end:
                assert piece.kind not in (Kind.FIXED, Kind.BOUNDARY)
                if piece.kind in (Kind.MARKUP, Kind.BREAK):
                    verbatim = text[piece.start : piece.end]
                    position = edit.replacement.index(verbatim, position) + len(verbatim)
        assert re.findall(r"[\n\r]", edit.source) == re.findall(r"[\n\r]", edit.replacement)
        assert _amounts(edit.source) in ([], _amounts(edit.replacement)) or not _amounts(edit.replacement)
    if not any(marker in text for marker in ("[-", "{+")):
        assert _DIFF_EDIT.sub(r"\1", diff(text, result.edits)) == text
    assert "\n" not in as_json("-", result)
    batch = despinner.correct_batch([BATCH_COMPANION, text, text + " " + BATCH_COMPANION], kind)
    assert batch[1] == result
    assert escape("plain", kind) == "plain"


def _amounts(phrase: str) -> list[Fraction]:
    return parse_amounts(phrase) if any(c.isdigit() for c in phrase) else []
