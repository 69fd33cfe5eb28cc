"""Whether single edits are correct, judged by the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.alignment import comparison_tokens, paired_lines, word_changes
from despin.metrics.pairs import Pair


def edit_correctness(pair: Pair, edits: Sequence[Edit]) -> list[bool]:
    """For each edit of ``pair.spun``, whether it is correct in place and wording.

    Each is judged by itself: all its changes must be among the gold changes that lead to the original.
    """
    correct: list[bool] = []
    line_start = 0
    for line, original in paired_lines(pair.spun, pair.original):
        line_end = line_start + len(line)
        source = comparison_tokens(line)
        gold = set(word_changes(source, comparison_tokens(original)))
        for edit in edits:
            if line_start <= edit.start and edit.end <= line_end:
                shifted = replace(edit, start=edit.start - line_start, end=edit.end - line_start)
                proposed = set(word_changes(source, comparison_tokens(apply_edits(line, [shifted]))))
                correct.append(bool(proposed) and proposed <= gold)
        line_start = line_end + 1
    return correct
