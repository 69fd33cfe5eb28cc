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
    vocabulary = {term: n for n, term in enumerate(sorted({t for w in query.wordings for t in w.terms}), 1)}
    ids = np.array([vocabulary.get(t, 0) for c in candidates for t in (*c, "")], dtype=np.int64)
    lengths = [len(candidate) + 1 for candidate in candidates]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    order = np.argsort(ids, kind="stable")
    bounds = np.searchsorted(ids[order], np.arange(len(vocabulary) + 2))
    places = [order[bounds[n] : bounds[n + 1]] for n in range(len(vocabulary) + 1)]
    by_start: dict[int, list[tuple[int, NDArray[np.int64], float, int]]] = {}
    for wording in query.wordings:
        key = [vocabulary[term] for term in wording.terms]
        at = places[key[0]]
        for offset, number in enumerate(key[1:], 1):
            at = at[ids[np.minimum(at + offset, len(ids) - 1)] == number]
        if len(at):
            score = _log_odds(wording, frequencies)
            by_start.setdefault(wording.start, []).append((wording.end, at, score, len(key)))
    apart = np.repeat(np.arange(len(lengths)) * _APART, lengths)
    ramp = apart - GAP * np.arange(len(ids))
    is_end = np.zeros(len(ids), dtype=bool)
    is_end[starts[1:] - 1] = True
    is_end[-1] = True
    return _fill(len(query.words), by_start, ramp, is_end, starts)


def _fill(
    words: int,
    steps: Mapping[int, Sequence[tuple[int, NDArray[np.int64], float, int]]],
    ramp: Floats,
    is_end: NDArray[np.bool_],
    starts: NDArray[np.int64],
) -> list[Match]:
    """The rows of the alignment; place j of a row is before term j of the candidates."""
    size = len(ramp)
    rows: dict[int, Floats] = {}
    origins: dict[int, NDArray[np.int64]] = {}
    everywhere = np.arange(size)
    best, best_end, best_start = np.zeros(len(starts)), starts.copy(), starts.copy()
    row, origin = np.zeros(size), everywhere
    for n in range(words + 1):
        if n:
            above, from_above = row, origin
            row, origin = above + GAP, from_above
            diagonal = np.where(is_end[:-1], -np.inf, above[:-1] + MISMATCH)
            better = diagonal > row[1:]
            row[1:] = np.where(better, diagonal, row[1:])
            origin = origin.copy()
            origin[1:][better] = from_above[:-1][better]
            if n in rows:
                better = rows[n] > row
                row[better] = rows[n][better]
                origin[better] = origins.pop(n)[better]
                del rows[n]
            better = row <= 0
            row[better] = 0.0
            origin[better] = everywhere[better]
            lifted = row + ramp
            highest = np.maximum.accumulate(lifted)
            gapped = lifted < highest
            if gapped.any():
                source = np.maximum.accumulate(np.where(gapped, 0, everywhere))
                row = highest - ramp
                origin = origin[source]
            peaks = np.maximum.reduceat(row, starts)
            for c in np.flatnonzero(peaks > best):
                end = int(starts[c + 1]) if c + 1 < len(starts) else size
                place = int(starts[c]) + int(row[starts[c] : end].argmax())
                best[c], best_end[c], best_start[c] = peaks[c], place, origin[place]
        for end, at, score, length in steps.get(n, ()):
            if end not in rows:
                rows[end], origins[end] = np.full(size, -np.inf), everywhere.copy()
            target, value = at + length, row[at] + score
            inside = target < size
            target, value, at = target[inside], value[inside], at[inside]
            better = value > rows[end][target]
            rows[end][target[better]] = value[better]
            origins[end][target[better]] = origin[at[better]]
    return [
        Match(float(best[c]), int(best_start[c] - starts[c]), int(best_end[c] - starts[c]))
        for c in range(len(starts))
    ]


def _log_odds(wording: Wording, frequencies: Mapping[str, float]) -> float:
    """The score of a step, in nats."""
    expected = 0.0
    for n, term in enumerate(wording.terms):
        expected -= math.log(frequencies[term]) * (NEXT_TERM if n else 1.0)
    return math.log(OTHER + (1 - OTHER) * wording.probability * math.exp(min(expected, 40.0)))
