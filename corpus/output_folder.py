"""The folder of a run: parts, what was put aside, and a record of each part, by which a run is resumed.

A part is done when its record is there; the record is written after the part's files, and all of them are
written beside their place and renamed. A run that was killed at any moment is so resumed by doing the parts
without a record, and ends with the bytes of an undisturbed one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from despin.corpus.corpus_settings import OutputFormat
from despin.corpus.done_parts import DoneParts
from despin.corpus.part_record import PartRecord, WrittenFile
from despin.corpus.part_result import PartResult
from despin.corpus.parts import Part
from despin.corpus.storage import Folder
from despin.errors import InputError

RECORDS = "__despin"
"""The folder of the records. Readers of data sets pass over such names; `datasets` only with two "_"."""
DROPPED, ASIDE = "__dropped", "__aside"
RUN_FILE = "run.json"
MANIFEST_FILE = "manifest.json"
_FOLDERS: tuple[tuple[str, ...], ...] = ((), (DROPPED,), (ASIDE,), (RECORDS,))


@dataclass(frozen=True)
class OutputFolder:
    """The folder of a run; may be used by several processes at once, on several machines."""

    folder: Folder
    output: OutputFormat

    def begin(self, description: Mapping[str, Any]) -> None:
        """Note what the run is, or compare it with what the folder's run was.

        What a killed process left half-written is removed. Raises InputError for a folder of another run, or
        with other files in it.
        """
        self.remove_leftovers()
        written = _as_json(description)
        earlier = self.folder.read(RECORDS, RUN_FILE)
        if earlier is None:
            if names := self.folder.names() - {RECORDS}:
                raise InputError(
                    f"{self.folder.root}: holds {min(names)} but no run of despin corpus; "
                    "name an empty folder"
                )
            self.folder.write(written, RECORDS, RUN_FILE)
        elif earlier != written:
            raise InputError(
                f"{self.folder.root}: holds another run ({_difference(earlier, written)}); name another "
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

    def records(self) -> Iterator[PartRecord]:
        """The records of all parts that are done, by name.

        A broken record, and one whose files are missing or of another size, counts for none.
        """
        sizes = {"/".join(where): self.folder.sizes(*where) for where in _FOLDERS}
        names = sorted(name for name in self.folder.sizes(RECORDS) if name.startswith("part-"))
        for name, data in self.folder.read_many(names, RECORDS):
            try:
                record = PartRecord.from_json(data)
            except ValueError:
                continue
            if record.to_json() != data or f"{record.name}.json" != name:
                continue
            places = [(file.name.rpartition("/"), file.size) for file in record.files]
            if all(sizes.get(where, {}).get(file) == size for (where, _, file), size in places):
                yield record

    def finish(self) -> DoneParts:
        """Write the manifest, every file with its size and digest in order; what is done.

        Raises InputError if that fails.
        """
        self.remove_leftovers()
        done = DoneParts()
        count = 0
        rows: list[str] = []
        for record in self.records():
            done.add(record)
            count += 1
            rows += (json.dumps(asdict(file), ensure_ascii=False) for file in record.files)
        files = ",\n  ".join(rows)
        written = f'{{\n "parts": {count},\n "files": [\n  {files}\n ]\n}}\n'
        self.folder.write(written.encode("utf-8"), RECORDS, MANIFEST_FILE)
        return done

    def remove_leftovers(self) -> None:
        """Remove what killed processes left half-written. Raises InputError if that fails."""
        for where in _FOLDERS:
            self.folder.remove_temporary(*where)


def _as_json(description: Mapping[str, Any]) -> bytes:
    return (json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(
        "utf-8",
        "backslashreplace",  # JSON's own escape, for the name of a file that is not UTF-8 (PEP 383)
    )


def _difference(earlier: bytes, written: bytes) -> str:
    """The first thing in which two runs differ, in words."""
    now = json.loads(written)
    try:
        before = json.loads(earlier)
        if before["inputs"] != now["inputs"]:
            return _other_inputs(before["inputs"], now["inputs"])
        if before["settings"] != now["settings"]:
            changed = {n for n, value in now["settings"].items() if before["settings"].get(n) != value}
            return "other settings: " + ", ".join(
                f"{name} was {before['settings'].get(name)!r}, is {now['settings'][name]!r}"
                for name in sorted(changed)
            )
    except (ValueError, TypeError, KeyError, AttributeError):
        return f"its {RECORDS}/{RUN_FILE} is damaged"
    changed = {name for name in now if before.get(name) != now[name]}
    return f"another {min(changed)}" if changed else "written by another version"


def _other_inputs(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    known = {source["path"]: source for source in before}
    for source in now:
        earlier = known.pop(source["path"], None)
        if earlier is None:
            return f"without {source['path']}"
        if any(earlier[name] != source[name] for name in ("size", "version", "files")):
            return f"{source['path']} has changed since"
    return f"with {min(known)} too" if known else "its inputs in another order"
