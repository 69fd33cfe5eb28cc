"""Run one system on texts, in this process or in one of its own.

Start-up time and peak memory are measured in a process of its own; one that is killed does not stop the
comparison.
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
from typing import TYPE_CHECKING

from despin.bench.peak_memory import peak_memory
from despin.bench.systems.base import CorrectingSystem, System
from despin.bench.systems.options import SystemOptions
from despin.bench.systems.registry import open_system
from despin.errors import SystemUnavailable
from despin.infer.text.edits import Edit
from despin.metrics.harm import count_words

if TYPE_CHECKING:
    from despin.infer.despinner import Correction


@dataclass(frozen=True)
class Outcome:
    """A system's output and what it cost."""

    system: str
    restored: tuple[str, ...]
    """The restored form of each spun text."""
    restored_clean: tuple[str, ...] = ()
    """The output for each clean text."""
    words_per_second: float = 0.0
    """On the spun texts, without loading."""
    clean_words_per_second: float | None = None
    """The same on the clean texts; None without any."""
    edits: tuple[tuple[Edit, ...], ...] | None = None
    """The edits of each spun text with their confidence; None for a system that reports none."""
    scores: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    """The spun score of each spun and each clean text; None for a system without one."""
    startup_seconds: float | None = None
    """Seconds from the start of its process until it could read the first text."""
    peak_bytes: int | None = None
    """Peak resident memory."""
    size: int | None = None
    """Bytes of the files it reads."""


def run_system(system: System, spun: Sequence[str], clean: Sequence[str] = ()) -> Outcome:
    """Run a loaded system. Raises ValueError if it does not return one text for each text."""
    restored, speed, corrections = _timed(system, spun)
    restored_clean, clean_speed, clean_corrections = _timed(system, clean) if clean else ([], None, None)
    scores = None
    if corrections is not None and clean_corrections is not None:
        scores = (tuple(c.score for c in corrections), tuple(c.score for c in clean_corrections))
    return Outcome(
        system.name,
        tuple(restored),
        tuple(restored_clean),
        speed,
        clean_speed,
        tuple(tuple(c.edits) for c in corrections) if corrections is not None else None,
        scores,
    )


def _timed(system: System, texts: Sequence[str]) -> tuple[list[str], float, Sequence[Correction] | None]:
    """The restored texts, words per second, and the corrections of a system that reports them."""
    start = time.perf_counter()
    corrections = system.corrections(texts) if isinstance(system, CorrectingSystem) else None
    restored = system.restore(texts) if corrections is None else [c.text for c in corrections]
    seconds = time.perf_counter() - start
    if len(restored) != len(texts):
        raise ValueError(f"{system.name}: {len(texts)} texts went in and {len(restored)} came out")
    return restored, sum(map(count_words, texts)) / max(seconds, 1e-9), corrections


def run_in_subprocess(
    name: str, options: SystemOptions, spun: Sequence[str], clean: Sequence[str] = ()
) -> Outcome:
    """Load and run a system in a process of its own. Raises SystemUnavailable if it cannot run."""
    with tempfile.TemporaryDirectory() as scratch:
        request, reply = Path(scratch) / "request", Path(scratch) / "reply"
        request.write_bytes(pickle.dumps((time.time(), name, options, spun, clean)))
        command = [sys.executable, "-m", "despin.bench.runner", str(request), str(reply)]
        process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if not reply.exists():
            lines = process.stderr.decode("utf-8", "replace").strip().splitlines()
            message = lines[-1] if lines else "no message on standard error"
            raise SystemUnavailable(f"its process ended with {process.returncode}: {message}")
        # Safe to unpickle: our own process wrote it into our own folder.
        outcome: Outcome | SystemUnavailable = pickle.loads(reply.read_bytes())
    if isinstance(outcome, SystemUnavailable):
        raise outcome
    return outcome


def _run_request(
    start: float, name: str, options: SystemOptions, spun: Sequence[str], clean: Sequence[str]
) -> Outcome | SystemUnavailable:
    """``start`` is when the process was started (`time.time`)."""
    try:
        system = open_system(name, options)
    except SystemUnavailable as reason:
        return reason
    startup_seconds = time.time() - start - getattr(system, "preparation_seconds", 0.0)
    outcome = run_system(system, spun, clean)
    return replace(outcome, startup_seconds=startup_seconds, peak_bytes=peak_memory(), size=system.size)


def main() -> None:
    """``python -m despin.bench.runner REQUEST REPLY``: started by `run_in_subprocess`."""
    if len(sys.argv) != 3:
        sys.exit("despin.bench.runner is started by `despin bench`; run that")
    request, reply = map(Path, sys.argv[1:])
    part = reply.with_suffix(".part")
    part.write_bytes(pickle.dumps(_run_request(*pickle.loads(request.read_bytes()))))
    part.rename(reply)


if __name__ == "__main__":
    # Imported by name, because classes pickled from __main__ could not be found by the other process.
    from despin.bench import runner

    runner.main()
