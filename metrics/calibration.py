"""Calibration and ranking of probabilities: expected calibration error, Brier score, AUROC, logistic fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from despin.infer.decision.confidence import Logistic

Floats = npt.NDArray[np.float64]
BINS = 15
"""Bins of the calibration error, of equal count (Naeini et al. 2015; Nixon et al. 2019 on equal counts)."""


def calibration_bins(
    probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = BINS
) -> list[tuple[float, float, int]]:
    """Mean probability, share of true outcomes, and size, of each of ``bins`` bins of equal size."""
    p, y = np.asarray(probabilities, dtype=float), np.asarray(outcomes, dtype=float)
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return [(float(p[part].mean()), float(y[part].mean()), len(part)) for part in parts if len(part)]


def calibration_error(probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = BINS) -> float:
    """Expected calibration error, 0..1: the mean gap between probability and share of true outcomes."""
    rows = calibration_bins(probabilities, outcomes, bins)
    total = sum(size for _, _, size in rows)
    return sum(size * abs(mean - share) for mean, share, size in rows) / total if total else 0.0


def expected_error_if_calibrated(
    probabilities: Sequence[float], bins: int = BINS, draws: int = 200, seed: int = 0
) -> float:
    """The mean calibration error of perfectly calibrated probabilities on a sample of this size.

    The outcomes are simulated ``draws`` times; an error of this size is sampling noise.
    """
    rng = np.random.default_rng(seed)
    p = np.asarray(probabilities, dtype=float)
    errors = [calibration_error(probabilities, (rng.random(len(p)) < p).tolist(), bins) for _ in range(draws)]
    return float(np.mean(errors))


def brier_score(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Mean squared difference of probability and outcome (Brier 1950)."""
    return float(np.mean((np.asarray(probabilities, dtype=float) - np.asarray(outcomes, dtype=float)) ** 2))


def auroc(negatives: Sequence[float], positives: Sequence[float]) -> float:
    """Area under the ROC curve: how often a positive scores above a negative, ties counted half."""
    low, high = np.sort(np.asarray(negatives, dtype=float)), np.asarray(positives, dtype=float)
    wins = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(wins.sum() / (2 * len(low) * len(high)))


def fit_logistic(
    x: Sequence[float], y: Sequence[bool], ridge: float = 1e-3, weights: Sequence[float] | None = None
) -> Logistic:
    """The maximum-likelihood logistic function of one variable, by damped Newton steps.

    ``ridge`` is a quadratic penalty towards slope 1 and offset 0, which keeps the fit finite on separable
    data. ``weights`` are those of the cases, 1 each by default.
    """
    features = np.stack([np.asarray(x, dtype=float), np.ones(len(x))], axis=1)
    outcomes = np.asarray(y, dtype=float)
    case_weights = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    origin = np.array([1.0, 0.0])
    fit = origin.copy()
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(features @ fit, -50, 50)))
        gradient = features.T @ (case_weights * (outcomes - p)) - ridge * (fit - origin)
        hessian = (features * (case_weights * p * (1 - p))[:, None]).T @ features + ridge * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        loss = _loss(features, outcomes, case_weights, fit, ridge)
        while size > 1e-6 and _loss(features, outcomes, case_weights, fit + size * step, ridge) > loss:
            size /= 2
        fit = fit + size * step
        if np.abs(size * step).max() < 1e-9:
            break
    return Logistic(float(fit[0]), float(fit[1]))


def _loss(features: Floats, outcomes: Floats, case_weights: Floats, fit: Floats, ridge: float) -> float:
    """Negative log-likelihood plus the penalty."""
    z = features @ fit
    origin = np.array([1.0, 0.0])
    penalty = ridge / 2 * np.sum((fit - origin) ** 2)
    return float(np.sum(case_weights * (np.logaddexp(0, z) - outcomes * z)) + penalty)
