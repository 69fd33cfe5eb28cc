"""Spun texts of several lengths whose originals are known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from despin.bench.tracing.hidden_originals import ORIGINAL
from despin.infer.text.tokens import is_word, tokenize
from despin.metrics.pairs import Pair

WINDOWS = 5
"""Windows of a length that are drawn from a pair."""
MIN_PARAGRAPH = 12
"""Words of a paragraph that is asked about, at least."""


class SpunQuery(NamedTuple):
    """A spun text and the id of the document that it is to be traced to."""

    kind: str
    text: str
    target: str


def spun_queries(pairs: Sequence[Pair], lengths: Sequence[int], seed: int = 7) -> Iterator[SpunQuery]:
    """Of each pair the whole spun text, its paragraphs, and random windows of each length in words."""
    rng = random.Random(seed)
    for pair in pairs:
        target = ORIGINAL + pair.id
        yield SpunQuery("passage", pair.spun, target)
        for paragraph in pair.spun.split("\n"):
            if len(_word_spans(paragraph)) >= MIN_PARAGRAPH:
                yield SpunQuery("paragraph", paragraph, target)
        for length in lengths:
            for window in windows(pair.spun, length, WINDOWS, rng):
                yield SpunQuery(f"{length} words", window, target)


def windows(text: str, length: int, count: int, rng: random.Random) -> list[str]:
    """Random stretches of a text of ``length`` words, ``count`` at most, no two with the same start."""
    spans = _word_spans(text)
    starts = range(len(spans) - length + 1)
    chosen = rng.sample(starts, min(count, len(starts)))
    return [text[spans[n][0] : spans[n + length - 1][1]] for n in chosen]


def _word_spans(text: str) -> list[tuple[int, int]]:
    return [(token.start, token.end) for token in tokenize(text) if is_word(token.text)]
