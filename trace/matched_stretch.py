"""Where two aligned texts belong together: the stretch of the alignment in which they agree.

A spun page may hold a passage of its original, or the original a passage of the page. Outside the stretch
that they have in common an alignment pairs words at random. So the stretch with the greatest score is taken,
as in a local alignment (Smith and Waterman 1981), on the path that the global one has found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from despin.infer.text.tokens import is_word, iter_tokens
from despin.trace.text_comparison import Change, Comparison
from despin.trace.word_alignment import CHANGED_COST, MAX_COST


class Part(NamedTuple):
    """A run of words in common (``change`` None), or a change, of an alignment."""

    spun_words: int
    original_words: int
    spun_start: int
    spun_end: int
    original_start: int
    original_end: int
    change: Change | None = None

    @property
    def score(self) -> float:
        """What it says for the texts belonging together: a word in common and an explained change count 1."""
        if self.change is None:
            return self.spun_words
        if self.change.row is not None:
            return 1.0
        return -min(MAX_COST, CHANGED_COST * max(self.spun_words, self.original_words))


@dataclass(frozen=True)
class Stretch:
    """The parts of an alignment where the texts belong together, with counts of words and changes."""

    parts: list[Part]

    @property
    def spun_words(self) -> int:
        """Words of the spun text in it."""
        return sum(part.spun_words for part in self.parts)

    @property
    def original_words(self) -> int:
        """Words of the original in it."""
        return sum(part.original_words for part in self.parts)

    @property
    def runs(self) -> list[int]:
        """The lengths in words of the runs in common, in order."""
        return [part.spun_words for part in self.parts if part.change is None and part.spun_words]

    @property
    def changes(self) -> list[Part]:
        """The changes of words in it, in order."""
        return [p for p in self.parts if p.change is not None and p.change.kind != "punctuation"]

    @property
    def explained(self) -> int:
        """How many of them a row explains."""
        return sum(p.change is not None and p.change.row is not None for p in self.changes)

    @property
    def unexplained_words(self) -> int:
        """The words of the changes that no row explains, of the text that has more of them."""
        return sum(
            max(p.spun_words, p.original_words)
            for p in self.changes
            if p.change is not None and p.change.row is None
        )


def find_stretch(comparison: Comparison, spun: str, original: str) -> Stretch:
    """The parts with the greatest sum of scores (Kadane 1984); empty where nothing is in common."""
    parts = list(alignment_parts(comparison, spun, original))
    best, best_sum, start, total = (0, 0), 0.0, 0, 0.0
    for index, part in enumerate(parts):
        if total <= 0:
            start, total = index, 0.0
        total += part.score
        if total > best_sum:
            best, best_sum = (start, index + 1), total
    return Stretch(parts[best[0] : best[1]])


def alignment_parts(comparison: Comparison, spun: str, original: str) -> Iterator[Part]:
    """The changes of a comparison and the runs in common between them, from start to end."""
    a = b = 0
    for change in comparison.changes:
        yield from _common(spun, original, (a, change.spun_start), (b, change.original_start))
        yield Part(
            count_words(spun, change.spun_start, change.spun_end),
            count_words(original, change.original_start, change.original_end),
            change.spun_start,
            change.spun_end,
            change.original_start,
            change.original_end,
            change,
        )
        a, b = change.spun_end, change.original_end
    yield from _common(spun, original, (a, len(spun)), (b, len(original)))


def _common(
    spun: str, original: str, spun_span: tuple[int, int], original_span: tuple[int, int]
) -> Iterator[Part]:
    if spun_span[0] < spun_span[1] or original_span[0] < original_span[1]:
        words = count_words(spun, *spun_span)
        yield Part(words, words, *spun_span, *original_span)


def count_words(text: str, start: int, end: int) -> int:
    """The words of a span of a text."""
    return sum(is_word(token.text) for token in iter_tokens(text, start, end))
