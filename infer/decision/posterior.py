"""The posterior of one slot: a product of the model's and the inverse dictionary's probabilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MIN_SHARE = 1e-3
"""Lower bound of shares, so that the dictionary alone rules out no wording."""
ARTICLE_MISMATCH = 0.05
"""Factor for a wording that does not agree with the article before it."""


def first_piece_fractions(shares: Sequence[float], first_pieces: Sequence[str]) -> list[float]:
    """For each hint the fraction of its first piece's probability that belongs to it, by their shares."""
    share_of_piece: dict[str, float] = defaultdict(float)
    for piece, share in zip(first_pieces, shares):
        share_of_piece[piece] += max(share, MIN_SHARE)
    return [max(share, MIN_SHARE) / share_of_piece[piece] for piece, share in zip(first_pieces, shares)]


def posterior(
    log_probs: npt.NDArray[np.floating],
    keep: float,
    shares: Sequence[float],
    first_pieces: Sequence[str],
    weight: float,
    model_weight: float = 1.0,
    agrees: Sequence[bool] = (),
) -> npt.NDArray[np.floating]:
    """Probabilities [1 + hints] (sum 1) of keeping a slot's wording and of each of its hints.

    ``log_probs`` [1 + hints] are the model's log-probabilities of keeping and of each hint's first piece;
    ``keep`` and ``shares`` [hints] are the dictionary's probabilities of the same. They are combined as a
    product of experts (Hinton 2002), the dictionary's with exponent ``weight``, the model's with
    ``model_weight`` (below 1 for an overconfident model): a small model has seen rare wordings a few times at
    most, while their shares are counted on millions of words. Hints with the same first piece divide its
    probability in proportion to their shares. ``agrees`` [1 + hints]: whether the wording and each hint
    agree with the article before the slot; those that do not are multiplied by ARTICLE_MISMATCH.
    """
    prior = np.array([max(keep, MIN_SHARE), *(max(share, MIN_SHARE) for share in shares)])
    fractions = first_piece_fractions(shares, first_pieces)
    scores = model_weight * log_probs + np.log([1.0, *fractions]) + weight * np.log(prior)
    if agrees:
        scores = scores + np.log([1.0 if agree else ARTICLE_MISMATCH for agree in agrees])
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum())
