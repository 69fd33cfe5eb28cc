"""How far scores on so few documents can be believed: the bootstrap by document.

Words of one text are not independent, documents nearly are, so documents are what is drawn again (Efron
1979; for paired systems Koehn 2004, "Statistical significance tests for machine translation evaluation").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from despin.metrics.edit_scores import EditCounts

SAMPLES = 10_000
SEED = 20_04


def interval(counts: Sequence[EditCounts], level: float = 0.95) -> tuple[float, float]:
    """Between which values F0.5 lies in ``level`` of the samples: percentiles of the bootstrap.

    ``counts`` are those of single documents. Raises ValueError without any.
    """
    drawn = _f05(_sums(counts, _draws(len(counts))))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def p_value(ours: Sequence[EditCounts], theirs: Sequence[EditCounts]) -> float:
    """How often chance alone would make ``ours`` as much better in F0.5 as it is, one-sided.

    Both are counts of the same documents in the same order. It is the share of samples in which ours is
    not better, one added to both sides so that none is ever zero. Raises ValueError if there are not as many.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} and {len(theirs)} documents cannot be paired")
    drawn = _draws(len(ours))
    not_better = int((_f05(_sums(ours, drawn)) <= _f05(_sums(theirs, drawn))).sum())
    return (not_better + 1) / (SAMPLES + 1)


def _draws(documents: int) -> npt.NDArray[np.int64]:
    """[SAMPLES, documents] how often each document is in each sample; the same for every system."""
    if not documents:
        raise ValueError("there are no documents to draw from")
    rng = np.random.default_rng(SEED)
    return rng.multinomial(documents, np.full(documents, 1 / documents), size=SAMPLES)


def _sums(counts: Sequence[EditCounts], drawn: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """[SAMPLES, 3] hits, made and needed of each sample."""
    table = np.array([(c.correct, c.proposed, c.gold) for c in counts], dtype=np.int64)
    return np.asarray(drawn @ table)


def _f05(sums: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """F0.5 of each row of sums, as `EditCounts.f05`: 1.25 hits / (made + 0.25 needed) where both are met."""
    hits, made, needed = sums.T.astype(np.float64)
    precision = np.divide(hits, made, out=np.ones_like(hits), where=made > 0)
    recall = np.divide(hits, needed, out=np.ones_like(hits), where=needed > 0)
    below = 0.25 * precision + recall
    return np.asarray(np.divide(1.25 * precision * recall, below, out=np.zeros_like(hits), where=below > 0))
