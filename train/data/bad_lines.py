"""Which line of a corpus cannot be read. `datasets` says only that one cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from despin.metrics.compressed import COMPRESSIONS, file_lines


def find_bad_line(path: str) -> str | None:
    """One line naming file, line and fault of a .txt, .jsonl or .json file; None if no fault is found.

    A .json file that is one JSON document is not read line by line: its syntax error is located instead.
    Raises InputError if a compressed file cannot be unpacked.
    """
    if Path(path).suffix == ".json" and (fault := _fault_of_document(Path(path))) != "":
        return fault
    is_json = ".json" in Path(path).name
    try:
        for number, line in enumerate(_lines(path), 1):
            if fault := _fault_of_line(line, is_json):
                return f"{path}:{number}: {fault}"
    except OSError as error:
        return f"{path}: {error.strerror or error}"
    return None


def _fault_of_document(file: Path) -> str | None:
    """The fault of a single JSON document, None if it has none, "" if the file holds JSON lines."""
    content = file.read_bytes()
    try:
        json.loads(content)
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        return f"{file}:{number}: not UTF-8 (byte {error.start} of the file)"
    except json.JSONDecodeError as error:
        return "" if error.msg == "Extra data" else f"{file}:{error.lineno}: not JSON: {error.msg}"
    return None


def _fault_of_line(line: bytes, is_json: bool) -> str | None:
    """What is wrong with a line, or None."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start} of the line)"
    if not is_json or not text.strip():
        return None
    try:
        row = json.loads(text)
    except ValueError as error:
        return f"not JSON: {error}"
    if not isinstance(row, dict):
        return f"must be a JSON object, got {type(row).__name__}"
    return None


def _lines(path: str) -> Iterator[bytes]:
    """The lines of a file, unpacked."""
    if Path(path).suffix in COMPRESSIONS:
        yield from file_lines(path)
        return
    with Path(path).open("rb") as handle:  # with their ends, which JSON's messages count
        yield from handle
