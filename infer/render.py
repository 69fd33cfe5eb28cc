"""A correction as a marked-up diff, as HTML and as JSON, all derived from the source and the edits."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from despin.infer.summary import Summary
from despin.infer.text.edits import Edit

if TYPE_CHECKING:
    from despin.infer.correction import Correction

_DEL_STYLE = "opacity: 0.65; text-decoration: line-through"
_INS_STYLE = "border-bottom: 1px solid rgb(20 150 125); text-decoration: none"
RED, GREEN, RESET = "\x1b[9;31m", "\x1b[32m", "\x1b[0m"


def diff(source: str, edits: Sequence[Edit], color: bool = False) -> str:
    """The text with each edit inline: ``[-loss of life-]{+death+}``, or in terminal colours."""
    if color:
        return joined(source, edits, str, lambda e: f"{RED}{e.source}{RESET}{GREEN}{e.replacement}{RESET}")
    return joined(source, edits, str, lambda e: f"[-{e.source}-]{{+{e.replacement}+}}")


def as_html(source: str, edits: Sequence[Edit]) -> str:
    """The text as an HTML fragment with the marks of the service's page, its styles inline.

    Each edit is a ``<del>`` and an ``<ins>``, shaded by its confidence, which is its tooltip too.
    """

    def mark(edit: Edit) -> str:
        before, after = html.escape(edit.source), html.escape(edit.replacement)
        # Half transparent colours: a notebook may be light or dark.
        ink = f"background: rgb(20 150 125 / {shade(edit.confidence) * 5 + 3}%); {_INS_STYLE}"
        return (
            f'<span title="{percent(edit.confidence)} sure"><del style="{_DEL_STYLE}">{before}</del> '
            f'<ins style="{ink}">{after}</ins></span>'
        )

    return f'<div style="white-space: pre-wrap">{joined(source, edits, html.escape, mark)}</div>'


def shade(confidence: float) -> int:
    """The step of a mark's shade, 0 to 9."""
    return max(0, min(9, int(confidence * 10)))


def percent(share: float) -> str:
    """A probability as a percentage, never rounded to certainty: 0.9996 is "over 99 %"."""
    rounded = math.floor(share * 100 + 0.5)
    if rounded == 100 and share < 1:
        return "over 99\u00a0%"
    if rounded == 0 and share > 0:
        return "under 1\u00a0%"
    return f"{rounded}\u00a0%"


def joined(
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


def file_as_json(path: str, blocks: Iterable[tuple[int, Correction]], mark: str = "") -> str:
    """One JSON object on one line for a file: path, start (0), and the fields of `as_dict`.

    ``blocks`` (at least one) are the file's parts in order, each with its offset; the score is the
    greatest of theirs, and the verdict that of the most suspicious one. ``mark`` stands before the text:
    a byte-order mark, which the offsets count.
    """
    texts, summary = [mark], Summary()
    lists: dict[str, list[str]] = {"edits": [], "refused": [], "passages": []}
    for start, correction in blocks:
        values = as_dict(correction, start)
        texts.append(values["text"])
        for name, items in lists.items():
            items += (_json(item) for item in values[name])
        summary.add(correction)
    # File names need not be valid UTF-8.
    name = path.encode("utf-8", "replace").decode("utf-8")
    edits, refused, passages = (f"[{', '.join(items)}]" for items in lists.values())
    return (
        f'{{"path": {_json(name)}, "start": 0, "text": {_json("".join(texts))}, "edits": {edits}, '
        f'"refused": {refused}, "score": {_json(summary.score)}, "verdict": {_json(summary.verdict)}, '
        f'"passages": {passages}, "unanswered": {summary.unanswered}}}'
    )


def as_json(path: str, correction: Correction) -> str:
    """`file_as_json` of a text that is one block."""
    return file_as_json(path, [(0, correction)])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _edit_as_dict(edit: Edit, start: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "start": edit.start + start,
        "end": edit.end + start,
        "source": edit.source,
        "replacement": edit.replacement,
        "confidence": edit.confidence,
    }
    if edit.alternatives:
        values["alternatives"] = [{"wording": w, "confidence": c} for w, c in edit.alternatives]
    if edit.evidence:
        values["evidence"] = edit.evidence._asdict()
    return values
