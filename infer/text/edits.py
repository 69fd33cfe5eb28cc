"""Edits: what was changed and where. Text, diff and reports are all derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``text[start:end] == source`` becomes ``replacement``.

    ``start`` and ``end`` are offsets in characters of the input; ``confidence`` is the probability of
    this very replacement, in 0..1 (see despin.infer.decision.posterior).
    """

    start: int
    end: int
    source: str
    replacement: str
    confidence: float = 1.0
    alternatives: tuple[tuple[str, float], ...] = ()
    """The likeliest other wordings, the kept one among them, with their probabilities, if asked for."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that a guard forbade: its name in `despin.infer.guards.rules.GUARDS`, and its reason."""

    edit: Edit
    guard: str
    reason: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits made; what lies outside them is copied character for character.

    Raises ValueError if edits overlap, are out of order, or their source is not what stands there.
    """
    out: list[str] = []
    last = 0
    for edit in edits:
        if edit.start < last or edit.end < edit.start:
            raise ValueError(f"edit at {edit.start}:{edit.end} overlaps or is out of order")
        if text[edit.start : edit.end] != edit.source:
            raise ValueError(f"edit at {edit.start}:{edit.end} does not match the text")
        out.append(text[last : edit.start])
        out.append(edit.replacement)
        last = edit.end
    out.append(text[last:])
    return "".join(out)


def revert_edits(text: str, edits: Sequence[Edit]) -> str:
    """The input again, from the restored text and the edits that were made to the input."""
    out: list[str] = []
    last = shift = 0
    for edit in edits:
        start = edit.start + shift
        end = start + len(edit.replacement)
        if start < last or text[start:end] != edit.replacement:
            raise ValueError(f"edit at {edit.start}:{edit.end} does not match the restored text")
        out.append(text[last:start])
        out.append(edit.source)
        last, shift = end, shift + len(edit.replacement) - len(edit.source)
    out.append(text[last:])
    return "".join(out)
