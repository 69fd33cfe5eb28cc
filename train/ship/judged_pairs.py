"""Real pairs with the edits made on them, each judged right or wrong, and the calibration fitted to that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from despin.infer.decision.confidence import Logistic, apply_calibration, log_odds
from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.calibration import fit_logistic
from despin.metrics.edit_correctness import edit_correctness
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import Pair


@dataclass(frozen=True)
class JudgedPairs:
    """Real pairs restored with one inverse dictionary."""

    name: str
    """Of the dictionary, as reports show it."""
    pairs: Sequence[Pair]
    edits: Sequence[Sequence[Edit]]
    """For each pair the edits made on its spun text."""
    right: Sequence[Sequence[bool]]
    """For each edit whether it restores the original."""

    def confidences(self, indices: Iterable[int] | None = None) -> tuple[list[float], list[bool]]:
        """Confidence and correctness of all edits of the pairs with these indices (None: of all pairs)."""
        chosen = list(range(len(self.pairs)) if indices is None else indices)
        return (
            [edit.confidence for i in chosen for edit in self.edits[i]],
            [right for i in chosen for right in self.right[i]],
        )


def judge_pairs(name: str, checkpoint: Path, pairs: Sequence[Pair], threads: int) -> JudgedPairs:
    """Restore pairs with a checkpoint whose settings keep every edit, and judge each edit."""
    corrections = Despinner(checkpoint, threads=threads).correct_batch([pair.spun for pair in pairs])
    edits = [correction.edits for correction in corrections]
    right = [edit_correctness(pair, made) for pair, made in zip(pairs, edits)]
    return JudgedPairs(name, pairs, edits, right)


def fit_calibration(sets: Sequence[JudgedPairs], indices: Iterable[int] | None = None) -> Logistic:
    """The calibration (Platt 1999) on the pairs with these indices, over all sets together."""
    chosen = None if indices is None else list(indices)
    parts = [judged.confidences(chosen) for judged in sets]
    return fit_logistic(
        [log_odds(p) for confidences, _ in parts for p in confidences],
        [right for _, outcomes in parts for right in outcomes],
    )


def cross_fitted(sets: Sequence[JudgedPairs]) -> list[JudgedPairs]:
    """The sets with calibrated confidences, those of each half of the pairs fitted on the other half."""
    count = len(sets[0].pairs)
    even, odd = range(0, count, 2), range(1, count, 2)
    fits = [fit_calibration(sets, odd), fit_calibration(sets, even)]
    return [
        replace(judged, edits=[calibrated(edits, fits[i % 2]) for i, edits in enumerate(judged.edits)])
        for judged in sets
    ]


def calibrated(edits: Iterable[Edit], fit: Logistic) -> list[Edit]:
    """The edits with calibrated confidences."""
    return [replace(edit, confidence=round(apply_calibration(edit.confidence, fit), 4)) for edit in edits]


def score_at_threshold(judged: JudgedPairs, threshold: float) -> EditCounts:
    """Edit scores of the edits whose confidence is at least ``threshold``."""
    return sum_counts(
        score_text(
            pair.spun,
            apply_edits(pair.spun, [edit for edit in edits if edit.confidence >= threshold]),
            pair.original,
        )
        for pair, edits in zip(judged.pairs, judged.edits)
    )
