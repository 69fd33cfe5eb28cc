"""Where the inverse dictionary sees a substitution and what may have stood there, for language models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from despin.infer.candidates.inverse import Candidate, InverseLexicon, cased_originals
from despin.infer.text.casing import copy_apostrophes
from despin.infer.text.edits import Edit
from despin.infer.text.protected import ProtectedCursor, protected_spans
from despin.infer.text.segmentation import sentence_spans
from despin.infer.text.tokens import Token, fold, tokenize

OPTIONS = 5
"""Originals considered at a place, the likeliest first."""
MIN_SHARE = 1e-3
"""Shares are taken to be at least this, as in `despin.infer.decision.posterior`."""


class Option(NamedTuple):
    """A wording that may have stood at a place."""

    text: str
    tokens: tuple[str, ...]
    """Folded."""
    share: float


@dataclass(frozen=True)
class Place:
    """``source`` stands at ``start``; the first of the options keeps it."""

    start: int
    source: str
    options: tuple[Option, ...]

    def edit(self, number: int) -> Edit:
        """The edit that puts option ``number`` here."""
        return Edit(self.start, self.start + len(self.source), self.source, self.options[number].text)


@dataclass(frozen=True)
class Sentence:
    """``text[start:end]`` as places and, between them, single folded tokens."""

    start: int
    end: int
    parts: tuple[Place | str, ...]


def sentences_of(text: str, lexicon: InverseLexicon) -> Iterator[Sentence]:
    """The sentences of a text with their places. Shielded stretches have none."""
    shield = ProtectedCursor(protected_spans(text))
    for start, end in sentence_spans(text):
        tokens = list(tokenize(text, start, end))
        parts: list[Place | str] = []
        at = 0
        for found in lexicon.candidates(text, tokens):
            place = _place(text, tokens, found, shield)
            if place is not None:
                parts += (fold(t.text) for t in tokens[at : found.start])
                parts.append(place)
                at = found.end
        parts += (fold(t.text) for t in tokens[at:])
        yield Sentence(start, end, tuple(parts))


def _place(text: str, tokens: list[Token], found: Candidate, shield: ProtectedCursor) -> Place | None:
    start, end = tokens[found.start].start, tokens[found.end - 1].end
    source = text[start:end]
    cased = cased_originals(source, found.origins, OPTIONS)
    if not cased or shield.covers(start, end):
        return None
    kept = Option(source, _folded(source), max(found.origins.keep, MIN_SHARE))
    others = (copy_apostrophes(text, original) for original in cased)
    options = (Option(o, _folded(o), max(s, MIN_SHARE)) for o, s in zip(others, cased.values()))
    return Place(start, source, (kept, *options))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(token.text) for token in tokenize(text))
