"""Confidence intervals and significance of scores on few documents: the bootstrap by document.

Words of one text are not independent, documents nearly are, so documents are resampled (Efron 1979; for
paired systems Koehn 2004, "Statistical significance tests for machine translation evaluation").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from despin.metrics.edit_scores import EditCounts

SAMPLES = 10_000
SEED = 20_04


def interval(counts: Sequence[EditCounts], level: float = 0.95) -> tuple[float, float]:
    """The percentile bootstrap interval of F0.5 at ``level``.

    ``counts`` are those of single documents. Raises ValueError without any.
    """
    scores = _f05(_sums(counts, _resamples(len(counts))))
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def p_value(ours: Sequence[EditCounts], theirs: Sequence[EditCounts]) -> float:
    """One-sided p-value of ``ours`` having a better F0.5 than ``theirs``, by the paired bootstrap.

    Both are counts of the same documents in the same order. It is the share of samples in which ours is
    not better, with one added to numerator and denominator so that it is never zero. Raises ValueError
    if the numbers of documents differ.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} and {len(theirs)} documents cannot be paired")
    resamples = _resamples(len(ours))
    not_better = int((_f05(_sums(ours, resamples)) <= _f05(_sums(theirs, resamples))).sum())
    return (not_better + 1) / (SAMPLES + 1)


def _resamples(documents: int) -> npt.NDArray[np.int64]:
    """[SAMPLES, documents] how often each document is in each sample; the same for every system."""
    if not documents:
        raise ValueError("there are no documents to resample")
    rng = np.random.default_rng(SEED)
    return rng.multinomial(documents, np.full(documents, 1 / documents), size=SAMPLES)


def _sums(counts: Sequence[EditCounts], resamples: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """[SAMPLES, 3] correct, proposed and gold edits of each sample."""
    by_document = np.array([(c.correct, c.proposed, c.gold) for c in counts], dtype=np.int64)
    return np.asarray(resamples @ by_document)


def _f05(sums: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """F0.5 of each row of sums, as `EditCounts.f05`."""
    correct, proposed, gold = sums.T.astype(np.float64)
    precision = np.divide(correct, proposed, out=np.ones_like(correct), where=proposed > 0)
    recall = np.divide(correct, gold, out=np.ones_like(correct), where=gold > 0)
    denominator = 0.25 * precision + recall
    numerator = 1.25 * precision * recall
    return np.asarray(np.divide(numerator, denominator, out=np.zeros_like(correct), where=denominator > 0))
