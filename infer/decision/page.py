"""What the rest of a text says about a slot: the spinner's choices on the page, and the wordings it left.

A spinner mostly replaces an original by the same form throughout a page (two occurrences on one page have the
same form in 92 of 100 cases, two on different pages in 63; counted on 84 aligned pairs). Therefore the other
slots of the page are evidence for the originals of a slot.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from despin.infer.candidates.phrases import phrase_key
from despin.infer.decision.decide import SlotPosterior

Phrase = tuple[str, ...]
"""Folded tokens."""
_cached_key = lru_cache(1 << 14)(phrase_key)
_CACHED_CHARACTERS = 64
"""Longer wordings, with a wide space between two words, are not kept in the cache: this bounds its bytes."""


def key_of(wording: str) -> Phrase:
    """`phrase_key` with a cache, since the same wordings recur."""
    return _cached_key(wording) if len(wording) <= _CACHED_CHARACTERS else phrase_key(wording)


def count_phrases(tokens: Sequence[str], phrases: Collection[Phrase]) -> Counter[Phrase]:
    """The number of occurrences of each of ``phrases`` in ``tokens`` (folded), overlaps included."""
    counts: Counter[Phrase] = Counter()
    for length in {len(phrase) for phrase in phrases if phrase}:
        for i in range(len(tokens) - length + 1):
            if (phrase := tuple(tokens[i : i + length])) in phrases:
                counts[phrase] += 1
    return counts


class PageStatistics:
    """Counts over a page: how often wordings stand in it, and which originals its slots probably replace."""

    def __init__(self, tokens: Sequence[str], posteriors: Sequence[SlotPosterior]) -> None:
        """``tokens``: the folded tokens of the page; ``posteriors``: its slots."""
        hints = {key_of(hint) for p in posteriors for hint in p.slot.hints}
        self._counts = count_phrases(tokens, hints)
        self._expected: defaultdict[Phrase, defaultdict[Phrase, float]] = defaultdict(_counter)
        for posterior in posteriors:
            form = key_of(posterior.slot.source)
            for hint, probability in zip(posterior.slot.hints, posterior.probabilities[1:]):
                self._expected[key_of(hint)][form] += probability
        self._totals = {original: sum(forms.values()) for original, forms in self._expected.items()}
        self.density = _mean(1 - p.probabilities[0] for p in posteriors)

    def occurrences(self, wording: str) -> int:
        """How often a hint stands in the page as it is."""
        return self._counts[key_of(wording)]

    def same_form(self, original: str, form: str, own: float) -> float:
        """The expected number of other slots in which ``original`` was replaced by ``form``.

        ``own``: the probability of ``original`` in the slot itself, which does not count.
        """
        return max(0.0, self._expected[key_of(original)][key_of(form)] - own)

    def other_forms(self, original: str, form: str) -> float:
        """The expected number of slots in which ``original`` was replaced by another form."""
        key = key_of(original)
        return max(0.0, self._totals[key] - self._expected[key][key_of(form)])

    def replaced(self, wording: str) -> float:
        """The expected number of slots of the page in which ``wording`` itself is the original."""
        return self._totals.get(key_of(wording), 0.0)


def _counter() -> defaultdict[Phrase, float]:
    return defaultdict(float)


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values) if values else 0.0
