"""Invariants that hold for any text, checked by the property tests and by the fuzzer."""

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

_MARKED = re.compile(r"\[-(.*?)-\]\{\+(.*?)\+\}", re.DOTALL)


def check_parts(text: str, kind: Format) -> None:
    """Blocks, view, segments and protected spans of a text, without a model."""
    assert "".join(split_blocks([text[:7], text[7:]], 16)) == text
    assert all(0 < len(block) <= 16 for block in split_blocks([text], 16))
    seen = prose_view(text, kind)
    assert len(seen.text) == len(text)
    last = 0
    for start, end in seen.prose or []:
        assert last <= start < end <= len(text)
        assert all(a == b or (a == "\n" and b == " ") for a, b in zip(text[start:end], seen.text[start:end]))
        last = end
    parts = list(segment_text(seen.text, 12))
    assert "".join(seen.text[p.start : p.end] for p in parts) == seen.text
    assert [t for p in parts for t in p.tokens] == tokenize(seen.text)
    assert all(0 < len(p.tokens) <= 12 or not p.tokens for p in parts)
    last = 0
    for start, end in protected_spans(text):
        assert last <= start < end <= len(text)
        last = end


def check_correction(despinner: Despinner, text: str, kind: Format) -> None:
    """Edits lead to the restored text and back, leave protected spans unchanged, and change no amount."""
    done = despinner.correct(text, kind)
    assert apply_edits(text, done.edits) == done.text
    assert revert_edits(done.text, done.edits) == text
    assert 0 <= done.score <= 1
    prose = prose_view(text, kind).prose
    for edit in done.edits:
        assert text[edit.start : edit.end] == edit.source != edit.replacement
        assert 0 <= edit.confidence <= 1
        assert "\n" not in edit.source and edit.replacement.strip()
        assert prose is None or any(a <= edit.start and edit.end <= b for a, b in prose)
        assert not any(a < edit.end and edit.start < b for a, b in protected_spans(text) if prose is None)
        assert _in_figures(edit.source) in ([], _in_figures(edit.replacement)) or not _in_figures(
            edit.replacement
        )
    if not any(sign in text for sign in ("[-", "{+")):
        assert _MARKED.sub(r"\1", diff(text, done.edits)) == text
    assert "\n" not in as_json("-", done)


def _in_figures(wording: str) -> list[Fraction]:
    return parse_amounts(wording) if any(c.isdigit() for c in wording) else []
