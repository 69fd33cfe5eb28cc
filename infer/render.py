"""A correction as text with marks, as HTML, and as JSON: all derived from source and edits."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from despin.infer.text.edits import Edit

if TYPE_CHECKING:
    from despin.infer.correction import Correction

RED, GREEN, RESET = "\x1b[9;31m", "\x1b[32m", "\x1b[0m"


def diff(source: str, edits: Sequence[Edit], color: bool = False) -> str:
    """The text with each edit shown in place: ``[-loss of life-]{+death+}``, or in terminal colours."""
    if color:
        return _join(source, edits, str, lambda e: f"{RED}{e.source}{RESET}{GREEN}{e.replacement}{RESET}")
    return _join(source, edits, str, lambda e: f"[-{e.source}-]{{+{e.replacement}+}}")


def as_html(source: str, edits: Sequence[Edit]) -> str:
    """The text as an HTML fragment, each edit as ``<del>`` and ``<ins>`` with its confidence as a tooltip."""

    def mark(edit: Edit) -> str:
        before, after = html.escape(edit.source), html.escape(edit.replacement)
        return f'<span title="confidence {edit.confidence:.2f}"><del>{before}</del><ins>{after}</ins></span>'

    return f'<div style="white-space: pre-wrap">{_join(source, edits, html.escape, mark)}</div>'


def _join(
    source: str, edits: Sequence[Edit], outside: Callable[[str], str], mark: Callable[[Edit], str]
) -> str:
    parts: list[str] = []
    last = 0
    for edit in edits:
        parts += [outside(source[last : edit.start]), mark(edit)]
        last = edit.end
    return "".join([*parts, outside(source[last:])])


def as_dict(correction: Correction, start: int = 0) -> dict[str, Any]:
    """Text (restored), edits, refused and score as plain Python values.

    ``start`` is where the text begins in the input, in characters; the offsets of edits count from the
    start of the input. ``refused`` are edits that a guard forbade, with its name and reason.
    """
    return {
        "text": correction.text,
        "edits": [_edit_as_dict(e, start) for e in correction.edits],
        "refused": [
            {**_edit_as_dict(r.edit, start), "guard": r.guard, "reason": r.reason} for r in correction.refused
        ],
        "score": correction.score,
    }


def as_json(path: str, correction: Correction, start: int = 0) -> str:
    """One JSON object on one line: path, start, and what `as_dict` holds."""
    # A file name need not be UTF-8: what cannot be encoded is replaced.
    name = path.encode("utf-8", "replace").decode("utf-8")
    return json.dumps({"path": name, "start": start, **as_dict(correction, start)}, ensure_ascii=False)


def _edit_as_dict(edit: Edit, start: int) -> dict[str, Any]:
    values = {
        "start": edit.start + start,
        "end": edit.end + start,
        "source": edit.source,
        "replacement": edit.replacement,
        "confidence": edit.confidence,
    }
    if edit.alternatives:
        values["alternatives"] = [{"wording": w, "confidence": c} for w, c in edit.alternatives]
    return values
