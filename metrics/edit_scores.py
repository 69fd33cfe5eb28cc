"""Scores of a restored text against the original: edits, word error rate, and n-gram recall.

Edits are scored as by the M2 scorer (Dahlmeier and Ng 2012): proposed edits are those of the system, gold
edits those that lead to the original, correct edits are both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.inverse import InverseLexicon
from despin.metrics.alignment import comparison_tokens, paired_lines, word_changes
from despin.metrics.oracle import reachable_changes

NGRAM_ORDER = 5


@dataclass(frozen=True, slots=True)
class EditCounts:
    """Sums over texts, from which every score is computed; the counts of several texts can be added."""

    correct: int = 0
    """Proposed edits that are gold edits too: same place, same wording."""
    proposed: int = 0
    """Edits of the system."""
    gold: int = 0
    """Edits that lead from the spun text to the original."""
    distance: int = 0
    """Word Levenshtein distance from the restored text to the original."""
    distance_before: int = 0
    """Word Levenshtein distance from the spun text to the original."""
    length: int = 0
    """Tokens of the original."""
    ngrams_recovered: int = 0
    """5-grams of the original that are in the restored text."""
    ngrams_before: int = 0
    """5-grams of the original that are in the spun text."""
    ngrams: int = 0
    """5-grams of the original."""
    reachable: int = 0
    """Gold edits that the inverse dictionary can make; 0 without a dictionary."""
    reachable_correct: int = 0
    """Correct edits among those."""

    def __add__(self, other: EditCounts) -> EditCounts:
        return EditCounts(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))

    @property
    def precision(self) -> float:
        """Share of the proposed edits that are correct; 1 without proposed edits."""
        return self.correct / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold edits that were made; 1 without gold edits."""
        return self.correct / self.gold if self.gold else 1.0

    @property
    def recall_reachable(self) -> float | None:
        """Recall on the gold edits that the inverse dictionary can make; None if there are none."""
        return self.reachable_correct / self.reachable if self.reachable else None

    @property
    def recall_unreachable(self) -> float | None:
        """Recall on the gold edits that the inverse dictionary cannot make; None if there are none."""
        unreachable = self.gold - self.reachable
        return (self.correct - self.reachable_correct) / unreachable if unreachable else None

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
        return self.distance_before / self.length if self.length else 0.0

    @property
    def ngram_recall(self) -> float:
        """Share of the original's 5-grams that are in the restored text."""
        return self.ngrams_recovered / self.ngrams if self.ngrams else 1.0

    @property
    def ngram_recall_before(self) -> float:
        """Share of the original's 5-grams that are in the spun text."""
        return self.ngrams_before / self.ngrams if self.ngrams else 1.0


def score_text(spun: str, restored: str, original: str, lexicon: InverseLexicon | None = None) -> EditCounts:
    """Counts for one text. Texts of several lines are compared line by line if all have as many lines.

    An edit is correct only if it replaces the same words of the spun text by the same words, in the same
    case. Proposed and gold edits come from the same word alignment, so systems are compared by the text they
    write, however they report edits. With an inverse dictionary, the gold edits that it can make are
    counted separately.
    """
    return sum_counts(_score_line(s, r, o, lexicon) for s, r, o in paired_lines(spun, restored, original))


def _score_line(spun: str, restored: str, original: str, lexicon: InverseLexicon | None) -> EditCounts:
    source, output, reference = (comparison_tokens(text) for text in (spun, restored, original))
    gold, proposed = set(word_changes(source, reference)), set(word_changes(source, output))
    reachable = reachable_changes(spun, reference, lexicon) if lexicon is not None else set()
    ngrams = _ngrams(reference)
    return EditCounts(
        correct=len(gold & proposed),
        proposed=len(proposed),
        gold=len(gold),
        distance=Levenshtein.distance(output, reference),
        distance_before=Levenshtein.distance(source, reference),
        length=len(reference),
        ngrams_recovered=(ngrams & _ngrams(output)).total(),
        ngrams_before=(ngrams & _ngrams(source)).total(),
        ngrams=ngrams.total(),
        reachable=len(reachable),
        reachable_correct=len(reachable & proposed),
    )


def _ngrams(tokens: list[str], n: int = NGRAM_ORDER) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def sum_counts(counts: Iterable[EditCounts]) -> EditCounts:
    """The sum of counts."""
    return sum(counts, EditCounts())
