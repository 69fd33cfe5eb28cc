"""Derivations: the most likely sequence of copies and substitutions from an original to a spun text.

The spinner reads the original from left to right and either copies a word or replaces a phrase of its
dictionary (despin.train.spin.spinner). The Viterbi algorithm (Viterbi 1967) finds the most likely such
sequence for a real spun text, with a third, expensive kind of step for changes that the dictionary cannot
make: these show what the dictionary lacks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.phrases import PhraseTable, phrase_key
from despin.infer.text.tokens import fold, tokenize
from despin.metrics.alignment import Change, word_changes
from despin.train.spin.spinner import Choices, Spinner

UNKNOWN_COST = math.log(1e5)
"""Cost (nats) of replacing, deleting or inserting a word without a dictionary entry."""
MIN_SKIP_PROBABILITY = 0.01
"""Lower bound of the probability that a key is not replaced: some sites protect names or quotations."""
BAND_WIDTH = 10
"""Maximum distance, in words, of a derivation from the alignment of the two texts."""


class Step(NamedTuple):
    """Words ``start`` to ``end`` of the original became words ``first`` to ``last`` of the spun text.

    ``kind`` is ``copy``, ``entry`` (a substitution of the dictionary) or ``unknown``.
    """

    kind: str
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class Derivation:
    """The most likely steps from ``original`` to ``spun`` (token lists) and their cost in nats."""

    original: list[str]
    spun: list[str]
    steps: list[Step]
    cost: float

    @property
    def bits(self) -> float:
        """The cost in bits: how surprising the spun text is under the spinner, at most."""
        return self.cost / math.log(2)

    def explained(self) -> dict[Change, bool]:
        """The word changes from original to spun text, each with whether the dictionary can make it.

        The changes are those of a word alignment (despin.metrics.alignment), so that dictionaries are
        compared on the same changes; one is explained if no ``unknown`` step overlaps it.
        """
        inside = [False] * (len(self.original) + 1)
        gap = [False] * (len(self.original) + 1)
        for step in self.steps:
            if step.kind == "unknown":
                if step.start == step.end:
                    gap[step.start] = True
                for i in range(step.start, step.end):
                    inside[i] = True
        return {
            change: not (
                any(inside[change.start : change.end])
                or any(gap[change.start : change.end + 1])
                or (change.start == change.end and any(inside[max(0, change.start - 1) : change.start + 1]))
            )
            for change in word_changes(self.original, self.spun)
        }


class _Arc(NamedTuple):
    """A possible substitution at a position: the number of words replaced, the replacement, the cost."""

    length: int
    form: tuple[str, ...]
    cost: float


class Deriver:
    """Finds derivations under one spinner's dictionary and probabilities."""

    def __init__(self, spinner: Spinner) -> None:
        self._table: PhraseTable[Choices] = spinner.table()
        self._occurrence = spinner.config.occurrence

    def derive(self, original: str, spun: str) -> Derivation:
        """The most likely derivation of a spun line from its original, ignoring case.

        Time is linear in the number of words, which the band guarantees.
        """
        source, target = [w.text for w in tokenize(original)], [w.text for w in tokenize(spun)]
        folded, folded_target = [fold(w) for w in source], [fold(w) for w in target]
        band = _band(folded, folded_target)
        best: list[dict[int, tuple[float, Step | None]]] = [{} for _ in range(len(source) + 1)]
        best[0][0] = (0.0, None)

        def reach(cost: float, step: Step) -> None:
            row, (low, high) = best[step.end], band[step.end]
            if low <= step.last <= high and (step.last not in row or cost < row[step.last][0]):
                row[step.last] = (cost, step)

        for i, row in enumerate(best):
            arcs, copy_cost = self._arcs(folded, i)
            for j in range(band[i][0], band[i][1] + 1):
                if j not in row:
                    continue
                cost = row[j][0]
                if j < len(target):
                    reach(cost + UNKNOWN_COST + 1, Step("unknown", i, i, j, j + 1))
                if i == len(source):
                    continue
                reach(cost + UNKNOWN_COST + 1, Step("unknown", i, i + 1, j, j))
                if j < len(target) and folded[i] == folded_target[j]:
                    reach(cost + copy_cost, Step("copy", i, i + 1, j, j + 1))
                elif j < len(target):
                    reach(cost + UNKNOWN_COST, Step("unknown", i, i + 1, j, j + 1))
                for length, form, arc_cost in arcs:
                    if tuple(folded_target[j : j + len(form)]) == form:
                        reach(cost + arc_cost, Step("entry", i, i + length, j, j + len(form)))
        steps: list[Step] = []
        cost, step = best[-1][len(target)]
        while step is not None:
            steps.append(step)
            step = best[step.start][step.first][1]
        return Derivation(source, target, steps[::-1], cost)

    def _arcs(self, folded: Sequence[str], start: int) -> tuple[list[_Arc], float]:
        """The possible substitutions from ``start`` on, and the cost of copying the word there."""
        arcs: list[_Arc] = []
        skipped = 0.0  # cost of not having replaced the longer keys
        for length, group in groupby(self._table.keys_at(folded, start), key=lambda item: item[0]):
            highest = 0.0
            for _, choices in group:
                probability = choices.coverage * self._occurrence
                if probability <= 0:
                    continue
                highest = max(highest, probability)
                for form in choices.forms:
                    if key := phrase_key(form):
                        arcs.append(_Arc(length, key, skipped - math.log(probability * choices.share(form))))
            skipped -= math.log(max(MIN_SKIP_PROBABILITY, 1 - highest))
        return arcs, skipped


def _band(source: Sequence[str], target: Sequence[str]) -> list[tuple[int, int]]:
    """For each position in ``source`` the first and last position in ``target`` that a derivation may reach.

    It contains the path of the alignment and BAND_WIDTH words on each side.
    """
    low = [len(target)] * (len(source) + 1)
    high = [0] * (len(source) + 1)

    def include(i: int, j: int) -> None:
        low[i], high[i] = min(low[i], j), max(high[i], j)

    for op in Levenshtein.opcodes(source, target):
        for i in range(op.src_start, op.src_end + 1):
            include(i, min(op.dest_start + i - op.src_start, op.dest_end))
    include(0, 0)
    include(len(source), len(target))
    return [(max(0, a - BAND_WIDTH), min(len(target), b + BAND_WIDTH)) for a, b in zip(low, high)]
