"""What came of running one system: its texts, and what it took. Runs in this process or in one of its own.

Start-up and memory are those of a process of its own, and one that is killed takes nothing with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from despin.bench.harm import count_words
from despin.bench.options import NotRun, Options
from despin.bench.systems import System, open_system, size_of
from despin.infer.edits import Edit
from despin.infer.files import write_text


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


def run(system: System, spun: Sequence[str], clean: Sequence[str] = ()) -> Outcome:
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


def run_apart(name: str, options: Options, spun: Sequence[str], clean: Sequence[str] = ()) -> Outcome:
    """Load and run the system of a name in a process of its own. Raises NotRun if it cannot run."""
    with tempfile.TemporaryDirectory() as scratch:
        asked, told = Path(scratch) / "asked.json", Path(scratch) / "told.json"
        described = {
            key: str(value) if isinstance(value, Path) else value for key, value in asdict(options).items()
        }
        write_text(asked, json.dumps({"name": name, "options": described, "spun": spun, "clean": clean}))
        begun = time.time()
        line = [sys.executable, "-m", "despin.bench.outcome", str(asked), str(told)]
        done = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if not told.exists():
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["nothing was said"]
            raise NotRun(f"its process ended with {done.returncode}: {last[0]}")
        found = json.loads(told.read_text(encoding="utf-8"))
    if "not_run" in found:
        raise NotRun(found["not_run"])
    edits = found["edits"]
    return Outcome(
        system=found["system"],
        restored=tuple(found["restored"]),
        clean=tuple(found["clean"]),
        words_per_second=found["words_per_second"],
        clean_words_per_second=found["clean_words_per_second"],
        edits=None if edits is None else tuple(tuple(Edit(*e) for e in each) for each in edits),
        scores=None if found["scores"] is None else (tuple(found["scores"][0]), tuple(found["scores"][1])),
        startup=found["ready"] - begun - found["preparation"],
        peak=found["peak"],
        size=found["size"],
    )


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = asked["options"]
    paths = {key for key, value in asdict(Options()).items() if isinstance(value, Path)}
    given: dict[str, Any] = {key: Path(value) if key in paths else value for key, value in told.items()}
    options = Options(**given)
    try:
        system = open_system(asked["name"], options)
    except NotRun as reason:
        return {"not_run": str(reason)}
    ready = time.time()
    done = run(system, asked["spun"], asked["clean"])
    edits = done.edits
    return {
        "system": done.system,
        "restored": done.restored,
        "clean": done.clean,
        "words_per_second": done.words_per_second,
        "clean_words_per_second": done.clean_words_per_second,
        "edits": None
        if edits is None
        else [[(e.start, e.end, e.source, e.replacement, e.confidence) for e in each] for each in edits],
        "scores": done.scores,
        "ready": ready,
        "preparation": getattr(system, "seconds_of_preparation", 0.0),
        "peak": _peak(),
        "size": size_of(system, options),
    }


def _peak() -> int | None:
    """Bytes of memory that this process has held at most; None where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), None)


def main() -> None:
    """``python -m despin.bench.outcome ASKED TOLD``: what `run_apart` starts; both files are its own."""
    if len(sys.argv) != 3:
        sys.exit("despin.bench.outcome: despin bench starts it; run that")
    asked, told = map(Path, sys.argv[1:])
    write_text(told, json.dumps(_answer(json.loads(asked.read_text(encoding="utf-8")))))


if __name__ == "__main__":
    main()
