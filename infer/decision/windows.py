"""The evidence of a causal language model: each wording of a doubtful slot scored in the text around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from despin.infer.candidates.slots import Slot

LEFT_CHARACTERS, RIGHT_CHARACTERS = 80, 40
"""Characters before and after a slot that the language model reads. More cost time and gained little: on the
development pairs 160 and 70 were right at 0.866 of the slots, 120 and 50 at 0.864, 80 and 40 at 0.863."""
MAX_CERTAINTY = 0.92
"""Slots whose most likely wording is at least so probable are not asked."""
MIN_PROBABILITY = 0.03
"""Wordings below this probability are not asked. With 120 and 60 characters, 0.95 and 0.01 the word error
rate on pairs-2 was 0.0632 instead of 0.0639, at twice the cost."""


class TextScorer(Protocol):
    """Scores texts, such as `despin.infer.language_model.scorer.LanguageModel`."""

    def log_probs(self, texts: Sequence[str]) -> list[float]:
        """The log-probability (nats) of each text."""
        ...


def is_doubtful(probabilities: Sequence[float]) -> bool:
    """Whether the language model is asked about a slot."""
    return max(probabilities) < MAX_CERTAINTY and sum(p >= MIN_PROBABILITY for p in probabilities) > 1


def language_model_evidence(
    scorer: TextScorer,
    text: str,
    slots: Sequence[Slot],
    probabilities: Sequence[Sequence[float]],
    may_ask: Sequence[bool] | None = None,
) -> list[list[float] | None]:
    """For each slot of ``text`` the log-probabilities [1 + hints] of its wordings, relative to the best one.

    None for a slot that is not asked, since it is not doubtful or ``may_ask`` (None: all) is false for it.
    A wording that is not asked gets the lowest value of its slot. The text around a slot is that with the
    most likely wording of each other slot.
    """
    restored, spans = _restored(text, slots, probabilities)
    asked: list[tuple[int, int]] = []
    windows: list[str] = []
    for i, (slot, ps) in enumerate(zip(slots, probabilities)):
        if not is_doubtful(ps) or (may_ask is not None and not may_ask[i]):
            continue
        left, right = _surroundings(restored, *spans[i])
        for wording, (option, p) in enumerate(zip((slot.source, *slot.hints), ps)):
            if p >= MIN_PROBABILITY:
                asked.append((i, wording))
                windows.append(f"{left}{option}{right}")
    scores: list[dict[int, float]] = [{} for _ in slots]
    for (i, wording), score in zip(asked, scorer.log_probs(windows)):
        scores[i][wording] = score
    return [_relative(of_slot, len(ps)) if of_slot else None for of_slot, ps in zip(scores, probabilities)]


def _relative(scores: dict[int, float], count: int) -> list[float]:
    highest, lowest = max(scores.values()), min(scores.values())
    return [scores.get(wording, lowest) - highest for wording in range(count)]


def _restored(
    text: str, slots: Sequence[Slot], probabilities: Sequence[Sequence[float]]
) -> tuple[str, list[tuple[int, int]]]:
    """The text with the most likely wordings, and where the slots are in it."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    last = length = 0
    for slot, ps in zip(slots, probabilities):
        wording = (slot.source, *slot.hints)[max(range(len(ps)), key=ps.__getitem__)]
        parts += [text[last : slot.start], wording]
        start = length + slot.start - last
        length = start + len(wording)
        spans.append((start, length))
        last = slot.end
    return "".join([*parts, text[last:]]), spans


def _surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """The text before and after a span, cut between words so that no token is part of a broken word."""
    left, right = text[max(0, start - LEFT_CHARACTERS) : start], text[end : end + RIGHT_CHARACTERS]
    if start > LEFT_CHARACTERS:
        left = left.partition(" ")[2] or left
    if len(text) > end + RIGHT_CHARACTERS:
        right = right.rpartition(" ")[0] or right
    return left, right
