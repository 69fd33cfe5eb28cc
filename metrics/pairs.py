"""Evaluation pairs: spun texts with their originals, one JSON object a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from despin.errors import InputError
from despin.infer.files import read_text


@dataclass(frozen=True, slots=True)
class Pair:
    """A spun text and its original."""

    id: str
    spun: str
    original: str
    domain: str = ""
    """The topic; empty if the file gives none."""


def read_pairs(files: Sequence[str]) -> tuple[list[Pair], str]:
    """The pairs of JSON-lines files in order, and the sha256 (hex) of the concatenated files.

    Raises InputError with file and line for a line that is not a pair, and for files without pairs.
    """
    pairs: list[Pair] = []
    digest = hashlib.sha256()
    for file in files:
        text = read_text(file)
        digest.update(text.encode("utf-8"))
        # Not splitlines: JSON strings may contain U+2028 and similar characters unescaped.
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            if line.strip():
                place = f"{file}:{number}"
                row = json_row(line, place)
                names = ["id", "spun", "original", *(["domain"] if "domain" in row else [])]
                pairs.append(Pair(**{name: text_field(row, name, place) for name in names}))
    if not pairs:
        raise InputError(
            f"{', '.join(files)}: no pairs in it; each line must have the fields id, spun and original"
        )
    return pairs, digest.hexdigest()


def json_row(line: str | bytes, place: str) -> dict[str, Any]:
    """The JSON object in a line. Raises InputError, beginning with ``place``, if there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not valid JSON: {error}") from None
    if not isinstance(row, dict):
        raise InputError(f'{place}: expected a JSON object like {{"id": …}}')
    return row


def text_field(row: dict[str, Any], name: str, place: str) -> str:
    """A field that must be a string. Raises InputError, beginning with ``place``, if it is not."""
    if name not in row:
        raise InputError(f"{place}: the field {name!r} is missing; the fields are {', '.join(row) or 'none'}")
    value = row[name]
    if not isinstance(value, str):
        raise InputError(f"{place}: the field {name!r} must be a string, got {type(value).__name__}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(f"{place}: the field {name!r} contains a lone surrogate") from None
    return value
