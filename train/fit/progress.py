"""How far a run has come: measured against its budget, shown to a person, logged for a plot."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from despin.train.recipe import Budget


@dataclass
class Progress:
    """What a run has used so far, over all its resumptions."""

    step: int = 0
    pool: int = 0
    tokens: int = 0
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
        """Read what `save` wrote. Fields of other versions of Despin are ignored."""
        values = json.loads(file.read_text(encoding="utf-8"))
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})


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
