"""A correction as text with marks, or as JSON: both derived from source and edits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from despin.infer.text.edits import Edit

if TYPE_CHECKING:
    from despin.infer.despinner import Correction

RED, GREEN, RESET = "\x1b[9;31m", "\x1b[32m", "\x1b[0m"


def diff(text: str, edits: Sequence[Edit], colour: bool = False) -> str:
    """The text with each edit shown in place: ``[-loss of life-]{+death+}``, or in colours."""
    out: list[str] = []
    last = 0
    for edit in edits:
        out.append(text[last : edit.start])
        if colour:
            out.append(f"{RED}{edit.source}{RESET}{GREEN}{edit.replacement}{RESET}")
        else:
            out.append(f"[-{edit.source}-]{{+{edit.replacement}+}}")
        last = edit.end
    out.append(text[last:])
    return "".join(out)


def as_json(path: str, done: Correction, start: int = 0) -> str:
    """One JSON object on one line: path, start, text (restored), edits, refused, score.

    ``start`` is where the text begins in the input, in characters; the places of edits count from the
    start of the input too. ``refused`` are edits that a guard forbade, with its name and reason.
    """
    described: dict[str, Any] = {
        # A file name need not be UTF-8; what cannot be told is replaced.
        "path": path.encode("utf-8", "replace").decode("utf-8"),
        "start": start,
        "text": done.text,
        "edits": [_described(e, start) for e in done.edits],
        "refused": [
            {**_described(r.edit, start), "guard": r.guard, "reason": r.reason} for r in done.refused
        ],
        "score": done.score,
    }
    return json.dumps(described, ensure_ascii=False)


def _described(edit: Edit, start: int) -> dict[str, Any]:
    found = {
        "start": edit.start + start,
        "end": edit.end + start,
        "source": edit.source,
        "replacement": edit.replacement,
        "confidence": edit.confidence,
    }
    if edit.alternatives:
        found["alternatives"] = [{"wording": w, "confidence": c} for w, c in edit.alternatives]
    return found
