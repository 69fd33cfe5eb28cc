"""A spun text as a query: for each word the wordings that may have stood there, with their probabilities.

What the restoration knows comes in three parts. A word that no row of the inverse dictionary knows as a
spinner's output was left alone. An edit has a confidence and alternatives. And a wording that was kept,
though the dictionary has rows for it, may be spun all the same. Together they are the class of wordings that
the dictionary ties to the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from despin.infer.candidates.inverse import InverseLexicon, Origins
from despin.infer.candidates.slots import MAX_HINTS
from despin.infer.correction import Correction
from despin.infer.text.edits import Edit
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import Token, fold, is_word, tokenize
from despin.trace.terms import pairs, terms

UNEDITED_KEEP = 0.7
"""Probability that a wording is natural which has rows in the dictionary and was left as it is."""
DICTIONARY_PART = 0.15
"""Part of the probability at an edit that goes by the dictionary's shares instead of the restoration's."""
MIN_KEEP = 0.05
"""Probability of a word as it stands, at least: no restoration is surer."""
MIN_PROBABILITY = 0.01
"""Wordings below this are left out of a query."""
MIN_PAIR = 0.03
"""And so are pairs below this."""


class Wording(NamedTuple):
    """A wording that may have stood in place of the words ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    terms: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """The words of a spun text and the wordings that may have stood in their places, in order of start."""

    words: Sequence[str]
    """Folded."""
    wordings: Sequence[Wording]

    def term_weights(self) -> dict[str, float]:
        """Each term of a wording with the greatest probability of one that it stands in."""
        weights: dict[str, float] = {}
        for wording in self.wordings:
            for term in wording.terms:
                weights[term] = max(weights.get(term, 0.0), wording.probability)
        return weights

    def pair_weights(self) -> dict[str, float]:
        """Each pair of terms that may have been neighbours, with its probability.

        These are shingles in which a word stands for its class of wordings: of each two wordings that
        may follow each other, the last term of one and the first of the other.
        """
        starting: dict[int, list[Wording]] = {}
        for wording in self.wordings:
            starting.setdefault(wording.start, []).append(wording)
        weights: dict[str, float] = {}
        for wording in self.wordings:
            for pair in pairs(wording.terms):
                weights[pair] = max(weights.get(pair, 0.0), wording.probability)
            for following in starting.get(wording.end, ()):
                probability = wording.probability * following.probability
                if probability >= MIN_PAIR:
                    for pair in pairs((wording.terms[-1], following.terms[0])):
                        weights[pair] = max(weights.get(pair, 0.0), probability)
        return weights


def plain_query(text: str) -> TraceQuery:
    """The words of a text as they come, without any other wording."""
    words = [fold(token.text) for token in _words(straighten_quotes(text))]
    return TraceQuery(words, [Wording(n, n + 1, tuple(terms(word)), 1.0) for n, word in enumerate(words)])


def trace_query(correction: Correction, lexicon: InverseLexicon) -> TraceQuery:
    """The query of a restored text, which is plain text and was corrected with ``alternatives``.

    Without alternatives only the dictionary says what else may have stood there.
    """
    tokens = _words(straighten_quotes(correction.source))
    words = [fold(token.text) for token in tokens]
    wordings = _Wordings()
    kept: list[float | None] = [None] * len(words)
    """Of each word the probability that it is natural, if an edit says so."""
    for edit, start, end in _placed(correction.edits, tokens):
        own = _add_edit(wordings, edit, start, end)
        kept[start:end] = [min(own, k if k is not None else 1.0) for k in kept[start:end]]
    for n, word in enumerate(words):
        rows = [] if word.isdecimal() else list(lexicon.rows_at(words, n))
        for length, _, origins in rows:
            is_edited = any(k is not None for k in kept[n : n + length])
            _add_rows(wordings, n, length, origins, DICTIONARY_PART if is_edited else 1.0 - UNEDITED_KEEP)
        keep = kept[n]
        if keep is None:
            keep = UNEDITED_KEEP if rows else 1.0
        wordings.add(n, n + 1, word, max(keep, MIN_KEEP))
    return TraceQuery(words, wordings.sorted())


class _Wordings:
    """Wordings as they are collected: of those that are given twice, the more likely."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int, tuple[str, ...]], float] = {}

    def add(self, start: int, end: int, wording: str, probability: float) -> None:
        key = start, end, tuple(terms(wording))
        if key[2] and probability >= MIN_PROBABILITY:
            self._found[key] = max(self._found.get(key, 0.0), probability)

    def sorted(self) -> list[Wording]:
        return sorted(Wording(*key, probability) for key, probability in self._found.items())


def _words(text: str) -> list[Token]:
    return [token for token in tokenize(text) if is_word(token.text)]


def _placed(edits: Sequence[Edit], tokens: Sequence[Token]) -> list[tuple[Edit, int, int]]:
    """The edits, which are in order, with the words that they cover."""
    placed = []
    start = 0
    for edit in edits:
        while start < len(tokens) and tokens[start].end <= edit.start:
            start += 1
        end = start
        while end < len(tokens) and tokens[end].start < edit.end:
            end += 1
        if end > start:
            placed.append((edit, start, end))
    return placed


def _add_edit(wordings: _Wordings, edit: Edit, start: int, end: int) -> float:
    """Add what an edit says; the probability that the wording is natural."""
    part = 1.0 - DICTIONARY_PART
    wordings.add(start, end, edit.replacement, part * edit.confidence)
    kept = 0.0 if edit.alternatives else 1.0 - edit.confidence
    for wording, probability in edit.alternatives:
        if wording == edit.source:
            kept = probability
        else:
            wordings.add(start, end, wording, part * probability)
    return kept


def _add_rows(wordings: _Wordings, start: int, length: int, origins: Origins, part: float) -> None:
    """Add a form's originals; they share ``part``, less what the form is natural by."""
    total = sum(origins.shares)
    if not total:
        return
    scale = part * min(1.0, total + 0.1) / total
    for original, share in zip(origins.originals[:MAX_HINTS], origins.shares):
        wordings.add(start, start + length, original, scale * share)
