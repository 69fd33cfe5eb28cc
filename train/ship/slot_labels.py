"""Gold labels of slots: which wording of each slot leads to the original of a real pair."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.slots import Slot
from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.alignment import comparison_tokens, paired_lines
from despin.metrics.pairs import Pair

PASSES = 3
"""Passes of coordinate descent; more than two hardly ever change a label."""


def label_slots(pair: Pair, slots: Sequence[Slot]) -> list[int | None]:
    """For each slot of ``pair.spun`` the number of the wording that is right (0: keep), in order.

    The labels minimize the word edit distance to the original line by line (coordinate descent); ties go to
    keeping and then to the more likely hint. None for a slot that crosses a line.
    """
    labels: list[int | None] = [None] * len(slots)
    line_start = 0
    for line, original in paired_lines(pair.spun, pair.original):
        line_end = line_start + len(line)
        inside = [i for i, s in enumerate(slots) if line_start <= s.start and s.end <= line_end]
        for i, label in zip(inside, _label_line(line, original, [slots[i] for i in inside], line_start)):
            labels[i] = label
        line_start = line_end + 1
    return labels


def _label_line(line: str, original: str, slots: Sequence[Slot], offset: int) -> list[int]:
    target = comparison_tokens(original)
    labels = [0] * len(slots)

    def distance(choice: Sequence[int]) -> int:
        edits = [
            Edit(slot.start - offset, slot.end - offset, slot.source, slot.hints[wording - 1])
            for slot, wording in zip(slots, choice)
            if wording
        ]
        return int(Levenshtein.distance(comparison_tokens(apply_edits(line, edits)), target))

    for _ in range(PASSES):
        before = list(labels)
        for i, slot in enumerate(slots):
            distances = [
                distance([*labels[:i], wording, *labels[i + 1 :]]) for wording in range(len(slot.hints) + 1)
            ]
            labels[i] = distances.index(min(distances))
        if labels == before:
            break
    return labels
