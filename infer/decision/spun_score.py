"""The spun score: the probability that a text was spun, segment by segment.

A hidden Markov model with two states, clean and spun (Rabiner 1989). A segment's evidence is the sum of what
its edits say; it is taken as Poisson distributed, with a rate per word for each state. What a segment can
tell thus grows with its length: a short text stays in doubt, a spun passage inside a long clean text is
found, and a clean one inside a spun text is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_SCORE = 0.9999
"""No text is spun for certain."""
SEGMENT_SCORE = 0.5
"""Within a spun text, a segment from this probability on is corrected: it is more likely spun than clean."""


@dataclass(frozen=True, slots=True)
class SpunModel:
    """The parameters of the hidden Markov model. Raises ValueError for values out of range."""

    clean_rate: float = 0.0005
    """Expected evidence per word of clean text."""
    spun_rate: float = 0.06
    """Expected evidence per word of spun text."""
    prior: float = 0.1
    """The share of words that are taken for spun before any is read, 0..1: what an unknown text scores."""
    change_rate: float = 0.002
    """How often per word the state may change: a spun passage starts about every
    ``1 / (prior * change_rate)`` words."""

    def __post_init__(self) -> None:
        if not 0 < self.clean_rate < self.spun_rate < math.inf:
            raise ValueError(
                f"clean_rate must be above 0 and below spun_rate: {self.clean_rate}, {self.spun_rate}"
            )
        if not 0 < self.prior < 1 or not 0 < self.change_rate < math.inf:
            raise ValueError("prior must be between 0 and 1 and change_rate above 0, exclusive")

    def log_likelihood_ratio(self, segment: SegmentEvidence) -> float:
        """Natural log of P(evidence | spun) / P(evidence | clean)."""
        ratio = math.log(self.spun_rate / self.clean_rate)
        return segment.evidence * ratio - segment.words * (self.spun_rate - self.clean_rate)


class SegmentEvidence(NamedTuple):
    """What one segment says about its text."""

    evidence: float
    """Sum of `edit_evidence` over its edits."""
    words: int


def edit_evidence(confidence: float) -> float:
    """The evidence of one edit that its text was spun, 0..1; 0 up to a confidence of 0.5.

    Clean prose with many of the spinner's favourite words has many uncertain edits and no confident ones;
    spun text has both.
    """
    return max(0.0, 2 * confidence - 1) ** 2


def segment_evidence(confidences: Iterable[float], words: int) -> SegmentEvidence:
    """The evidence of a segment of ``words`` words with edits of these confidences."""
    return SegmentEvidence(sum(map(edit_evidence, confidences)), words)


def spun_probabilities(
    segments: Sequence[SegmentEvidence], model: SpunModel, before: float | None = None
) -> list[float]:
    """The probability of each segment of a text, in order, to be spun, given all of them.

    ``before``: what is known of the text before them (`carried_log_odds`), None at the start of a text.
    Forward-backward algorithm on the odds of the two states, in linear time.
    """
    ratios = [model.log_likelihood_ratio(segment) for segment in segments]
    forward, _ = _messages(ratios, segments, model, before)
    backward = _messages(ratios[::-1], segments[::-1], model)[0][::-1]
    prior = _log_odds(model.prior)
    # The prior is in both messages.
    return [_logistic(f + ratio + b - prior) for f, ratio, b in zip(forward, ratios, backward)]


def spun_score(probabilities: Sequence[float]) -> float:
    """The probability that a text is spun in part at least: that of its most suspicious segment.

    0 for a text without segments, and MAX_SCORE at most.
    """
    return min(round(max(probabilities, default=0.0), 4), MAX_SCORE)


def carried_log_odds(
    segments: Sequence[SegmentEvidence], model: SpunModel, before: float | None = None
) -> float:
    """The log-odds of spun behind ``segments``, for the part of the text that follows them."""
    ratios = [model.log_likelihood_ratio(segment) for segment in segments]
    return _messages(ratios, segments, model, before)[1]


def _messages(
    ratios: Sequence[float],
    segments: Sequence[SegmentEvidence],
    model: SpunModel,
    before: float | None = None,
) -> tuple[list[float], float]:
    """For each segment the log-odds of spun given the segments before it, and those behind the last one.

    The chain is reversible, so that the same recursion on the reversed sequence gives those given the
    segments behind it.
    """
    messages: list[float] = []
    log_odds = _log_odds(model.prior) if before is None else before
    for i, ratio in enumerate(ratios):
        messages.append(log_odds)
        after = _logistic(log_odds + ratio)
        following = segments[i + 1].words if i + 1 < len(segments) else segments[i].words
        stays = math.exp(-model.change_rate * (segments[i].words + following) / 2)
        log_odds = _log_odds(stays * after + (1 - stays) * model.prior)
    return messages, log_odds


def _log_odds(probability: float) -> float:
    p = min(max(probability, 1e-12), 1 - 1e-12)
    return math.log(p / (1 - p))


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
