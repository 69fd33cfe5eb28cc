"""Multinomial logit over the features of comparisons, and cross-validation by groups."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from despin.trace.verdicts import EXPLANATIONS, VerdictModel

RIDGE = 0.001
"""Quadratic penalty on the weights of standardised features, relative to the mean log likelihood; without
one they would grow without limit, since the kinds are nearly separable."""
FOLDS = 10
Floats = npt.NDArray[np.float64]


def fit(features: Floats, labels: Sequence[str], kinds: Sequence[str]) -> VerdictModel:
    """The logit [cases, features] -> explanation. Explanations weigh alike, and so do the kinds of each."""
    from scipy.optimize import minimize

    means = features.mean(axis=0)
    scales = features.std(axis=0) + 1e-9
    x = np.hstack([(features - means) / scales, np.ones((len(features), 1))])
    y = np.array([[label == name for name in EXPLANATIONS] for label in labels], dtype=float)
    w = _weights(labels, kinds)
    shape = (len(EXPLANATIONS), x.shape[1])

    def loss(flat: Floats) -> tuple[float, Floats]:
        beta = flat.reshape(shape)
        scores = x @ beta.T
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        penalty = RIDGE / 2 * float((beta[:, :-1] ** 2).sum())
        gradient = ((np.exp(logs) - y) * w[:, None]).T @ x
        gradient[:, :-1] += RIDGE * beta[:, :-1]
        return penalty - float((w * (y * logs).sum(axis=1)).sum()), gradient.ravel()

    beta = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x.reshape(shape)
    weights: dict[str, Sequence[float]] = {
        name: [round(float(v), 4) for v in row] for name, row in zip(EXPLANATIONS, beta)
    }
    rounded = [[round(float(v), 4) for v in values] for values in (means, scales)]
    return VerdictModel(rounded[0], rounded[1], weights, 0.0, {}, {})


def _weights(labels: Sequence[str], kinds: Sequence[str]) -> Floats:
    """Of each case, so that explanations weigh alike, and the kinds of one explanation; the sum is 1."""
    cases = Counter(kinds)
    kinds_of = Counter(dict(zip(kinds, labels)).values())
    weights = np.array([1 / cases[kind] / kinds_of[label] for kind, label in zip(kinds, labels)])
    return np.asarray(weights / weights.sum())


def fold_of(group: str) -> int:
    """The fold of a group, by its hash."""
    return int.from_bytes(hashlib.sha256(f"fold:{group}".encode()).digest()[:4]) % FOLDS
