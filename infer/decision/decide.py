"""The decision for a segment: the posterior probabilities of the wordings of each slot.

Three experts are multiplied at each slot (a product of experts, Hinton 2002): the model's probabilities, the
inverse dictionary's shares (`despin.infer.decision.posterior`), and the n-grams of the words around it,
summed over the possible wordings of the other slots (`despin.infer.decision.lattice`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from despin.infer.candidates.slots import Slot
from despin.infer.decision.lattice import Option, marginals
from despin.infer.decision.ngrams import NgramTable
from despin.infer.decision.posterior import first_piece_fractions, posterior
from despin.infer.model.engine import LogProbs
from despin.infer.settings import Settings
from despin.infer.text.articles import article_agrees
from despin.infer.text.segmentation import Segment
from despin.infer.text.tokens import tokenize


class SlotEvidence(NamedTuple):
    """The model's output for a slot."""

    slot: Slot
    first_pieces: Sequence[str]
    """The first piece of each hint."""
    log_probs: LogProbs
    """[1 + hints] log-probabilities of keeping the wording and of each hint's first piece."""


class SlotPosterior(NamedTuple):
    """A slot with the probabilities (sum 1) of keeping its wording and of each of its hints."""

    slot: Slot
    probabilities: list[float]
    model: list[float]
    """[1 + hints] the model's log-probabilities of the same, normalized over them."""
    isolated: list[float]
    """[1 + hints] the probabilities without the n-grams of the context."""


def decide(
    segment: Segment, evidence: Sequence[SlotEvidence], settings: Settings, ngrams: NgramTable | None
) -> list[SlotPosterior]:
    """The posterior of each slot of a segment, in order; without n-grams if ``ngrams`` is None."""
    posteriors = []
    for e in evidence:
        isolated = _without_context(e, settings)
        posteriors.append(SlotPosterior(e.slot, isolated, _model_log_probs(e), isolated))
    if ngrams is None:
        return posteriors
    return weigh_context(segment, posteriors, ngrams, settings.context_weight)


def _without_context(evidence: SlotEvidence, settings: Settings) -> list[float]:
    slot = evidence.slot
    agrees = [article_agrees(slot.article, w) for w in (slot.source, *slot.hints)] if slot.article else ()
    probabilities = posterior(
        evidence.log_probs,
        slot.keep,
        slot.shares,
        evidence.first_pieces,
        settings.prior_weight,
        settings.model_weight,
        agrees,
    )
    return [float(p) for p in probabilities]


def _model_log_probs(evidence: SlotEvidence) -> list[float]:
    """The model's log-probabilities, a first piece's divided among the hints that start with it."""
    log_probs = [float(value) for value in evidence.log_probs]
    fractions = first_piece_fractions(evidence.slot.shares, evidence.first_pieces)
    highest = max(log_probs)
    # Hints with the same first piece must not count it twice in the sum.
    distinct = dict(zip(evidence.first_pieces, log_probs[1:]))
    total = math.log(sum(math.exp(v - highest) for v in (log_probs[0], *distinct.values()))) + highest
    return [log_probs[0] - total, *(v + math.log(f) - total for v, f in zip(log_probs[1:], fractions))]


def weigh_context(
    segment: Segment, posteriors: Sequence[SlotPosterior], ngrams: NgramTable, weight: float
) -> list[SlotPosterior]:
    """The posteriors given the surrounding words' n-grams, summed over the wordings of the other slots."""
    lattice = [[Option((ngrams.word_id(token.text),), 1.0)] for token in segment.context]
    remaining = list(reversed(posteriors))
    slot_end = segment.start
    for token in segment.tokens:
        if token.start < slot_end:
            continue  # inside the last slot
        if remaining and token.start == remaining[-1].slot.start:
            slot, probabilities, _, _ = remaining.pop()
            wordings = (slot.source, *slot.hints)
            lattice.append([Option(_word_ids(w, ngrams), p) for w, p in zip(wordings, probabilities)])
            slot_end = slot.end
        else:
            lattice.append([Option((ngrams.word_id(token.text),), 1.0)])
    of_slots = (ps for ps in marginals(lattice, ngrams.ratio, weight) if len(ps) > 1)
    return [posterior._replace(probabilities=ps) for posterior, ps in zip(posteriors, of_slots)]


def _word_ids(wording: str, ngrams: NgramTable) -> tuple[int, ...]:
    return tuple(ngrams.word_id(token.text) for token in tokenize(wording))
