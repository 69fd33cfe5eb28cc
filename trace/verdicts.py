"""How two texts may have come about, judged by their comparison: likelihood ratios and a verdict in words.

Five explanations are weighed by a multinomial logit over the features of `despin.trace.comparison_features`.
It is fitted with equal weight on each explanation, so that differences of its scores are log likelihood
ratios. They are reported within bounds: a ratio beyond the number of pairs on which it was fitted would be
extrapolated (Vergeer, van Es, de Jongh, Alberink and Stoel 2016, "Numerical likelihood ratios outputted by LR
systems are often based on extrapolation: when to stop extrapolating?"). `python -m
despin.bench.verdict_report --fit` fits the weights and measures the error rates, both of which stand in
``verdicts.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from despin.infer.candidates.inverse import InverseLexicon
from despin.trace.comparison_features import FEATURES, Evidence, gather

Explanation = Literal["spun", "copied", "rewritten", "independent", "unrelated"]
EXPLANATIONS: tuple[Explanation, ...] = get_args(Explanation)
Outcome = Literal[
    "spun", "reversed", "copied", "rewritten", "independent", "unrelated", "unsure", "too short"
]
MIN_WORDS = 30
"""Words of the shorter text below which nothing is said."""
MEASURED_WORDS = 40
"""Words of the shortest passages on which the error rates were measured (`despin.bench.verdict_cases`)."""
SURE = 0.9
"""Probability of an explanation, all five being equally likely beforehand, from which on it is named."""
ALIKE: tuple[tuple[Explanation, ...], ...] = (
    ("spun",),
    ("copied", "rewritten"),
    ("independent", "unrelated"),
)
"""Explanations between which there is no sharp border: together they must be sure for one of them to be
named."""

SENTENCES: dict[Outcome, str] = {
    "spun": "The text was very likely spun from this original, or from a copy of it.",
    "reversed": "It is the other way round: the supposed original was very likely spun from the other text.",
    "copied": "The text is very likely this original or a lightly edited copy of it, not a spun one.",
    "rewritten": "The two very likely share a source text, or one is rewritten from the other by hand; no "
    "spinner is needed to explain the changes.",
    "independent": "The two are very likely independent texts: their wording has no more in common than that "
    "of texts on one subject.",
    "unrelated": "The two texts are very likely independent: their wording has next to nothing in common.",
    "unsure": "The comparison does not tell how the two texts are related.",
    "too short": f"There is too little text to judge by: at least {MIN_WORDS} words of each are needed.",
}


@dataclass(frozen=True)
class VerdictModel:
    """Standardisation and weights of the multinomial logit, and what was measured of it."""

    means: Sequence[float]
    scales: Sequence[float]
    weights: Mapping[str, Sequence[float]]
    """For each explanation the weights of FEATURES, the intercept last."""
    lowest: float
    """The least log10 likelihood ratio that is reported, by the number of spun texts that it was fitted
    on."""
    highest: Mapping[str, float]
    """The greatest one against each other explanation, by the number of its pairs."""
    measured: Mapping[str, Any]
    """Error rates of the verdicts, by `despin.bench.verdict_report`."""

    def scores(self, features: Sequence[float]) -> dict[str, float]:
        """For each explanation its log likelihood, up to a number that all have in common."""
        standard = [(x - m) / s for x, m, s in zip(features, self.means, self.scales)]
        return {
            name: weights[-1] + sum(w * x for w, x in zip(weights, standard))
            for name, weights in self.weights.items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> VerdictModel:
        """The model of ``verdicts.json``. Raises ValueError if it was fitted on other features."""
        if tuple(values["features"]) != FEATURES:
            raise ValueError("verdicts.json: other features; run despin.bench.verdict_report --fit")
        names = ("means", "scales", "weights", "lowest", "highest", "measured")
        return cls(**{name: values[name] for name in names})


@dataclass(frozen=True)
class Verdict:
    """What a comparison says of how a text came about."""

    outcome: Outcome
    probabilities: Mapping[str, float]
    """Of each explanation, all being equally likely beforehand."""
    log10_ratios: Mapping[str, float]
    """log10 of the likelihood ratio of "spun" against each other explanation, within bounds."""
    bounds: Mapping[str, tuple[float, float]]
    """The least and greatest value that each of these may have."""
    errors: Mapping[str, Any]
    """Measured error rates of the outcome ``spun``; see docs/compare.md."""

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        return SENTENCES[self.outcome]

    @property
    def ratio(self) -> float:
        """The likelihood ratio of "spun from this" against "independent text on the same subject"."""
        return float(10 ** self.log10_ratios["independent"])

    @property
    def is_measured(self) -> bool:
        """Whether ratios and probabilities may be shown: of texts so short none were measured."""
        return self.outcome != "too short"

    def to_dict(self) -> dict[str, Any]:
        """As plain Python values; without numbers where none were measured."""
        shown = self.is_measured
        return {
            "outcome": self.outcome,
            "sentence": self.sentence,
            "likelihood_ratio": float(f"{self.ratio:.3g}") if shown else None,
            "log10_ratios": {n: round(value, 2) for n, value in self.log10_ratios.items()} if shown else {},
            "log10_bounds": {n: list(bounds) for n, bounds in self.bounds.items()} if shown else {},
            "probabilities": {n: round(value, 4) for n, value in self.probabilities.items()} if shown else {},
            "errors": dict(self.errors),
        }


@cache
def verdict_model() -> VerdictModel:
    """The model that comes with the package."""
    text = (files("despin.trace") / "verdicts.json").read_text(encoding="utf-8")
    return VerdictModel.from_dict(json.loads(text))


def judge(evidence: Evidence, model: VerdictModel | None = None) -> Verdict:
    """The verdict on a comparison."""
    model = model or verdict_model()
    scores = model.scores(evidence.features())
    highest = max(scores.values())
    total = sum(math.exp(score - highest) for score in scores.values())
    probabilities = {name: math.exp(score - highest) / total for name, score in scores.items()}
    bounds: dict[str, tuple[float, float]] = {
        name: (model.lowest, model.highest[name]) for name in EXPLANATIONS[1:]
    }
    ratios: dict[str, float] = {
        name: max(low, min(high, (scores["spun"] - scores[name]) / math.log(10)))
        for name, (low, high) in bounds.items()
    }
    outcome: Outcome = "unsure"
    for alike in ALIKE:
        if sum(probabilities[name] for name in alike) >= SURE:
            outcome = max(alike, key=lambda name: probabilities[name])
    if evidence.words < MIN_WORDS:
        outcome = "too short"
    errors = model.measured.get(outcome, {})
    return Verdict(outcome, probabilities, ratios, bounds, errors)


def judge_texts(spun: str, original: str, lexicon: InverseLexicon) -> tuple[Evidence, Verdict]:
    """Compare two texts and judge the comparison, in both directions if it was not found to be spun.

    A verdict ``reversed`` has the ratios of the other direction. Raises InputError as
    `despin.trace.text_comparison.compare`.
    """
    evidence = gather(spun, original, lexicon)
    verdict = judge(evidence)
    if (
        verdict.outcome not in ("spun", "too short")
        and evidence.reverse_explained > evidence.stretch.explained
    ):
        other = judge(gather(original, spun, lexicon))
        if other.outcome == "spun":
            verdict = replace(other, outcome="reversed")
    return evidence, verdict
