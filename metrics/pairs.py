"""Pairs to score on: spun texts with their originals, one JSON object a line."""

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
    """A spun text and what it was before."""

    id: str
    spun: str
    original: str
    domain: str = ""
    """What it is about; empty where that is not told."""


def read_pairs(files: Sequence[str]) -> tuple[list[Pair], str]:
    """The pairs of JSON-lines files in order, and the sha256 (hex) of the files' bytes, joined.

    Raises InputError naming file and line for what is no pair, and for files without any.
    """
    pairs: list[Pair] = []
    digest = hashlib.sha256()
    for file in files:
        text = read_text(file)
        digest.update(text.encode("utf-8"))
        # Not splitlines: JSON strings may hold U+2028 and its like as they are.
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            if line.strip():
                row = json_row(line, f"{file}:{number}")
                place = f"{file}:{number}"
                told = {name: text_field(row, name, place) for name in ("id", "spun", "original")}
                if "domain" in row:
                    told["domain"] = text_field(row, "domain", place)
                pairs.append(Pair(**told))
    if not pairs:
        raise InputError(f"{', '.join(files)}: no pairs; lines of id, spun and original are needed")
    return pairs, digest.hexdigest()


def json_row(line: str | bytes, place: str) -> dict[str, Any]:
    """The JSON object in a line. Raises InputError, beginning with ``place``, if there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not JSON: {error}") from None
    if not isinstance(row, dict):
        raise InputError(f'{place}: a JSON object is needed, like {{"id": …}}')
    return row


def text_field(row: dict[str, Any], name: str, place: str) -> str:
    """A field that must be text. Raises InputError, beginning with ``place``, if it is not."""
    if name not in row:
        raise InputError(f"{place}: the field {name!r} is missing; there are {', '.join(row) or 'none'}")
    value = row[name]
    if not isinstance(value, str):
        raise InputError(f"{place}: the field {name!r} must be text, not {type(value).__name__}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(f"{place}: the field {name!r} holds half a character (a lone surrogate)") from None
    return value
