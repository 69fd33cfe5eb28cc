"""Resident memory of this process over many calls, to show whether it stays constant."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from pathlib import Path

from despin.bench.speed.sampled_text import mixture
from despin.infer.despinner import Despinner


def resident_memory() -> int:
    """Bytes of resident memory of this process; its peak on systems without /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def memory_over_calls(
    texts: Sequence[str], calls: int, steps: int = 10, checkpoint: str | Path | None = None, words: int = 30
) -> Iterator[tuple[int, int]]:
    """Number of calls and bytes of resident memory, at ``steps`` points in time.

    Each call restores a new text of ``words`` words, drawn from the sentences of ``texts``.
    """
    despinner = Despinner(checkpoint)
    for call in range(1, calls + 1):
        text_words = "".join(mixture(texts, words, seed=call)).split()
        despinner.correct(" ".join(text_words[:words]))
        if call % max(1, calls // steps) == 0:
            yield call, resident_memory()
