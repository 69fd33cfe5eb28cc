"""The learnt combination of evidence: a conditional logit over the wordings of a slot.

Each wording has features, and its probability is the softmax of their weighted sum (McFadden 1974). Weights
fitted on real pairs (`despin.train.ship.combination_fit`) replace the exponents of a product of experts,
and evidence of the page and of the kind of slot is added: an edit-level system combination (Qorib et al.
2022).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from despin.infer.decision.decide import SlotPosterior
from despin.infer.decision.features import FEATURES
from despin.infer.decision.page import PageStatistics, key_of
from despin.infer.decision.posterior import MIN_SHARE
from despin.infer.text.articles import article_agrees

MEAN_DENSITY = 0.6
MAX_ON_PAGE = 3
_FLOOR = 1e-12


def slot_features(
    posteriors: Sequence[SlotPosterior],
    index: int,
    page: PageStatistics,
    is_original: bool,
    language_model: Sequence[float] | None = None,
) -> list[list[float]]:
    """[1 + hints][FEATURES] of the slot at ``index`` of a page's ``posteriors``.

    ``is_original``: whether the slot's source wording is an original in the inverse dictionary.
    ``language_model`` [1 + hints]: log-probabilities (nats) relative to the best wording; None: not asked.
    """
    slot, probabilities, model, isolated = posteriors[index]
    shares = [max(slot.keep, MIN_SHARE), *(max(share, MIN_SHARE) for share in slot.shares)]
    ratios = [math.log(max(p, _FLOOR)) - math.log(max(q, _FLOOR)) for p, q in zip(probabilities, isolated)]
    highest = max(ratios)
    source_length = len(key_of(slot.source))
    neighbours = [
        1 - max(posteriors[i].probabilities) for i in (index - 1, index + 1) if 0 <= i < len(posteriors)
    ]
    uncertainty = sum(neighbours) / len(neighbours) if neighbours else 0.0
    rows = []
    for i, wording in enumerate((slot.source, *slot.hints)):
        mismatch = slot.article is not None and not article_agrees(slot.article, wording)
        evidence = [
            model[i],
            math.log(shares[i]),
            ratios[i] - highest,
            language_model[i] if language_model is not None else 0.0,
            float(mismatch),
        ]
        if i == 0:
            evidence += [0.0, 0.0, 0.0, 0.0, 1.0]
            evidence += [float(is_original), float(source_length > 1), page.density - MEAN_DENSITY]
            evidence += [uncertainty, math.log1p(page.replaced(wording))]
        else:
            evidence += [
                float(min(MAX_ON_PAGE, page.occurrences(wording))),
                float(len(key_of(wording)) - source_length),
                math.log1p(page.same_form(wording, slot.source, probabilities[i])),
                math.log1p(page.other_forms(wording, slot.source)),
                *[0.0] * 6,
            ]
        rows.append(evidence)
    return rows


def combine(features: Sequence[Sequence[float]], weights: Mapping[str, float]) -> list[float]:
    """The probabilities (sum 1) of a slot's wordings; a feature without a weight counts as 0."""
    vector = [weights.get(name, 0.0) for name in FEATURES]
    scores = [sum(w * x for w, x in zip(vector, row)) for row in features]
    highest = max(scores)
    exponentials = [math.exp(score - highest) for score in scores]
    total = sum(exponentials)
    return [value / total for value in exponentials]
