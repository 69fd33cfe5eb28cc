"""The spun score's rates, measured on held-out text, spun and clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from despin.infer.decision.spun_score import (
    SegmentEvidence,
    SpunModel,
    segment_evidence,
    spun_probabilities,
    spun_score,
)
from despin.infer.text.edits import Edit
from despin.infer.text.segmentation import MAX_TOKENS, segment_text
from despin.infer.text.tokens import is_word
from despin.metrics.harm import count_words

PSEUDO_EVIDENCE = 1.0
"""Added to the evidence in clean text, so that its rate is above 0 whatever the sample."""


@dataclass(frozen=True)
class EditedTexts:
    """Texts with all their edits at calibrated confidence, in order."""

    texts: Sequence[str]
    edits: Sequence[Sequence[Edit]]

    def evidence(self, threshold: float, words: int = MAX_TOKENS) -> list[list[SegmentEvidence]]:
        """The evidence of each segment of each text, from edits of at least ``threshold``.

        ``words``: tokens of a segment at most.
        """
        return [_segments(text, edits, threshold, words) for text, edits in zip(self.texts, self.edits)]

    def scores(self, threshold: float, model: SpunModel) -> list[float]:
        """The spun score of each text, computed as `Despinner` does."""
        return [spun_score(spun_probabilities(part, model)) for part in self.evidence(threshold)]

    def edits_per_thousand_words(
        self, threshold: float, scores: Sequence[float] | None = None, min_score: float = 0.5
    ) -> float:
        """Edits made per 1,000 words if texts with a score below ``min_score`` are left unchanged.

        Without ``scores``, no text is left unchanged.
        """
        corrected = [True] * len(self.texts) if scores is None else [score >= min_score for score in scores]
        made = sum(
            sum(edit.confidence >= threshold for edit in edits)
            for edits, used in zip(self.edits, corrected)
            if used
        )
        return 1000 * made / max(sum(map(count_words, self.texts)), 1)


def fit_spun_score(spun: EditedTexts, clean: EditedTexts, threshold: float) -> SpunModel:
    """The model with the rates of ``spun`` and ``clean`` texts (maximum likelihood: evidence per word).

    Raises ValueError if the spun texts have no more evidence than the clean ones.
    """
    low, high = _rate(clean.evidence(threshold), PSEUDO_EVIDENCE), _rate(spun.evidence(threshold))
    return replace(SpunModel(), clean_rate=float(f"{low:.3g}"), spun_rate=float(f"{high:.3g}"))


def _segments(text: str, edits: Sequence[Edit], threshold: float, limit: int) -> list[SegmentEvidence]:
    rest = [edit for edit in edits if edit.confidence >= threshold][::-1]
    parts = []
    for segment in segment_text(text, limit):
        confidences = []
        while rest and rest[-1].start < segment.end:
            confidences.append(rest.pop().confidence)
        parts.append(segment_evidence(confidences, sum(is_word(token.text) for token in segment.tokens)))
    return parts


def _rate(texts: Sequence[Sequence[SegmentEvidence]], pseudo: float = 0.0) -> float:
    segments = [segment for text in texts for segment in text]
    return (pseudo + sum(s.evidence for s in segments)) / max(sum(s.words for s in segments), 1)
