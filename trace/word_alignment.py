"""Two texts aligned word by word, also where they have only a passage in common.

The Levenshtein alignment pairs words by their places: of two pages that share a passage at different places
it pairs the passage with something else. The longest common subsequence finds such a passage, but scatters
words in common over the rest. So it is taken only where it finds far more that belongs together, and of it
that stretch alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import LCSseq, Levenshtein, Opcodes

from despin.trace.explanation import Unit

CHANGED_COST = 0.7
"""Of a token that differs, in the score of a stretch; an equal one counts 1."""
MAX_COST = 8.0
"""Of one difference, however long: a paragraph may have been left out."""
MARGIN = 1.5
"""How many times the score of the Levenshtein alignment that of the common subsequence must be."""
MAX_CELLS = 400_000_000
"""Product of the numbers of tokens up to which the common subsequence is looked for: its table takes a bit
each."""


def align_words(spun: Sequence[str], original: Sequence[str]) -> list[Unit]:
    """The units that lead from the start to the end of both lists of folded tokens."""
    ops = Levenshtein.opcodes(spun, original)
    units = _units(ops)
    if len(spun) * len(original) <= MAX_CELLS:
        other = _units(LCSseq.opcodes(spun, original))
        (start, end), score = best_stretch(other)
        if score > MARGIN * best_stretch(units)[1] + MAX_COST:
            return [*_apart(other[:start]), *other[start:end], *_apart(other[end:])]
    return units


def best_stretch(units: Sequence[Unit]) -> tuple[tuple[int, int], float]:
    """The units with the greatest sum of scores (Kadane 1984), and the sum; none where no token is equal."""
    best, best_sum, start, total, cost = (0, 0), 0.0, 0, 0.0, 0.0
    for index, unit in enumerate(units):
        if total <= 0:
            start, total, cost = index, 0.0, 0.0
        if unit.is_equal:
            total, cost = total + 1, 0.0
        elif cost < MAX_COST:
            total, cost = total - CHANGED_COST, cost + CHANGED_COST
        if total > best_sum:
            best, best_sum = (start, index + 1), total
    return best, best_sum


def _units(ops: Opcodes) -> list[Unit]:
    """What is deleted and inserted between two equal runs is paired from its start on."""
    units: list[Unit] = []
    a = b = 0
    for op in ops:
        if op.tag == "equal":
            units += [Unit(k < a, k < b, False) for k in range(max(a, b))]
            units += [Unit(True, True, True)] * (op.src_end - op.src_start)
            a = b = 0
        else:
            a, b = a + op.src_end - op.src_start, b + op.dest_end - op.dest_start
    return units + [Unit(k < a, k < b, False) for k in range(max(a, b))]


def _apart(units: Sequence[Unit]) -> list[Unit]:
    """The same tokens, those of the one text before those of the other: nothing is paired."""
    a, b = sum(unit.takes_spun for unit in units), sum(unit.takes_original for unit in units)
    return [Unit(True, False, False)] * a + [Unit(False, True, False)] * b
