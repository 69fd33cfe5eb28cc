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
    sentences = [s for text in texts for line in text.split("\n") for s in _SENTENCE.findall(line)]
    if not any(map(count_words, sentences)):
        raise InputError("the spun texts contain no complete sentence from which a longer text can be built")
    rng = random.Random(seed)
    count = 0
    while count < words:
        paragraph = " ".join(rng.choice(sentences).strip() for _ in range(6)) + "\n\n"
        count += count_words(paragraph)
        yield paragraph
