"""Does a long text cost more per word than a short one?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from despin.bench.speed.sampled_text import mixture
from despin.bench.speed.timing import Setup
from despin.infer.despinner import Despinner
from despin.infer.text.blocks import split_blocks
from despin.metrics.harm import count_words

MIN_WORDS = 20_000
"""Words restored to measure the cost of short texts, split over as many texts as needed."""
PARTS = 5
"""The longest text is restored in this many parts, alternating with the shorter texts."""


def by_length(setup: Setup, sizes: Sequence[int]) -> list[tuple[int, float, float]]:
    """For each size: words of a text, seconds and CPU seconds of restoring it block by block.

    The texts are the setup's sentences in random order, so that the cache is of no help. The longest is
    restored in PARTS parts that alternate with the others, at least MIN_WORDS words of each, so that a slow
    phase of the machine affects all sizes alike. A warm-up round is not counted.
    """
    despinner = Despinner(setup.checkpoint, threads=setup.threads)
    _restore(despinner, mixture(setup.texts, MIN_WORDS, seed=0))
    despinner.engine.clear_cache()
    totals = [[0, 0.0, 0.0] for _ in sizes]
    texts = [0] * len(sizes)
    for part in range(PARTS):
        for row, size in enumerate(sizes):
            entire = size < max(sizes)
            for repetition in range(max(1, MIN_WORDS // size)):
                words = size if entire else size // PARTS
                seed = size + 1000 * part + repetition
                costs = _restore(despinner, mixture(setup.texts, words, seed=seed))
                totals[row] = [a + b for a, b in zip(totals[row], costs)]
                texts[row] += PARTS if entire else 1
    # A part of the longest text counts as one, an entire text as PARTS.
    return [
        (round(PARTS * words / n), PARTS * seconds / n, PARTS * cpu_seconds / n)
        for (words, seconds, cpu_seconds), n in zip(totals, texts)
    ]


def _restore(despinner: Despinner, chunks: Iterator[str]) -> tuple[int, float, float]:
    """Words restored, seconds, CPU seconds."""
    words = 0
    start, cpu_start = time.perf_counter(), time.process_time()
    for block in split_blocks(chunks):
        words += count_words(block)
        despinner.correct(block)
    return words, time.perf_counter() - start, time.process_time() - cpu_start
