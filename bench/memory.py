"""Does memory stay flat over many calls? Resident memory of this process as it goes on."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from pathlib import Path

from despin.bench.speed import mixture
from despin.infer.checkpoint import EMBEDDED
from despin.infer.despinner import Despinner
from despin.infer.files import told


def resident() -> int:
    """Bytes of memory that this process holds now; on systems that do not tell, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def over_calls(
    texts: Sequence[str], calls: int, steps: int = 10, checkpoint: Path = EMBEDDED, words: int = 30
) -> Iterator[tuple[int, int]]:
    """Calls made and bytes held, ``steps`` times: each call restores ``words`` words of its own, made of
    the sentences of ``texts``."""
    despinner = Despinner(checkpoint)
    for call in range(1, calls + 1):
        drawn = "".join(mixture(texts, words, seed=call)).split()
        despinner.correct(" ".join(drawn[:words]))
        if call % max(1, calls // steps) == 0:
            yield call, resident()


def main() -> None:
    """``python -m despin.bench.memory PAIRS [--calls N]``: a line a tenth of the calls."""
    import argparse

    from despin.bench.pairs import read_pairs

    parser = argparse.ArgumentParser(description="Resident memory over many calls.")
    parser.add_argument("pairs")
    parser.add_argument("--calls", type=int, default=10_000)
    args = parser.parse_args()
    pairs, _ = read_pairs([args.pairs])
    for calls, held in over_calls([p.spun for p in pairs], args.calls):
        print(f"{calls:,} calls: {held / 2**20:,.0f} MiB", flush=True)


if __name__ == "__main__":
    with told():
        main()
