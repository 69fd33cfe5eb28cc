"""Single edits judged by the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.alignment import comparison_tokens, paired_lines, word_changes
from despin.metrics.pairs import Pair


def edit_correctness(pair: Pair, edits: Sequence[Edit]) -> list[bool]:
    """Of each edit of ``pair.spun``, whether the original confirms it, in place and wording.

    Each is judged by itself: all that it changes must be among the changes that lead to the original.
    """
    out: list[bool] = []
    at = 0
    for line, wanted in paired_lines(pair.spun, pair.original):
        behind = at + len(line)
        needed = set(word_changes(comparison_tokens(line), comparison_tokens(wanted)))
        for edit in edits:
            if at <= edit.start and edit.end <= behind:
                moved = replace(edit, start=edit.start - at, end=edit.end - at)
                made = set(
                    word_changes(comparison_tokens(line), comparison_tokens(apply_edits(line, [moved])))
                )
                out.append(bool(made) and made <= needed)
        at = behind + 1
    return out
