"""Tasks that end or fail at chosen documents. Imported by the processes of workers, so no test module."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from despin.corpus.document_reader import DocumentReader
from despin.corpus.parts import Part
from despin.corpus.task import Progress, Task


@dataclass(frozen=True)
class DeadlyTask(Task):
    """Kills its process at parts that hold the word "deadly", while there are fewer deaths than the limit."""

    deaths: str = ""
    """A file that gets a byte for each."""
    limit: int = 0

    def do(self, part: Part, reader: DocumentReader) -> Progress:
        """As a task, or not at all."""
        path = Path(self.deaths)
        if b"deadly" in part.data and (not path.exists() or path.stat().st_size < self.limit):
            with path.open("ab") as file:
                file.write(b"x")
            os.kill(os.getpid(), signal.SIGKILL)
        return super().do(part, reader)


@dataclass(frozen=True)
class UnreadableTask(Task):
    """Its reader cannot be had, as without a checkpoint."""

    def reader(self) -> DocumentReader:
        """Ends the process."""
        os._exit(1)
