"""The limits of the first look, chosen on held-out documents, clean and spun."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from despin.errors import ConfigError
from despin.infer.decision.first_look import FirstLook, LookLimits
from despin.infer.decision.word_evidence import STEPS_PER_NAT, WordEvidence
from despin.metrics.calibration import fit_logistic
from despin.train.ship.first_look_recipe import LookRecipe
from despin.train.ship.first_look_texts import SpunDocument, cut_words, expected_weights, held_out_documents

CHARACTERS = 12_000
"""Length of the held-out documents at most, about: 2,000 words."""
Floats = npt.NDArray[np.float64]


def weighted_quantile(values: Sequence[float], weights: Sequence[float], share: float) -> float:
    """The highest value that leaves at most ``share`` of the weight below it."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(np.asarray(weights)[order]) - np.asarray(weights)[order]
    allowed = below <= share * sum(weights)
    return float(np.asarray(values)[order][np.flatnonzero(allowed)[-1]])


@dataclass(frozen=True)
class LimitsFit:
    """Chooses limits for ``evidence``: each is as low as the recipe's share of clean texts allows that are
    to be spared, and lower where its share of spun texts to be found demands it. So a spinner that differs
    from those of the recipe, and evidently does, is found by a margin."""

    evidence: WordEvidence
    recipe: LookRecipe

    def fit(self, say: Callable[[str], None] = lambda line: None) -> LookLimits:
        """The limits, with the calibration of the score. Raises ConfigError if there are too few texts."""
        recipe, rng = self.recipe, random.Random(f"limits:{self.recipe.seed}")
        documents = list(islice(held_out_documents(recipe, True, CHARACTERS), recipe.held_out))
        whole = [self._limit(documents, length, None, rng) for length in recipe.lengths]
        highest = [
            # A passage as short as a narrow window is found if that costs little; a whole document must be.
            self._limit(documents, 2 * width, width, rng, must_find=width == recipe.windows[-1])
            for width in recipe.windows
        ]
        limits = LookLimits(recipe.lengths, tuple(whole), recipe.windows, tuple(highest), run=recipe.run)
        say(f"limits: whole {whole}, windows {highest}")
        return self._calibrated(limits, documents, rng)

    def _limit(
        self,
        documents: Sequence[SpunDocument],
        words: int,
        width: int | None,
        rng: random.Random,
        must_find: bool = True,
    ) -> float:
        """The limit of the highest sum over windows of ``width`` words in documents, or (None) of the sum
        over whole texts of ``words`` words."""
        if width is None:
            clean = [text for d in documents if (text := cut_words(d.clean, words, rng)) is not None]
        else:
            clean = [document.clean for document in documents]
        sums = [self._highest(text, width) for text in clean]
        limit = weighted_quantile(sums, [1.0] * len(sums), self.recipe.spared) if sums else math.inf
        if must_find:
            cuts = [cut for d in documents if (cut := d.cut(words, rng)) is not None and cut.is_spun]
            if not cuts:
                raise ConfigError(
                    "held_out: too few spun texts to choose limits on; raise it, or add corpora"
                )
            sums = [self._highest(cut.text, width) for cut in cuts]
            weights = expected_weights(self.recipe, [cut.site for cut in cuts])
            limit = min(limit, weighted_quantile(sums, weights, 1 - self.recipe.recall))
        return limit

    def _highest(self, text: str, width: int | None) -> float:
        sums = FirstLook(self.evidence).sums(text)
        if width is None or len(sums) <= width:
            return int(sums[-1]) / STEPS_PER_NAT
        return int((sums[width:] - sums[:-width]).max()) / STEPS_PER_NAT

    def _calibrated(
        self, limits: LookLimits, documents: Sequence[SpunDocument], rng: random.Random
    ) -> LookLimits:
        """The limits with the slope and intercept of the score, for texts of all lengths, half of them
        spun."""
        look = FirstLook(self.evidence, limits)
        margins: list[float] = []
        is_spun: list[bool] = []
        weights: list[float] = []
        for words in (*self.recipe.lengths, None):
            cuts = [document.cut(words, rng) for document in documents]
            spun = [cut for cut in cuts if cut is not None and cut.is_spun]
            clean = [d.clean if words is None else cut_words(d.clean, words, rng) for d in documents]
            for texts, kind, share in (
                ([cut.text for cut in spun], True, expected_weights(self.recipe, [c.site for c in spun])),
                ([text for text in clean if text], False, None),
            ):
                margins += [look.margin(look.sums(text)) for text in texts]
                is_spun += [kind] * len(texts)
                weights += share or [1 / len(texts)] * len(texts)
        known = [i for i, margin in enumerate(margins) if math.isfinite(margin)]
        total = sum(weights)
        fit = fit_logistic(
            [margins[i] for i in known],
            [is_spun[i] for i in known],
            weights=[weights[i] * len(known) / total for i in known],
        )
        return replace(limits, slope=round(fit.slope, 4), intercept=round(fit.offset, 4))
