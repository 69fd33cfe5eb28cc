"""Calibration: logistic functions that turn log-odds into probabilities (Platt 1999)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PRIOR_WORDS = 10
"""Words added to every text's own when edits are counted by the word: one edit says little of a short one."""
MIN_DISTANCE = 1e-4
"""Probabilities are clipped to at least this distance from 0 and 1 before their log-odds are taken."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """``1 / (1 + exp(-(slope * x + offset)))``, as a checkpoint's ``despin.json`` holds it."""

    slope: float
    offset: float

    def __call__(self, x: float) -> float:
        """A number in 0..1 that grows with ``x``."""
        z = self.slope * x + self.offset
        return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))

    @classmethod
    def of(cls, settings: Mapping[str, Any], name: str) -> Logistic | None:
        """The one that ``settings`` hold under ``name``; None if there is none.

        Raises ValueError if it is not a mapping of slope (above 0) and offset.
        """
        found = settings.get(name)
        if found is None:
            return None
        try:
            made = cls(float(found["slope"]), float(found["offset"]))
        except (TypeError, KeyError, ValueError):
            raise ValueError(f"{name}: slope and offset are needed, got {found!r}") from None
        if not (0 < made.slope < math.inf and math.isfinite(made.offset)):
            raise ValueError(f"{name}: a slope above 0 and a finite offset are needed, got {found!r}")
        return made


DEFAULT_SCORE_FIT = Logistic(1.0, -math.log(0.01))
"""A text's score where the checkpoint has none of its own: even at a density of 0.01 (clean excerpts of
a few hundred words have 0.005 at most, spun ones seldom less than 0.02)."""


def log_odds(probability: float) -> float:
    """Natural log of ``p / (1 - p)``, within those of SURE."""
    p = min(max(probability, MIN_DISTANCE), 1 - MIN_DISTANCE)
    return math.log(p / (1 - p))


def apply_calibration(probability: float, fit: Logistic | None) -> float:
    """A probability as often right as it says (Platt 1999, on the log-odds); as it is if there is no fit."""
    return probability if fit is None else fit(log_odds(probability))


def edit_evidence(confidence: float) -> float:
    """What an edit says for its text's being spun, 0..1: little where it is hardly likelier than not.

    Prose full of the spinner's favourite words has many doubtful edits and no sure ones; spun text has both.
    """
    return max(0.0, 2 * confidence - 1) ** 2


def evidence_density(confidences: Sequence[float], words: int) -> float:
    """Evidence a word of a text, drawn to 0 where the text is short."""
    return sum(map(edit_evidence, confidences)) / (words + PRIOR_WORDS)


def spun_score(confidences: Sequence[float], words: int, fit: Logistic = DEFAULT_SCORE_FIT) -> float:
    """How likely it is that a text was spun, 0..1, from its edits' density; 0 if there are none."""
    found = evidence_density(confidences, words)
    return round(fit(math.log(found)), 4) if found else 0.0
