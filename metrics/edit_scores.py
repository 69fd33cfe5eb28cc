"""Scores of a restored text against the original: edits, words, and 5-grams found again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.inverse import InverseLexicon
from despin.metrics.alignment import comparison_tokens, paired_lines, word_changes
from despin.metrics.oracle import offered_changes


@dataclass(frozen=True, slots=True)
class EditCounts:
    """Sums over texts, from which every score is derived; counts of texts add up."""

    hits: int = 0
    """Changes of the system that the original confirms, in place and wording."""
    made: int = 0
    """Changes the system made."""
    needed: int = 0
    """Changes that lead from the spun text to the original."""
    distance: int = 0
    """Word Levenshtein distance from the restored text to the original."""
    before: int = 0
    """The same from the spun text."""
    length: int = 0
    """Words of the original."""
    grams_found: int = 0
    """5-grams of the original that the restored text has too."""
    grams_before: int = 0
    """5-grams of the original that the spun text has too."""
    grams: int = 0
    """5-grams of the original."""
    offered: int = 0
    """Needed changes that the inverse dictionary offers; 0 where none was given."""
    offered_hits: int = 0
    """Hits among those."""

    def __add__(self, other: EditCounts) -> EditCounts:
        return EditCounts(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))

    @property
    def precision(self) -> float:
        """Share of the system's changes that are right; 1 where it made none."""
        return self.hits / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        """Share of the needed changes that were made; 1 where none was needed."""
        return self.hits / self.needed if self.needed else 1.0

    @property
    def recall_offered(self) -> float | None:
        """Recall on the needed changes that the inverse dictionary offers; None where there is none."""
        return self.offered_hits / self.offered if self.offered else None

    @property
    def recall_others(self) -> float | None:
        """Recall on the needed changes that it does not offer; None where there is none."""
        others = self.needed - self.offered
        return (self.hits - self.offered_hits) / others if others else None

    @property
    def f05(self) -> float:
        """F0.5: precision counts twice as much as recall, as in error correction (Ng et al. 2014)."""
        p, r = self.precision, self.recall
        return 1.25 * p * r / (0.25 * p + r) if p + r else 0.0

    @property
    def error_rate(self) -> float:
        """Word error rate of the restored text."""
        return self.distance / self.length if self.length else 0.0

    @property
    def error_rate_before(self) -> float:
        """Word error rate of the spun text."""
        return self.before / self.length if self.length else 0.0

    @property
    def gram_recall(self) -> float:
        """Share of the original's word 5-grams that the restored text has."""
        return self.grams_found / self.grams if self.grams else 1.0

    @property
    def gram_recall_before(self) -> float:
        """Share of the original's word 5-grams that the spun text has."""
        return self.grams_before / self.grams if self.grams else 1.0


def score_text(spun: str, restored: str, original: str, lexicon: InverseLexicon | None = None) -> EditCounts:
    """Counts for one text. Texts of several lines are compared line by line when all have as many.

    A change counts as right only if the same words of the spun text are replaced by the same words,
    capitals included. Both sets of changes come from the same alignment of words, so that systems
    are compared by what they wrote, however they report it. With an inverse dictionary, the needed
    changes that it offers are counted apart.
    """
    return sum_counts(_score_line(s, r, o, lexicon) for s, r, o in paired_lines(spun, restored, original))


def _score_line(spun: str, restored: str, original: str, lexicon: InverseLexicon | None) -> EditCounts:
    source, got, wanted = comparison_tokens(spun), comparison_tokens(restored), comparison_tokens(original)
    gold, made = set(word_changes(source, wanted)), set(word_changes(source, got))
    known = offered_changes(spun, wanted, lexicon) if lexicon is not None else set()
    grams = _grams(wanted)
    return EditCounts(
        hits=len(gold & made),
        made=len(made),
        needed=len(gold),
        distance=Levenshtein.distance(got, wanted),
        before=Levenshtein.distance(source, wanted),
        length=len(wanted),
        grams_found=(grams & _grams(got)).total(),
        grams_before=(grams & _grams(source)).total(),
        grams=grams.total(),
        offered=len(known),
        offered_hits=len(known & made),
    )


def _grams(tokens: list[str], n: int = 5) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def sum_counts(counts: Iterable[EditCounts]) -> EditCounts:
    """The sum of counts."""
    return sum(counts, EditCounts())
