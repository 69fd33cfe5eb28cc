"""Invariants for any text, checked by the property tests and the fuzzer. Each raises AssertionError."""

from __future__ import annotations

import re
from fractions import Fraction

from despin.infer import Despinner, apply_edits, revert_edits
from despin.infer.guards.amounts import parse_amounts
from despin.infer.render import as_json, diff
from despin.infer.text.blocks import split_blocks
from despin.infer.text.markup import Format, prose_view
from despin.infer.text.protected import protected_spans
from despin.infer.text.segmentation import segment_text
from despin.infer.text.tokens import tokenize

_DIFF_EDIT = re.compile(r"\[-(.*?)-\]\{\+(.*?)\+\}", re.DOTALL)


def check_parts(text: str, kind: Format) -> None:
    """Check blocks, prose view, segments and protected spans of a text, without a model."""
    assert "".join(split_blocks([text[:7], text[7:]], 16)) == text
    assert all(0 < len(block) <= 16 for block in split_blocks([text], 16))
    view = prose_view(text, kind)
    assert len(view.text) == len(text)
    last_end = 0
    for start, end in view.prose or []:
        assert last_end <= start < end <= len(text)
        assert all(a == b or (a == "\n" and b == " ") for a, b in zip(text[start:end], view.text[start:end]))
        last_end = end
    segments = list(segment_text(view.text, 12))
    assert "".join(view.text[s.start : s.end] for s in segments) == view.text
    assert [t for s in segments for t in s.tokens] == tokenize(view.text)
    assert all(0 < len(s.tokens) <= 12 or not s.tokens for s in segments)
    last_end = 0
    for start, end in protected_spans(text):
        assert last_end <= start < end <= len(text)
        last_end = end


def check_correction(despinner: Despinner, text: str, kind: Format) -> None:
    """Check that edits apply and revert, leave protected spans unchanged, and change no amount."""
    result = despinner.correct(text, kind)
    assert apply_edits(text, result.edits) == result.text
    assert revert_edits(result.text, result.edits) == text
    assert 0 <= result.score <= 1
    prose = prose_view(text, kind).prose
    for edit in result.edits:
        assert text[edit.start : edit.end] == edit.source != edit.replacement
        assert 0 <= edit.confidence <= 1
        assert "\n" not in edit.source and edit.replacement.strip()
        assert prose is None or any(a <= edit.start and edit.end <= b for a, b in prose)
        assert not any(a < edit.end and edit.start < b for a, b in protected_spans(text) if prose is None)
        assert _amounts(edit.source) in ([], _amounts(edit.replacement)) or not _amounts(edit.replacement)
    if not any(marker in text for marker in ("[-", "{+")):
        assert _DIFF_EDIT.sub(r"\1", diff(text, result.edits)) == text
    assert "\n" not in as_json("-", result)


def _amounts(phrase: str) -> list[Fraction]:
    return parse_amounts(phrase) if any(c.isdigit() for c in phrase) else []
