"""A text in parts of prose and of mark-up, as clients of LanguageTool send it, as a view to be read.

Clients of LanguageTool know the mark-up of their documents and send ``{"annotation": [{"text": "A "},
{"markup": "<b>"}, {"text": "test"}, {"markup": "</b>"}]}``. Mark-up counts in all offsets, and is read as its
``interpretAs``, if it has one, and else as nothing.
"""

from __future__ import annotations

import json
from typing import Any

from despin.infer.text.pieces import Kind, Piece
from despin.infer.text.view import View
from despin.serve.code_units import without_surrogates


def plain_view(text: str) -> View:
    """The view of a text without mark-up."""
    text = without_surrogates(text)
    return View(text, [Piece(0, len(text), Kind.PROSE)] if text else [])


def read_data(data: str) -> View:
    """The view of the JSON in the field ``data``. Raises ValueError with one line for anything else."""
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("'data' is no valid JSON") from None
    if not isinstance(parsed, dict) or ("text" in parsed) == ("annotation" in parsed):
        raise ValueError("'data' must be a JSON object with either 'text' or 'annotation'")
    if "text" in parsed:
        return plain_view(_text(parsed["text"], "'text' in 'data'"))
    if not isinstance(parsed["annotation"], list):
        raise ValueError("'annotation' must be a list of objects with 'text' or 'markup'")
    sources: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for number, part in enumerate(parsed["annotation"]):
        source, kind, shown = _read_part(part, f"annotation[{number}]")
        if source or shown:
            pieces.append(Piece(length, length + len(source), kind, shown))
            sources.append(source)
            length += len(source)
    return View("".join(sources), pieces)


def _read_part(part: Any, name: str) -> tuple[str, Kind, str | None]:
    """What stands in the document, and how it is read."""
    if not isinstance(part, dict) or ("text" in part) == ("markup" in part):
        raise ValueError(f"{name} must be an object with either 'text' or 'markup'")
    if "text" in part:
        if "interpretAs" in part:
            raise ValueError(f"{name}: 'interpretAs' goes with 'markup', not with 'text'")
        return _text(part["text"], f"'text' in {name}"), Kind.PROSE, None
    source = _text(part["markup"], f"'markup' in {name}")
    shown = _text(part.get("interpretAs") or "", f"'interpretAs' in {name}")
    if not shown or shown.isspace():
        return source, Kind.MARKUP, shown
    # An entity may be replaced together with the word around it; words that stand for a formula, a
    # reference or a name are not in the document, so that nothing can be put in their place.
    return source, Kind.CHARACTER if len(shown) == 1 else Kind.FIXED, shown


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    return without_surrogates(value)
