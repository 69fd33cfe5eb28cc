"""The result of a correction: the restored text, its edits, and how spun the input is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from despin.infer import render
from despin.infer.summary import Summary, Verdict
from despin.infer.text.edits import Edit, Refused, revert_edits

REPR_CHARACTERS = 40
"""Characters of the text that a Correction's ``repr`` shows."""


class Passage(NamedTuple):
    """A run of segments that were taken for spun."""

    start: int
    end: int
    """Offsets in characters of the input, ``end`` exclusive."""
    score: float
    """The greatest probability of one of its segments to be spun, 0..1."""


@dataclass(frozen=True, slots=True, repr=False)
class Correction:
    """A restored text, the edits that lead to it, and how spun the input is."""

    text: str
    """The restored text."""
    edits: list[Edit]
    """The edits that were made, in order; offsets in characters of the input."""
    score: float
    """How likely the input is to be spun, in part at least, 0..1: the probability of its most suspicious
    segment, whatever threshold was asked for (`despin.infer.decision.spun_score`). A text of a few words is
    never far from the prior."""
    refused: list[Refused]
    """Edits that would have been made had a guard not forbidden them."""
    verdict: Verdict = "spun"
    """``clean`` and ``unsure`` texts are left alone, ``spun`` ones are corrected."""
    passages: list[Passage] = field(default_factory=list)
    """Where a spun text is spun, in order; the rest of it was left alone."""
    unanswered: int = 0
    """Possible substitutions on which the model gave no answer, though it was asked again about each in a
    smaller part of the text; they are left alone."""

    @classmethod
    def unread(cls, text: str) -> Correction:
        """Of a text that the model did not read: left as it is, without a score of its own."""
        return cls(text, [], 0.0, [], "clean")

    @property
    def source(self) -> str:
        """The input."""
        return revert_edits(self.text, self.edits)

    def diff(self, color: bool = False) -> str:
        """The input with each edit in place: ``[-loss of life-]{+death+}``, or in terminal colours."""
        return render.diff(self.source, self.edits, color)

    def to_dict(self) -> dict[str, Any]:
        """Text, edits, refused and score as plain Python values, the form of ``despin correct --json``."""
        return render.as_dict(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: the text with each edit marked."""
        return render.as_html(self.source, self.edits)

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= REPR_CHARACTERS else self.text[:REPR_CHARACTERS] + "…"
        counts = f"{len(self.edits)} edits, {len(self.refused)} refused"
        return f"Correction({text!r}, {self.verdict}, {counts}, score {self.score:g})"


def join_corrections(parts: Iterable[Correction]) -> Correction:
    """The corrections of a text's blocks, in order, as one of the whole: the greatest score counts."""
    texts: list[str] = []
    edits: list[Edit] = []
    refused: list[Refused] = []
    passages: list[Passage] = []
    summary, start = Summary(), 0
    for part in parts:
        texts.append(part.text)
        edits += (replace(e, start=e.start + start, end=e.end + start) for e in part.edits)
        refused += (
            replace(r, edit=replace(r.edit, start=r.edit.start + start, end=r.edit.end + start))
            for r in part.refused
        )
        passages += (p._replace(start=p.start + start, end=p.end + start) for p in part.passages)
        summary.add(part)
        start += len(part.source)
    score, verdict, unanswered = summary.score, summary.verdict, summary.unanswered
    return Correction("".join(texts), edits, score, refused, verdict, passages, unanswered)
