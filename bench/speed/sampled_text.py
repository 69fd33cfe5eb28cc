"""Texts of any length, made of the sentences of given ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from despin.errors import InputError
from despin.metrics.harm import count_words

_SENTENCE = re.compile(r"[^.!?]+[.!?]+[\"”]?\s*")


def mixture(texts: Sequence[str], words: int, seed: int) -> Iterator[str]:
    """About ``words`` words of paragraphs of six sentences drawn from ``texts``.

    Raises InputError if ``texts`` contain no complete sentence.
    """
    return Mixtures(texts).mixture(words, seed)


class Mixtures:
    """`mixture` of the same texts again and again."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Raises InputError as `mixture`."""
        lines = (line for text in texts for line in text.split("\n"))
        self._sentences = [(s.strip(), count_words(s)) for line in lines for s in _SENTENCE.findall(line)]
        if not any(words for _, words in self._sentences):
            raise InputError(
                "the spun texts contain no complete sentence from which a longer text can be built"
            )

    def mixture(self, words: int, seed: int) -> Iterator[str]:
        """About ``words`` words of paragraphs of six sentences."""
        rng = random.Random(seed)
        count = 0
        while count < words:
            chosen = [rng.choice(self._sentences) for _ in range(6)]
            count += sum(words for _, words in chosen)
            yield " ".join(sentence for sentence, _ in chosen) + "\n\n"
