"""The edit with the highest posterior in a slot, with a calibrated confidence."""

from __future__ import annotations

from dataclasses import replace

from despin.infer.decision.confidence import Logistic, apply_calibration
from despin.infer.decision.decide import SlotPosterior
from despin.infer.text.edits import Edit


def likeliest_edit(posterior: SlotPosterior, calibration: Logistic | None) -> Edit | None:
    """The edit to the most likely hint; None if keeping the wording is at least as likely."""
    slot, probabilities = posterior
    best = _best_hint(probabilities)
    if probabilities[best] <= probabilities[0]:
        return None
    confidence = round(apply_calibration(probabilities[best], calibration), 4)
    return Edit(slot.start, slot.end, slot.source, slot.hints[best - 1], confidence)


def with_alternatives(edit: Edit, posterior: SlotPosterior, count: int) -> Edit:
    """``edit`` (the most likely of ``posterior``) with the ``count`` most likely other wordings.

    The remainder of the calibrated confidence to 1 is divided among them in proportion to the posterior.
    """
    slot, probabilities = posterior
    best = _best_hint(probabilities)
    scale = (1 - edit.confidence) / max(1 - probabilities[best], 1e-9)
    others = [
        (wording, round(p * scale, 4))
        for i, (wording, p) in enumerate(zip((slot.source, *slot.hints), probabilities))
        if i != best
    ]
    others.sort(key=lambda other: -other[1])
    return replace(edit, alternatives=tuple(others[:count]))


def _best_hint(probabilities: list[float]) -> int:
    return max(range(1, len(probabilities)), key=probabilities.__getitem__)
