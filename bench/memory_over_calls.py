"""Does memory stay flat over many calls? Resident memory of this process as it goes on."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from pathlib import Path

from despin.bench.speed.timing import mixture
from despin.infer.despinner import Despinner


def resident() -> int:
    """Bytes of memory that this process holds now; on systems that do not tell, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def over_calls(
    texts: Sequence[str], calls: int, steps: int = 10, checkpoint: str | Path | None = None, words: int = 30
) -> Iterator[tuple[int, int]]:
    """Calls made and bytes held, ``steps`` times: each call restores ``words`` words of its own, made of
    the sentences of ``texts``."""
    despinner = Despinner(checkpoint)
    for call in range(1, calls + 1):
        drawn = "".join(mixture(texts, words, seed=call)).split()
        despinner.correct(" ".join(drawn[:words]))
        if call % max(1, calls // steps) == 0:
            yield call, resident()
