"""How far a run has come: measured against its budget, shown to a person, logged for a plot."""

from __future__ import annotations

import json
import math
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from despin.infer.files import write_text
from despin.train.recipe import Budget


@dataclass
class Progress:
    """What a run has used so far, over all its resumptions."""

    step: int = 0
    tokens: int = 0
    evaluations: int = 0
    """Evaluations before the one at the end."""
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def share(self, budget: Budget) -> float:
        """Share of the budget used, 0..1 and beyond."""
        used = [
            self.step / budget.steps if budget.steps else 0.0,
            self.seconds / (60 * budget.minutes) if budget.minutes else 0.0,
            self.cpu_seconds / (60 * budget.cpu_minutes) if budget.cpu_minutes else 0.0,
        ]
        return max(used)

    def save(self, file: Path) -> None:
        """Write as JSON."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Progress:
        """Read what `save` wrote. Raises OSError, or ValueError if a number is missing or out of range."""
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            numbers = {field.name: values[field.name] for field in fields(cls)}
        except (ValueError, LookupError, TypeError, RecursionError):
            raise ValueError(f"{file.name} does not hold the progress of a run") from None
        for field in fields(cls):
            value, kinds = numbers[field.name], int if field.type == "int" else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < math.inf:
                raise ValueError(f"{file.name}: {field.name} must be a number of at least 0, got {value!r}")
        return cls(**numbers)


class Clock:
    """Adds the time since its last reading to a Progress; `skip` leaves a stretch out."""

    def __init__(self) -> None:
        self.skip()

    def skip(self) -> None:
        """Restart the count."""
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def add_to(self, progress: Progress) -> None:
        """Book the time since the last reading."""
        wall, cpu = time.monotonic(), time.process_time()
        progress.seconds += wall - self._wall
        progress.cpu_seconds += cpu - self._cpu
        self._wall, self._cpu = wall, cpu


class TrainingLog:
    """A log of one JSON object a line, and the same in words on standard error."""

    def __init__(self, file: Path, speak: bool = True) -> None:
        self.file, self.speak = file, speak

    def write(self, **values: Any) -> None:
        """Append a line."""
        with self.file.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(values) + "\n")

    def rewind(self, step: int) -> None:
        """Drop the lines of later steps, which a resumed run takes again, and a line that was cut off."""
        if not self.file.exists():
            return
        kept = []
        for line in self.file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            with suppress(ValueError, LookupError, TypeError):
                if line.endswith("\n") and json.loads(line)["step"] <= step:
                    kept.append(line)
        write_text(self.file, "".join(kept))

    def say(self, text: str) -> None:
        """A line for the person who waits."""
        if self.speak:
            print_status(text)


def print_status(text: str) -> None:
    """A line on standard error, at once."""
    print(text, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Seconds as ``1 h 02 min`` or ``3 min 20 s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
