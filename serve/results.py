"""Corrections as the values of answers, with offsets in characters or UTF-16 code units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from despin.infer.correction import Correction
from despin.serve.code_units import Utf16Offsets, utf16_length

if TYPE_CHECKING:  # pydantic, which a report does not need
    from despin.serve.schemas import Offsets


def result_values(correction: Correction, offsets: Offsets = "characters", start: int = 0) -> dict[str, Any]:
    """A correction as plain values. ``start``: the offset of its text, in the unit of ``offsets``."""
    values = correction.to_dict()
    units = Utf16Offsets(correction.source) if offsets == "utf16" else None
    for name in ("edits", "refused", "passages"):
        for item in values[name]:
            for side in ("start", "end"):
                item[side] = (item[side] if units is None else units[item[side]]) + start
    return values


def score_values(correction: Correction, offsets: Offsets = "characters") -> dict[str, Any]:
    """What is said of a text as a whole."""
    values = result_values(correction, offsets)
    return {name: values[name] for name in ("score", "verdict", "passages")}


def length(text: str, offsets: Offsets) -> int:
    """The length of a text in the unit of ``offsets``."""
    return utf16_length(text) if offsets == "utf16" else len(text)
