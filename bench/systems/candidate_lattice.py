"""A text's candidates for restoration by the inverse dictionary, as a lattice for language models."""

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

MAX_OPTIONS = 5
"""Originals considered for a slot, the likeliest first."""
MIN_SHARE = 1e-3
"""Lower bound of shares, as in `despin.infer.decision.posterior`."""


class Option(NamedTuple):
    """A possible original wording of a slot."""

    text: str
    tokens: tuple[str, ...]
    """Folded."""
    share: float


@dataclass(frozen=True)
class Slot:
    """The wording ``source`` at character ``start``; the first option keeps it."""

    start: int
    source: str
    options: tuple[Option, ...]

    def edit(self, index: int) -> Edit:
        """The edit that replaces the wording by option ``index``."""
        return Edit(self.start, self.start + len(self.source), self.source, self.options[index].text)


@dataclass(frozen=True)
class Sentence:
    """``text[start:end]`` as slots and, between them, single folded tokens."""

    start: int
    end: int
    parts: tuple[Slot | str, ...]


def sentences_of(text: str, lexicon: InverseLexicon) -> Iterator[Sentence]:
    """The sentences of a text with their slots. Protected spans have none."""
    protected = ProtectedCursor(protected_spans(text))
    for start, end in sentence_spans(text):
        tokens = list(tokenize(text, start, end))
        parts: list[Slot | str] = []
        last = 0
        for candidate in lexicon.candidates(text, tokens):
            slot = _slot(text, tokens, candidate, protected)
            if slot is not None:
                parts += (fold(t.text) for t in tokens[last : candidate.start])
                parts.append(slot)
                last = candidate.end
        parts += (fold(t.text) for t in tokens[last:])
        yield Sentence(start, end, tuple(parts))


def _slot(text: str, tokens: list[Token], candidate: Candidate, protected: ProtectedCursor) -> Slot | None:
    start, end = tokens[candidate.start].start, tokens[candidate.end - 1].end
    source = text[start:end]
    originals = cased_originals(source, candidate.origins, MAX_OPTIONS)
    if not originals or protected.covers(start, end):
        return None
    options = [_option(source, candidate.origins.keep)]
    options += [_option(copy_apostrophes(text, wording), share) for wording, share in originals.items()]
    return Slot(start, source, tuple(options))


def _option(wording: str, share: float) -> Option:
    return Option(wording, tuple(fold(token.text) for token in tokenize(wording)), max(share, MIN_SHARE))
