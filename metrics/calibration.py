"""How far probabilities can be believed: calibration error, its repair, and ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from despin.infer.decision.confidence import Logistic

Floats = npt.NDArray[np.float64]
BINS = 15
"""Bins of the calibration error, of equal count (Naeini et al. 2015; Nixon et al. 2019 on equal counts)."""


def calibration_bins(
    chances: Sequence[float], right: Sequence[bool], count: int = BINS
) -> list[tuple[float, float, int]]:
    """Mean probability, share that came true, and size, of each of ``count`` bins of equal size."""
    p, y = np.asarray(chances, dtype=float), np.asarray(right, dtype=float)
    parts = np.array_split(np.argsort(p, kind="stable"), count)
    return [(float(p[i].mean()), float(y[i].mean()), len(i)) for i in parts if len(i)]


def calibration_error(chances: Sequence[float], right: Sequence[bool], count: int = BINS) -> float:
    """Expected calibration error, 0..1: the mean distance of probability and truth over the bins."""
    found = calibration_bins(chances, right, count)
    whole = sum(size for _, _, size in found)
    return sum(size * abs(said - true) for said, true, size in found) / whole if whole else 0.0


def expected_error_if_calibrated(
    chances: Sequence[float], count: int = BINS, draws: int = 200, seed: int = 0
) -> float:
    """The calibration error that perfectly calibrated probabilities would show on so few cases, on
    average: what is left of it is chance."""
    rng = np.random.default_rng(seed)
    p = np.asarray(chances, dtype=float)
    found = [calibration_error(chances, (rng.random(len(p)) < p).tolist(), count) for _ in range(draws)]
    return float(np.mean(found))


def brier_score(chances: Sequence[float], right: Sequence[bool]) -> float:
    """Mean squared distance of probability and truth (Brier 1950)."""
    return float(np.mean((np.asarray(chances, dtype=float) - np.asarray(right, dtype=float)) ** 2))


def auroc(low: Sequence[float], high: Sequence[float]) -> float:
    """The chance that one of ``high`` scores above one of ``low``, ties counted half."""
    below, above = np.sort(np.asarray(low, dtype=float)), np.asarray(high, dtype=float)
    wins = np.searchsorted(below, above, side="left") + np.searchsorted(below, above, side="right")
    return float(wins.sum() / (2 * len(below) * len(above)))


def fit_logistic(
    x: Sequence[float], y: Sequence[bool], ridge: float = 1e-3, weights: Sequence[float] | None = None
) -> Logistic:
    """The logistic function of greatest likelihood, by damped Newton steps.

    ``ridge`` draws towards slope 1 and offset 0, so that separable data have an answer too.
    """
    points = np.stack([np.asarray(x, dtype=float), np.ones(len(x))], axis=1)
    truth = np.asarray(y, dtype=float)
    heavy = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    origin = np.array([1.0, 0.0])
    fit = origin.copy()
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(points @ fit, -50, 50)))
        gradient = points.T @ (heavy * (truth - p)) - ridge * (fit - origin)
        curvature = (points * (heavy * p * (1 - p))[:, None]).T @ points + ridge * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        loss = _loss(points, truth, heavy, fit, ridge)
        while size > 1e-6 and _loss(points, truth, heavy, fit + size * step, ridge) > loss:
            size /= 2
        fit = fit + size * step
        if np.abs(size * step).max() < 1e-9:
            break
    return Logistic(float(fit[0]), float(fit[1]))


def _loss(points: Floats, truth: Floats, heavy: Floats, fit: Floats, ridge: float) -> float:
    z = points @ fit
    origin = np.array([1.0, 0.0])
    return float(np.sum(heavy * (np.logaddexp(0, z) - truth * z)) + ridge / 2 * np.sum((fit - origin) ** 2))
