"""The spun score: the probability that a text was spun, from the density of its edits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from despin.infer.decision.confidence import Logistic

PRIOR_WORDS = 10
"""Words added to every text's length (additive smoothing): one edit is weak evidence in a short text."""
DEFAULT_SCORE_FIT = Logistic(1.0, -math.log(0.01))
"""The fit on log-density for a checkpoint without one of its own: 0.5 at a density of 0.01 (clean excerpts of
a few hundred words have 0.005 at most, spun ones seldom less than 0.02)."""


def edit_evidence(confidence: float) -> float:
    """The evidence of one edit that its text was spun, 0..1; 0 up to a confidence of 0.5.

    Clean prose with many of the spinner's favourite words has many uncertain edits and no confident ones;
    spun text has both.
    """
    return max(0.0, 2 * confidence - 1) ** 2


def evidence_density(confidences: Sequence[float], words: int) -> float:
    """Evidence per word of a text of ``words`` words, shrunk towards 0 for short texts."""
    return sum(map(edit_evidence, confidences)) / (words + PRIOR_WORDS)


def spun_score(confidences: Sequence[float], words: int, fit: Logistic = DEFAULT_SCORE_FIT) -> float:
    """The probability, 0..1, that a text was spun, given its edits' confidences; 0 without evidence."""
    density = evidence_density(confidences, words)
    return round(fit(math.log(density)), 4) if density else 0.0
