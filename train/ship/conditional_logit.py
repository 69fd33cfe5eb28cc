"""Maximum-likelihood fit of a conditional logit (McFadden 1974) with signed weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from despin.infer.decision.features import FEATURES, NON_NEGATIVE, NON_POSITIVE

RIDGE = 1.0
"""Quadratic penalty on each weight."""
_IMPOSSIBLE = -1e9


@dataclass(frozen=True)
class LabelledSlot:
    """The features [wordings][FEATURES] of a slot, and the number of the right wording."""

    features: Sequence[Sequence[float]]
    label: int


def fit_weights(
    slots: Sequence[LabelledSlot], names: Sequence[str] = FEATURES, ridge: float = RIDGE
) -> dict[str, float]:
    """The weights of the features ``names`` that maximize the likelihood of the labels.

    Weights of NON_NEGATIVE and NON_POSITIVE features keep their sign (bounded L-BFGS, Byrd et al. 1995).
    Raises ValueError without slots.
    """
    if not slots:
        raise ValueError("there are no labelled slots to fit weights on")
    features, penalty = _padded(slots, [FEATURES.index(name) for name in names])
    labels = np.array([slot.label for slot in slots])
    chosen = features[np.arange(len(labels)), labels]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = features @ weights + penalty
        highest = scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores - highest)
        totals = exponentials.sum(axis=1, keepdims=True)
        likelihood = (chosen @ weights - highest[:, 0] - np.log(totals[:, 0])).sum()
        gradient = (chosen - np.einsum("so,sof->sf", exponentials / totals, features)).sum(axis=0)
        return ridge / 2 * float(weights @ weights) - float(likelihood), ridge * weights - gradient

    result = minimize(
        loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=[_bounds(name) for name in names]
    )
    return {name: round(float(weight), 4) for name, weight in zip(names, result.x)}


def _padded(
    slots: Sequence[LabelledSlot], columns: Sequence[int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Features [slots, wordings, columns], and [slots, wordings] the score that excludes missing wordings."""
    width = max(len(slot.features) for slot in slots)
    features = np.zeros((len(slots), width, len(columns)))
    penalty = np.full((len(slots), width), _IMPOSSIBLE)
    for i, slot in enumerate(slots):
        features[i, : len(slot.features)] = np.asarray(slot.features)[:, columns]
        penalty[i, : len(slot.features)] = 0.0
    return features, penalty


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in NON_NEGATIVE:
        return 0.0, None
    return (None, 0.0) if name in NON_POSITIVE else (None, None)
