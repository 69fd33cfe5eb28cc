"""Harm: what a system does to clean text, where every change is an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from despin.infer.text.tokens import is_word
from despin.metrics.alignment import comparison_tokens, paired_lines


@dataclass(frozen=True, slots=True)
class Harm:
    """Sums over clean texts."""

    words: int
    """Words of the clean texts, punctuation not counted."""
    changed: int
    """Word Levenshtein distance from the clean texts to the system's output."""
    documents: int
    """Number of texts."""
    touched: int
    """Texts with at least one change."""

    @property
    def per_thousand(self) -> float:
        """Changed words per 1,000 words."""
        return 1000 * self.changed / self.words if self.words else 0.0


def measure_harm(clean: Sequence[str], restored: Sequence[str]) -> Harm:
    """The changes from each clean text to its restored form (same order, same number)."""
    distances = [_distance(before, after) for before, after in zip(clean, restored, strict=True)]
    return Harm(
        words=sum(map(count_words, clean)),
        changed=sum(distances),
        documents=len(clean),
        touched=sum(d > 0 for d in distances),
    )


def count_words(text: str) -> int:
    """Words of a text, punctuation not counted."""
    return sum(map(is_word, comparison_tokens(text)))


def _distance(clean: str, restored: str) -> int:
    lines = paired_lines(clean, restored)
    return sum(Levenshtein.distance(*map(comparison_tokens, line)) for line in lines)
