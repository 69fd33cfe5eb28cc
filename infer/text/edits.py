"""Edits: what was changed and where. The restored text, diffs and reports are derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Evidence(NamedTuple):
    """Why an edit was made: what each source of evidence says by itself."""

    dictionary: float
    """Share of the occurrences of the source in spun text in which it stands for this original, 0..1."""
    model: float
    """The model's probability of the replacement among the wordings that were offered, 0..1."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``text[start:end] == source`` becomes ``replacement``.

    ``start`` and ``end`` are character offsets in the input; ``confidence`` is the probability, 0..1, that
    this replacement is the original wording (see `despin.infer.decision.posterior`).
    """

    start: int
    end: int
    source: str
    replacement: str
    confidence: float = 1.0
    alternatives: tuple[tuple[str, float], ...] = ()
    """The most likely other wordings, ``source`` among them, with their probabilities, if requested."""
    evidence: Evidence | None = None
    """Why it was made, if requested."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that a guard (its name in `despin.infer.guards.rules.GUARDS`) refused, and why."""

    edit: Edit
    guard: str
    reason: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits applied; everything outside them is copied character for character.

    Raises ValueError if edits overlap, are out of order, or their source differs from the text.
    """
    parts: list[str] = []
    last = 0
    for edit in edits:
        if edit.start < last or edit.end < edit.start:
            raise ValueError(f"edit at {edit.start}:{edit.end} overlaps or is out of order")
        if text[edit.start : edit.end] != edit.source:
            raise ValueError(f"edit at {edit.start}:{edit.end} does not match the text")
        parts.append(text[last : edit.start])
        parts.append(edit.replacement)
        last = edit.end
    parts.append(text[last:])
    return "".join(parts)


def revert_edits(text: str, edits: Sequence[Edit]) -> str:
    """The inverse of `apply_edits`: the input, from the restored text and the edits that led to it.

    Raises ValueError if a replacement is not in ``text`` where its edit put it.
    """
    parts: list[str] = []
    last = shift = 0
    for edit in edits:
        start = edit.start + shift
        end = start + len(edit.replacement)
        if start < last or text[start:end] != edit.replacement:
            raise ValueError(f"edit at {edit.start}:{edit.end} does not match the restored text")
        parts.append(text[last:start])
        parts.append(edit.source)
        last, shift = end, shift + len(edit.replacement) - len(edit.source)
    parts.append(text[last:])
    return "".join(parts)
