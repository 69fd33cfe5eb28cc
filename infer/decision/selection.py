"""The edit of a slot at an operating point, with a calibrated confidence.

``natural`` minimizes the expected word error: minimum Bayes risk decoding (Kumar and Byrne 2004) with the
word edit distance between wordings as the loss. ``careful`` takes the most likely wording if it is likely
enough; the threshold has nearly the highest F0.5 on real pairs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from despin.infer.candidates.slots import Slot
from despin.infer.decision.confidence import Logistic, apply_calibration
from despin.infer.decision.page import Phrase, key_of
from despin.infer.text.articles import article_agrees, repaired_article
from despin.infer.text.edits import Edit, Evidence


def likeliest_wording(probabilities: Sequence[float]) -> int:
    """0 to keep the wording, else the number of the most likely hint from 1; ties are kept."""
    best = max(range(1, len(probabilities)), key=probabilities.__getitem__)
    return best if probabilities[best] > probabilities[0] else 0


def least_risk_wording(slot: Slot, probabilities: Sequence[float]) -> int:
    """0 to keep the wording, else the number of the hint with the lowest expected word edit distance."""
    phrases = [key_of(wording) for wording in (slot.source, *slot.hints)]
    risks = [
        sum(p * word_distance(phrase, other) for p, other in zip(probabilities, phrases) if p)
        for phrase in phrases
    ]
    best = min(range(1, len(risks)), key=risks.__getitem__)
    return best if risks[best] < risks[0] else 0


def word_distance(a: Phrase, b: Phrase) -> int:
    """Levenshtein distance over words; a and b are short."""
    previous = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (word != other)))
        previous = row
    return previous[-1]


def make_edit(
    slot: Slot, probabilities: Sequence[float], wording: int, calibration: Logistic | None
) -> Edit | None:
    """The edit to a wording (number from 1), None for 0, with its calibrated probability as confidence.

    It extends over the article before the slot if that agrees with the source alone: "an irregular" to
    "a random"; and over the full stop of an abbreviation that the replacement is not: "p.c." to "percent".
    """
    if not wording:
        return None
    confidence = round(apply_calibration(probabilities[wording], calibration), 4)
    hint = slot.hints[wording - 1]
    tail = "" if "." in hint else slot.tail
    start, end, source, replacement = slot.start, slot.end + len(tail), slot.source + tail, hint
    if slot.lead and article_agrees(slot.article, slot.source) and not article_agrees(slot.article, hint):
        start, source, replacement = (
            start - len(slot.lead),
            slot.lead + source,
            repaired_article(slot.lead) + hint,
        )
    return Edit(start, end, source, replacement, confidence)


def with_alternatives(
    edit: Edit, slot: Slot, probabilities: Sequence[float], wording: int, count: int
) -> Edit:
    """``edit``, which is to ``wording``, with the ``count`` most likely other wordings of its slot.

    The remainder of the calibrated confidence to 1 is divided among them in proportion to the probabilities.
    """
    scale = (1 - edit.confidence) / max(1 - probabilities[wording], 1e-9)
    extended = edit.start < slot.start
    others = [
        (_with_article(slot, other) if extended else other, round(p * scale, 4))
        for i, (other, p) in enumerate(zip((slot.source, *slot.hints), probabilities))
        if i != wording
    ]
    others.sort(key=lambda other: -other[1])
    return replace(edit, alternatives=tuple(others[:count]))


def with_evidence(edit: Edit, slot: Slot, model: Sequence[float], wording: int) -> Edit:
    """``edit``, which is to ``wording``, with what dictionary and model say of it.

    ``model``: [1 + hints] the model's log-probabilities.
    """
    share = slot.shares[wording - 1]
    return replace(edit, evidence=Evidence(round(share, 4), round(math.exp(model[wording]), 4)))


def _with_article(slot: Slot, wording: str) -> str:
    lead = slot.lead if article_agrees(slot.article, wording) else repaired_article(slot.lead)
    return lead + wording
