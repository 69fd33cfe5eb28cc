"""Single edits judged by the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.alignment import changes, lines_together, tokens_of
from despin.metrics.pairs import Pair


def judged(pair: Pair, edits: Sequence[Edit]) -> list[bool]:
    """Of each edit of ``pair.spun``, whether the original confirms it, in place and wording.

    Each is judged by itself: all that it changes must be among the changes that lead to the original.
    """
    out: list[bool] = []
    at = 0
    for line, wanted in lines_together(pair.spun, pair.original):
        behind = at + len(line)
        needed = set(changes(tokens_of(line), tokens_of(wanted)))
        for edit in edits:
            if at <= edit.start and edit.end <= behind:
                moved = replace(edit, start=edit.start - at, end=edit.end - at)
                made = set(changes(tokens_of(line), tokens_of(apply_edits(line, [moved]))))
                out.append(bool(made) and made <= needed)
        at = behind + 1
    return out
