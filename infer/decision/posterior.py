"""One slot's decision: the model's view of the context and the inverse dictionary's of the wording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MIN_SHARE = 1e-3
"""Shares are taken to be at least this, so that no wording is ruled out by the dictionary alone."""

ARTICLE_MISMATCH = 0.05
"""How likely a wording is that does not go with the article before it, beside one that does."""


def posterior(
    logs: npt.NDArray[np.floating],
    keep: float,
    shares: Sequence[float],
    firsts: Sequence[str],
    weight: float,
    model_weight: float = 1.0,
    fits: Sequence[bool] = (),
) -> npt.NDArray[np.floating]:
    """Probabilities (sum 1) of keeping a slot's wording and of each of its hints.

    ``logs`` are the model's log-probabilities of keeping and of each hint's first piece, ``keep`` and
    ``shares`` the dictionary's shares of the same. The two are multiplied, the shares raised to
    ``weight``: a product of experts (Hinton 2002) that a model trained for hours on two cores needs,
    because it has met rare wordings a few times at most while their shares are counted on millions of
    words. Hints that begin alike divide the model's probability by their shares. ``model_weight``
    below 1 makes up for a model that is surer than it is right. ``fits`` tells of the wording and of
    each hint whether it goes with the article before; what does not is taken to be MISFIT as likely.
    """
    alike: dict[str, float] = defaultdict(float)
    for first, share in zip(firsts, shares):
        alike[first] += max(share, MIN_SHARE)
    parts = [max(share, MIN_SHARE) / alike[first] for first, share in zip(firsts, shares)]
    prior = np.array([max(keep, MIN_SHARE), *(max(share, MIN_SHARE) for share in shares)])
    scores = model_weight * logs + np.log([1.0, *parts]) + weight * np.log(prior)
    if fits:
        scores = scores + np.log([1.0 if fit else ARTICLE_MISMATCH for fit in fits])
    grown = np.exp(scores - scores.max())
    return np.asarray(grown / grown.sum())
