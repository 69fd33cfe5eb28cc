"""Candidates in a new order: how likely the query was spun from a stretch of each.

A local alignment (Smith and Waterman 1981) whose steps are the query's wordings. A step scores the log-odds
of finding its terms there if this is the original, against finding them in any text of the collection:
log(e + (1 - e) P(wording | query) / P(wording)), with e the probability that a place holds anything else.
All candidates are aligned at once, a row for each word of the query.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from despin.trace.query import TraceQuery, Wording

OTHER = 0.05
"""Probability that a place of the original holds none of the query's wordings."""
MISMATCH = math.log(OTHER)
GAP = -2.5
"""Of a word of the query without a term in the candidate, and of a term of it without a word."""
NEXT_TERM = 0.5
"""How much of its log-odds a further term of one wording adds: it hangs on the terms before it."""
_APART = 1e5
"""What keeps the alignment of one candidate from going on in the next: more than any score."""

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Match(NamedTuple):
    """The best stretch of a candidate: its score (nats), and its terms ``start`` to ``end`` (exclusive)."""

    score: float
    start: int
    end: int


def align(
    query: TraceQuery, candidates: Sequence[Sequence[str]], frequencies: Mapping[str, float]
) -> list[Match]:
    """The best stretch of each candidate, given by its terms.

    ``frequencies``: of each term of the query, its share of the terms of the collection. Time and memory are
    linear in the terms of all candidates; time also in the words of the query.
    """
    if not candidates:
        return []
    vocabulary = {term: n for n, term in enumerate(sorted({t for w in query.wordings for t in w.terms}), 1)}
    # Each candidate ends with a term that is none of the query's, so that no wording reaches into the next.
    ids = np.array([vocabulary.get(t, 0) for c in candidates for t in (*c, "")], dtype=np.int64)
    table = _Table(ids, [len(candidate) + 1 for candidate in candidates])
    places = _places(ids, len(vocabulary))
    starting: dict[int, list[Wording]] = {}
    for wording in query.wordings:
        starting.setdefault(wording.start, []).append(wording)
    for n in range(len(query.words) + 1):
        table.next_row(n)
        for wording in starting.get(n, ()):
            key = [vocabulary[term] for term in wording.terms]
            at = places[key[0]]
            for offset, number in enumerate(key[1:], 1):
                at = at[ids[np.minimum(at + offset, len(ids) - 1)] == number]
            if len(at):
                table.take(at, at + len(key), wording.end, _log_odds(wording, frequencies))
    return table.matches()


def _places(ids: Indices, count: int) -> list[Indices]:
    """Of each number 0 to ``count`` where it stands."""
    order = np.argsort(ids, kind="stable")
    bounds = np.searchsorted(ids[order], np.arange(count + 2))
    return [order[bounds[n] : bounds[n + 1]] for n in range(count + 1)]


class _Table:
    """The alignment's current row and those that steps have reached already.

    Place j of a row is before term j of the candidates: the best score of an alignment that ends there, and
    the place where it started.
    """

    def __init__(self, ids: Indices, lengths: Sequence[int]) -> None:
        size = len(ids)
        self._starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self._stops = np.cumsum(lengths).astype(np.int64)
        self._is_last = np.zeros(size, dtype=bool)
        self._is_last[self._stops - 1] = True
        # A gap of the candidate is the maximum of what is before, less the gap: a running maximum over this.
        self._ramp = np.repeat(np.arange(len(lengths)) * _APART, lengths) - GAP * np.arange(size)
        self._everywhere = np.arange(size)
        self._score, self._origin = np.zeros(size), self._everywhere
        self._reached: dict[int, tuple[Floats, Indices]] = {}
        self._best = np.zeros(len(lengths))
        self._best_start, self._best_end = self._starts.copy(), self._starts.copy()

    def next_row(self, n: int) -> None:
        """Go on to row ``n``, one at a time from 0."""
        if not n:
            return
        above, from_above = self._score, self._origin
        score, origin = above + GAP, from_above.copy()
        mismatch = np.where(self._is_last[:-1], -np.inf, above[:-1] + MISMATCH)
        _improve(score[1:], origin[1:], mismatch, from_above[:-1])
        if n in self._reached:
            _improve(score, origin, *self._reached.pop(n))
        _improve(score, origin, np.zeros(len(score)), self._everywhere)  # a new start
        lifted = score + self._ramp
        highest = np.maximum.accumulate(lifted)
        source = np.maximum.accumulate(np.where(lifted < highest, 0, self._everywhere))
        self._score, self._origin = highest - self._ramp, origin[source]
        self._note_best()

    def _note_best(self) -> None:
        peaks = np.maximum.reduceat(self._score, self._starts)
        for c in np.flatnonzero(peaks > self._best):
            start = self._starts[c]
            place = start + self._score[start : self._stops[c]].argmax()
            self._best[c], self._best_start[c], self._best_end[c] = peaks[c], self._origin[place], place

    def take(self, at: Indices, target: Indices, row: int, score: float) -> None:
        """A step from the places ``at`` of the current row to the places ``target`` of a later one."""
        if row not in self._reached:
            self._reached[row] = np.full(len(self._score), -np.inf), self._everywhere.copy()
        scores, origins = self._reached[row]
        value = self._score[at] + score
        better = value > scores[target]
        scores[target[better]] = value[better]
        origins[target[better]] = self._origin[at[better]]

    def matches(self) -> list[Match]:
        """The best stretch of each candidate."""
        firsts, ends = self._best_start - self._starts, self._best_end - self._starts
        return [
            Match(float(score), int(first), int(end)) for score, first, end in zip(self._best, firsts, ends)
        ]


def _improve(score: Floats, origin: Indices, other: Floats, from_other: Indices) -> None:
    """Where the other scores are higher, take them, with their origins."""
    better = other > score
    score[better] = other[better]
    origin[better] = from_other[better]


def _log_odds(wording: Wording, frequencies: Mapping[str, float]) -> float:
    """The score of a step, in nats."""
    expected = 0.0
    for n, term in enumerate(wording.terms):
        expected -= math.log(frequencies[term]) * (NEXT_TERM if n else 1.0)
    return math.log(OTHER + (1 - OTHER) * wording.probability * math.exp(min(expected, 40.0)))
