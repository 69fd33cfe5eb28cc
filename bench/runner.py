"""What came of running one system: its texts, and what it took. Runs in this process or in one of its own.

Start-up and memory are those of a process of its own, and one that is killed takes nothing with it.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from despin.bench.peak_memory import peak_memory
from despin.bench.systems.options import SystemOptions
from despin.bench.systems.registry import System, open_system, size_of
from despin.errors import SystemUnavailable
from despin.infer.text.edits import Edit
from despin.metrics.harm import count_words


@dataclass(frozen=True)
class Outcome:
    """A system's answers."""

    system: str
    restored: tuple[str, ...]
    clean: tuple[str, ...] = ()
    """What became of the clean texts."""
    words_per_second: float = 0.0
    """On the spun texts, loading left out."""
    clean_words_per_second: float | None = None
    edits: tuple[tuple[Edit, ...], ...] | None = None
    """The edits of each spun text with their confidence, of a system that tells them."""
    scores: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    """How spun it finds each spun and each clean text, if it says so itself."""
    startup: float | None = None
    """Seconds from the start of its process until the first text could be given."""
    peak: int | None = None
    """Bytes of memory at most."""
    size: int | None = None
    """Bytes of the files it reads."""


def run_system(system: System, spun: Sequence[str], clean: Sequence[str] = ()) -> Outcome:
    """Run a loaded system. Raises ValueError if it does not answer each text with one."""
    restored, speed, found = _timed(system, spun)
    kept, clean_speed, natural = _timed(system, clean) if clean else ([], None, None)
    scores = None
    if found is not None and natural is not None:
        scores = (tuple(c.score for c in found), tuple(c.score for c in natural))
    return Outcome(
        system.name,
        tuple(restored),
        tuple(kept),
        speed,
        clean_speed,
        tuple(tuple(c.edits) for c in found) if found is not None else None,
        scores,
    )


def _timed(system: System, texts: Sequence[str]) -> tuple[list[str], float, Sequence[Any] | None]:
    """The restored texts, words a second, and what the system tells beside the texts."""
    tells = getattr(system, "corrections", None)
    begun = time.perf_counter()
    found = tells(texts) if tells else None
    restored = system.restore(texts) if found is None else [c.text for c in found]
    seconds = time.perf_counter() - begun
    if len(restored) != len(texts):
        raise ValueError(f"{system.name}: {len(texts)} texts went in and {len(restored)} came out")
    return restored, sum(map(count_words, texts)) / max(seconds, 1e-9), found


def run_in_subprocess(
    name: str, options: SystemOptions, spun: Sequence[str], clean: Sequence[str] = ()
) -> Outcome:
    """Load and run a system in a process of its own. Raises SystemUnavailable if it cannot run."""
    with tempfile.TemporaryDirectory() as scratch:
        asked, told = Path(scratch) / "asked", Path(scratch) / "told"
        asked.write_bytes(pickle.dumps((time.time(), name, options, spun, clean)))
        line = [sys.executable, "-m", "despin.bench.runner", str(asked), str(told)]
        done = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if not told.exists():
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["nothing was said"]
            raise SystemUnavailable(f"its process ended with {done.returncode}: {last[0]}")
        # Written by our own process into our own folder.
        found: Outcome | SystemUnavailable = pickle.loads(told.read_bytes())
    if isinstance(found, SystemUnavailable):
        raise found
    return found


def _answer(
    begun: float, name: str, options: SystemOptions, spun: Sequence[str], clean: Sequence[str]
) -> Outcome | SystemUnavailable:
    try:
        system = open_system(name, options)
    except SystemUnavailable as reason:
        return reason
    startup = time.time() - begun - getattr(system, "seconds_of_preparation", 0.0)
    done = run_system(system, spun, clean)
    return replace(done, startup=startup, peak=peak_memory(), size=size_of(system, options))


def main() -> None:
    """``python -m despin.bench.runner ASKED TOLD``: started by `run_in_subprocess`."""
    if len(sys.argv) != 3:
        sys.exit("despin.bench.runner: despin bench starts it; run that")
    asked, told = map(Path, sys.argv[1:])
    part = told.with_suffix(".part")
    part.write_bytes(pickle.dumps(_answer(*pickle.loads(asked.read_bytes()))))
    part.rename(told)


if __name__ == "__main__":
    # Under its own name, or what is pickled here would be known as __main__'s there.
    from despin.bench import runner

    runner.main()
