"""Calibration: a logistic function of the log-odds turns a score into a probability (Platt 1999)."""

from __future__ import annotations

import math
from dataclasses import dataclass

MIN_DISTANCE = 1e-4
"""Probabilities are clipped to at least this distance from 0 and 1 before their log-odds are taken."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """``1 / (1 + exp(-(slope * x + offset)))``, as a checkpoint's ``despin.json`` stores it."""

    slope: float
    offset: float

    def __call__(self, x: float) -> float:
        """The value at ``x``, in 0..1; it increases with ``x`` if the slope is above 0."""
        z = self.slope * x + self.offset
        return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def log_odds(probability: float) -> float:
    """Natural log of ``p / (1 - p)``, with ``p`` clipped to MIN_DISTANCE .. 1 - MIN_DISTANCE."""
    p = min(max(probability, MIN_DISTANCE), 1 - MIN_DISTANCE)
    return math.log(p / (1 - p))


def apply_calibration(probability: float, fit: Logistic | None) -> float:
    """The calibrated probability (Platt scaling of the log-odds); unchanged if ``fit`` is None."""
    return probability if fit is None else fit(log_odds(probability))
