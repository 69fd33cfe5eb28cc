"""The folder of a run: parts, what was put aside, and a record of each part, by which a run is resumed.

A part is done when its record is there; the record is written after the part's files, and all of them are
written beside their place and renamed. A run that was killed at any moment is so resumed by doing the parts
without a record, and ends with the bytes of an undisturbed one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from despin.corpus.corpus_settings import OutputFormat
from despin.corpus.corpus_statistics import Statistics
from despin.corpus.part_result import PartResult
from despin.corpus.parts import Part
from despin.corpus.storage import Folder
from despin.errors import InputError

RECORDS = "__despin"
"""The folder of the records. Readers of data sets pass over such names; `datasets` only with two "_"."""
DROPPED, ASIDE = "__dropped", "__aside"
RUN_FILE = "run.json"
MANIFEST_FILE = "manifest.json"


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
            return cls(values["name"], files, statistics, values["is_last"])
        except (TypeError, KeyError) as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True)
class OutputFolder:
    """The folder of a run; may be used by several processes at once, on several machines."""

    folder: Folder
    output: OutputFormat

    def begin(self, description: Mapping[str, Any]) -> None:
        """Note what the run is, or compare it with what the folder's run was.

        Raises InputError for a folder of another run, or with other files in it.
        """
        written = (json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(
            "utf-8"
        )
        earlier = self.folder.read(RECORDS, RUN_FILE)
        if earlier is None:
            if names := sorted(self.folder.sizes()):
                raise InputError(
                    f"{self.folder.root}: holds {names[0]} but no run of despin corpus; name an empty folder"
                )
            self.folder.write(written, RECORDS, RUN_FILE)
        elif earlier != written:
            raise InputError(
                f"{self.folder.root}: holds another run ({_difference(earlier, description)}); name another "
                "folder, or remove it"
            )

    def store(self, part: Part, result: PartResult) -> PartRecord:
        """Write a part's files, then its record. Raises InputError if that fails."""
        files = []
        for data, where, suffix in (
            (result.data, (), self.output),
            (result.dropped, (DROPPED,), self.output),
            (result.asides, (ASIDE,), "jsonl"),
        ):
            if data:
                name = "/".join([*where, f"{part.name}.{suffix}"])
                self.folder.write(data, *where, f"{part.name}.{suffix}")
                files.append(WrittenFile(name, len(data), hashlib.sha256(data).hexdigest()))
        record = PartRecord(part.name, files, result.statistics, part.is_last)
        self.folder.write(record.to_json(), RECORDS, f"{part.name}.json")
        return record

    def records(self) -> dict[str, PartRecord]:
        """The records of all parts that are done, by name. Records that are broken count for none."""
        found = {}
        sizes = {where: self.folder.sizes(*where) for where in ((), (DROPPED,), (ASIDE,))}
        by_path = {"/".join([*where, name]): size for where, of in sizes.items() for name, size in of.items()}
        for name in sorted(self.folder.sizes(RECORDS)):
            if not name.startswith("part-"):
                continue
            try:
                record = PartRecord.from_json(self.folder.read(RECORDS, name) or b"")
            except ValueError:
                continue
            if all(by_path.get(file.name) == file.size for file in record.files):
                found[record.name] = record
        return found

    def finish(self, records: Mapping[str, PartRecord]) -> None:
        """Write the manifest: every file with its size and digest, in order."""
        files = [asdict(file) for name in sorted(records) for file in records[name].files]
        written = json.dumps({"parts": len(records), "files": files}, indent=1) + "\n"
        self.folder.write(written.encode("utf-8"), RECORDS, MANIFEST_FILE)


def is_done(records: Mapping[str, PartRecord], source: int) -> bool:
    """Whether all parts of a source are done: those up to its last one."""
    prefix = f"part-{source:05d}-"
    numbers = {
        int(name.removeprefix(prefix)): record for name, record in records.items() if name.startswith(prefix)
    }
    last = [number for number, record in numbers.items() if record.is_last]
    return bool(last) and set(numbers) >= set(range(last[0] + 1))


def _difference(earlier: bytes, description: Mapping[str, Any]) -> str:
    """The first thing in which two runs differ."""
    try:
        values = json.loads(earlier)
    except ValueError:
        return "its record is damaged"
    for name in sorted({*values, *description}):
        if values.get(name) != description.get(name):
            return f"another {name}"
    return "written by another version"
