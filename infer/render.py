"""A correction as a marked-up diff, as HTML and as JSON, all derived from the source and the edits."""

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
    """The text with each edit inline: ``[-loss of life-]{+death+}``, or in terminal colours."""
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
    source: str, edits: Sequence[Edit], show_text: Callable[[str], str], show_edit: Callable[[Edit], str]
) -> str:
    """The source with each edit shown by ``show_edit`` and the text between them by ``show_text``."""
    parts: list[str] = []
    last = 0
    for edit in edits:
        parts += [show_text(source[last : edit.start]), show_edit(edit)]
        last = edit.end
    return "".join([*parts, show_text(source[last:])])


def as_dict(correction: Correction, start: int = 0) -> dict[str, Any]:
    """The restored text, edits, refused edits, score, verdict and spun passages as plain Python values.

    ``start`` is the offset of the text in the input, in characters; offsets of edits count from the start
    of the input. ``refused`` are the edits that a guard refused, with its name and reason.
    """
    return {
        "text": correction.text,
        "edits": [_edit_as_dict(e, start) for e in correction.edits],
        "refused": [
            {**_edit_as_dict(r.edit, start), "guard": r.guard, "reason": r.reason} for r in correction.refused
        ],
        "score": correction.score,
        "verdict": correction.verdict,
        "passages": [
            {"start": p.start + start, "end": p.end + start, "score": p.score} for p in correction.passages
        ],
        "unanswered": correction.unanswered,
    }


def as_json(path: str, correction: Correction, start: int = 0) -> str:
    """One JSON object on one line: path, start, and the fields of `as_dict`."""
    # File names need not be valid UTF-8.
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
