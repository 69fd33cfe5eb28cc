"""A correction as text with marks, or as JSON: both derived from source and edits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from despin.infer.edits import Edit

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


def as_json(path: str, text: str, edits: Sequence[Edit], score: float) -> str:
    """One JSON object on one line: path, text (restored), edits, score."""
    described: dict[str, Any] = {
        # A file name need not be UTF-8; what cannot be told is replaced.
        "path": path.encode("utf-8", "replace").decode("utf-8"),
        "text": text,
        "edits": [
            {
                "start": e.start,
                "end": e.end,
                "source": e.source,
                "replacement": e.replacement,
                "confidence": e.confidence,
            }
            for e in edits
        ],
        "score": score,
    }
    return json.dumps(described, ensure_ascii=False)
