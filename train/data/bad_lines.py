"""Which line of a corpus cannot be read. `datasets` says only that one cannot."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

COMPRESSIONS = (".zst", ".gz", ".xz", ".bz2")
"""Suffixes of compressed files."""


def find_bad_line(path: str) -> str | None:
    """One line naming file, line and fault of a .txt, .jsonl or .json file; None if no fault is found.

    A .json file that is one JSON document is not read line by line: its syntax error is located instead.
    """
    if Path(path).suffix == ".json" and (fault := _fault_of_document(Path(path))) != "":
        return fault
    is_json = ".json" in Path(path).name
    try:
        for number, line in enumerate(_lines(path), 1):
            if fault := _fault_of_line(line, is_json):
                return f"{path}:{number}: {fault}"
    except (OSError, EOFError, lzma.LZMAError) as error:
        return f"{path}: cannot be decompressed: {error}"
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
    with closing(_opener(path)(path)) as handle:
        yield from handle


def _opener(path: str) -> Callable[[str], Any]:
    """The function that opens a file for reading lines of bytes, decompressed."""
    suffix = Path(path).suffix
    if suffix == ".zst":
        import zstandard

        return lambda name: io.BufferedReader(zstandard.open(name, "rb"))  # for its lines
    openers: dict[str, Callable[[str], Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
    return openers.get(suffix, lambda name: Path(name).open("rb"))
