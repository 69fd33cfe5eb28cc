"""The spun score's function, fitted on held-out text, spun and clean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.decision.confidence import Logistic
from despin.infer.decision.spun_score import evidence_density, spun_score
from despin.infer.text.edits import Edit
from despin.metrics.calibration import fit_logistic
from despin.metrics.harm import count_words

RIDGE = 0.5
"""L2 penalty: few texts are in doubt, and without it the function becomes as steep as the data allow."""


@dataclass(frozen=True)
class EditedTexts:
    """Texts with all their edits at calibrated confidence."""

    texts: Sequence[str]
    edits: Sequence[Sequence[Edit]]

    def densities(self, threshold: float) -> list[float]:
        """Expected right edits per word of each text, from edits of at least ``threshold``."""
        return [
            evidence_density(_confidences(edits, threshold), count_words(text))
            for text, edits in zip(self.texts, self.edits)
        ]

    def scores(self, threshold: float, fit: Logistic) -> list[float]:
        """The spun score of each text, computed as `Despinner` does."""
        return [
            spun_score(_confidences(edits, threshold), count_words(text), fit)
            for text, edits in zip(self.texts, self.edits)
        ]

    def edits_per_thousand_words(
        self, threshold: float, scores: Sequence[float] | None = None, min_score: float = 0.5
    ) -> float:
        """Edits made per 1,000 words if texts with a score below ``min_score`` are left unchanged.

        Without ``scores``, no text is left unchanged.
        """
        corrected = [True] * len(self.texts) if scores is None else [score >= min_score for score in scores]
        made = sum(len(_confidences(edits, threshold)) for edits, used in zip(self.edits, corrected) if used)
        return 1000 * made / max(sum(map(count_words, self.texts)), 1)


def fit_spun_score(spun: EditedTexts, clean: EditedTexts, threshold: float) -> Logistic:
    """The spun score as a logistic function of log-density. A text without edits counts with half of the
    lowest density of the others."""
    low, high = clean.densities(threshold), spun.densities(threshold)
    floor = min((density for density in low + high if density), default=1e-3) / 2
    x = [math.log(max(density, floor)) for density in low + high]
    return fit_logistic(x, [False] * len(low) + [True] * len(high), ridge=RIDGE)


def _confidences(edits: Sequence[Edit], threshold: float) -> list[float]:
    return [edit.confidence for edit in edits if edit.confidence >= threshold]
