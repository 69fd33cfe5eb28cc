"""The decision for a page: its segments' posteriors combined with the evidence of the page as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.slots import Slot
from despin.infer.decision.combination import combine, slot_features
from despin.infer.decision.decide import SlotPosterior
from despin.infer.decision.features import FEATURES
from despin.infer.decision.page import PageStatistics
from despin.infer.decision.windows import TextScorer, language_model_evidence
from despin.infer.settings import Modes, ModeSettings, Settings


class SlotDecision(NamedTuple):
    """A slot with the final probabilities (sum 1) of keeping its wording and of each of its hints."""

    slot: Slot
    probabilities: Sequence[float]
    model: Sequence[float]
    """[1 + hints] the model's log-probabilities of the same, normalized over them."""


@dataclass(frozen=True)
class PageDecider:
    """Combines the evidence of a page's slots with the learnt weights of the modes.

    Without ``modes`` the posteriors are left as they are. ``scorer`` is None in the mode ``fast``.
    """

    lexicon: InverseLexicon
    modes: Modes | None = None
    scorer: TextScorer | None = None

    def decide(
        self,
        text: str,
        tokens: Sequence[str],
        posteriors: Sequence[Sequence[SlotPosterior]],
        use_scorer: Sequence[bool],
    ) -> list[list[SlotDecision]]:
        """The decisions for the slots of each segment of ``text``, in order.

        ``tokens``: the folded tokens of the page; ``posteriors``: of the slots of each segment;
        ``use_scorer``: whether the language model may be asked about a segment.
        """
        if self.modes is None:
            return [
                [SlotDecision(p.slot, p.probabilities, p.model) for p in segment] for segment in posteriors
            ]
        flat = [p for segment in posteriors for p in segment]
        page = PageStatistics(tokens, flat)
        features = [
            slot_features(flat, i, page, self.lexicon.is_original(p.slot.source)) for i, p in enumerate(flat)
        ]
        probabilities = [combine(rows, self.modes.fast.weights) for rows in features]
        if self.scorer is not None and self.modes.best is not None:
            asked = [use for segment, use in zip(posteriors, use_scorer) for _ in segment]
            slots = [p.slot for p in flat]
            evidence = language_model_evidence(self.scorer, text, slots, probabilities, asked)
            for i, log_probs in enumerate(evidence):
                if log_probs is not None:
                    rows = [with_language_model(row, value) for row, value in zip(features[i], log_probs)]
                    probabilities[i] = combine(rows, self.modes.best.weights)
        decisions = iter([SlotDecision(p.slot, ps, p.model) for p, ps in zip(flat, probabilities)])
        return [[next(decisions) for _ in segment] for segment in posteriors]


def with_language_model(features: Sequence[float], log_prob: float) -> list[float]:
    """A wording's features with that of the language model set."""
    out = list(features)
    out[FEATURES.index("language_model")] = log_prob
    return out


def mode_settings(settings: Settings, mode: str) -> ModeSettings:
    """The settings of a mode; those of the posteriors if the checkpoint has no learnt combination."""
    if settings.modes is None:
        return ModeSettings({}, settings.calibration, settings.min_confidence)
    return (settings.modes.best if mode == "best" else None) or settings.modes.fast
