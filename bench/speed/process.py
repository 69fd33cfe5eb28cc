"""`despin correct` as a process of its own: start-up, loading and peak memory included."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from despin.bench.speed.sampled_text import mixture
from despin.bench.speed.timing import Setup
from despin.infer.checkpoint import EMBEDDED
from despin.metrics.harm import count_words

_MEASURED = """
import sys
from despin.cli import main
try:
    main()
finally:
    from despin.bench.peak_memory import peak_memory
    print(peak_memory() or 0, file=sys.stderr)
"""


@dataclass(frozen=True)
class Command:
    """`despin correct` as a process of its own."""

    words: int
    seconds: float
    peak_bytes: int
    """Peak resident memory."""


def command(setup: Setup, words: int) -> Command:
    """Restore about ``words`` words from a file, with start-up, loading and peak memory."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "text.txt"
        text = "".join(mixture(setup.texts, words, seed=words))
        file.write_text(text, encoding="utf-8")
        arguments = [sys.executable, "-c", _MEASURED, "correct", str(file), "--threads", str(setup.threads)]
        if setup.checkpoint != EMBEDDED:
            arguments += ["--checkpoint", str(setup.checkpoint)]
        start = time.perf_counter()
        process = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        seconds = time.perf_counter() - start
        return Command(count_words(text), seconds, int(process.stderr.split()[-1]))


def import_seconds() -> float:
    """Seconds of `import despin.infer`, without the start of Python; the best of three."""
    code = "import time; t = time.perf_counter(); import despin.infer; print(time.perf_counter() - t)"
    return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))
