"""How a spun text came from its original: the likeliest sequence of copies and substitutions.

The spinner goes over the original from left to right and at each place either copies a word or
replaces a phrase of its dictionary (despin.train.spin.spinner). A real spun text is traced back through
the same choices by Viterbi's algorithm (Viterbi 1967), with a third, dear one, for what the
dictionary cannot say. What is left to that third one is what the dictionary lacks.
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

UNKNOWN = math.log(1e5)
"""Cost (nats) of a word replaced, dropped or added that the dictionary does not account for."""
LEAST_REFUSED = 0.01
"""A key is taken to be left alone at least so often: some sites spare names or quotations."""
BAND = 10
"""How many words a derivation may stray from the plain alignment of the two texts."""


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
    """The likeliest steps from ``original`` to ``spun`` (token lists) and their cost in nats."""

    original: list[str]
    spun: list[str]
    steps: list[Step]
    cost: float

    @property
    def bits(self) -> float:
        """The cost in bits: how surprising the spun text is under the spinner, at most."""
        return self.cost / math.log(2)

    def explained(self) -> dict[Change, bool]:
        """The word changes from original to spun text, each with whether the dictionary makes it.

        The changes are those of a plain word alignment (despin.metrics.alignment), so that dictionaries are
        compared on the same changes; one is explained if no ``unknown`` step touches it.
        """
        inside = [False] * (len(self.original) + 1)
        gap = [False] * (len(self.original) + 1)
        for step in self.steps:
            if step.kind == "unknown":
                if step.start == step.end:
                    gap[step.start] = True
                for at in range(step.start, step.end):
                    inside[at] = True
        return {
            change: not (
                any(inside[change.start : change.end])
                or any(gap[change.start : change.end + 1])
                or (change.start == change.end and any(inside[max(0, change.start - 1) : change.start + 1]))
            )
            for change in word_changes(self.original, self.spun)
        }


class _Arc(NamedTuple):
    """A substitution that may be made at a place: so many words, by these, at this cost."""

    length: int
    form: tuple[str, ...]
    cost: float


class Deriver:
    """Finds derivations under one spinner's dictionary and shares."""

    def __init__(self, spinner: Spinner) -> None:
        self._table: PhraseTable[Choices] = spinner.table()
        self._occurrence = spinner.config.occurrence

    def derive(self, original: str, spun: str) -> Derivation:
        """The likeliest derivation of a spun line from its original. Letters' case is not compared.

        Time is linear in the words, since a derivation stays within BAND words of the plain alignment.
        """
        source, target = [w.text for w in tokenize(original)], [w.text for w in tokenize(spun)]
        folded, wanted = [fold(w) for w in source], [fold(w) for w in target]
        band = _band(folded, wanted)
        best: list[dict[int, tuple[float, Step | None]]] = [{} for _ in range(len(source) + 1)]
        best[0][0] = (0.0, None)

        def reach(cost: float, step: Step) -> None:
            row, (low, high) = best[step.end], band[step.end]
            if low <= step.last <= high and (step.last not in row or cost < row[step.last][0]):
                row[step.last] = (cost, step)

        for at, row in enumerate(best):
            arcs, kept = self._arcs(folded, at)
            for there in range(band[at][0], band[at][1] + 1):
                if there not in row:
                    continue
                cost = row[there][0]
                more = there < len(target)
                if more:
                    reach(cost + UNKNOWN + 1, Step("unknown", at, at, there, there + 1))
                if at == len(source):
                    continue
                reach(cost + UNKNOWN + 1, Step("unknown", at, at + 1, there, there))
                if more and folded[at] == wanted[there]:
                    reach(cost + kept, Step("copy", at, at + 1, there, there + 1))
                elif more:
                    reach(cost + UNKNOWN, Step("unknown", at, at + 1, there, there + 1))
                for length, form, price in arcs:
                    if tuple(wanted[there : there + len(form)]) == form:
                        reach(cost + price, Step("entry", at, at + length, there, there + len(form)))
        steps: list[Step] = []
        cost, step = best[-1][len(target)]
        while step is not None:
            steps.append(step)
            step = best[step.start][step.first][1]
        return Derivation(source, target, steps[::-1], cost)

    def _arcs(self, folded: Sequence[str], at: int) -> tuple[list[_Arc], float]:
        """The substitutions that may begin at a place, and the cost of copying its first word."""
        arcs: list[_Arc] = []
        refused = 0.0  # cost of having left the longer keys alone
        for length, group in groupby(self._table.keys_at(folded, at), key=lambda item: item[0]):
            likeliest = 0.0
            for _, choices in group:
                made = choices.coverage * self._occurrence
                if made <= 0:
                    continue
                likeliest = max(likeliest, made)
                for form in choices.forms:
                    if key := phrase_key(form):
                        arcs.append(_Arc(length, key, refused - math.log(made * choices.share(form))))
            refused -= math.log(max(LEAST_REFUSED, 1 - likeliest))
        return arcs, refused


def _band(source: Sequence[str], target: Sequence[str]) -> list[tuple[int, int]]:
    """For each place in ``source`` the first and last place in ``target`` that a derivation may pass.

    It holds the whole path of the plain alignment, and BAND words on each side.
    """
    low = [len(target)] * (len(source) + 1)
    high = [0] * (len(source) + 1)

    def visit(at: int, there: int) -> None:
        low[at], high[at] = min(low[at], there), max(high[at], there)

    for op in Levenshtein.opcodes(source, target):
        for at in range(op.src_start, op.src_end + 1):
            visit(at, min(op.dest_start + at - op.src_start, op.dest_end))
    visit(0, 0)
    visit(len(source), len(target))
    return [(max(0, a - BAND), min(len(target), b + BAND)) for a, b in zip(low, high)]
