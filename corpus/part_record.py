"""The record of a part: its files with their digests, and what was found in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from despin.corpus.corpus_statistics import Statistics


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of a part."""

    name: str
    """Below the folder of the run."""
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class PartRecord:
    """What is known of a part that is done."""

    name: str
    files: list[WrittenFile]
    statistics: Statistics
    is_last: bool
    """Whether its source ends with it."""

    def to_json(self) -> bytes:
        """As it is written."""
        values = {**asdict(self), "statistics": self.statistics.to_dict()}
        return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode("utf-8")

    @classmethod
    def from_json(cls, data: bytes) -> PartRecord:
        """What `to_json` gave. Raises ValueError for anything else."""
        try:
            values = json.loads(data)
            files = [WrittenFile(**file) for file in values["files"]]
            statistics = Statistics.from_dict(values["statistics"])
            Statistics().add(statistics)  # tells a value of another type
            return cls(values["name"], files, statistics, values["is_last"])
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from None
