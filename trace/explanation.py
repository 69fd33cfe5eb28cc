"""Differences between two aligned texts, explained by rows of the inverse dictionary.

A word alignment finds where the texts differ, but not which words belong together: "as quickly as potential"
and "as soon as possible" have two words in common. So the stretches around the differences are aligned again
by a dynamic program in which a row is one step, of a lower cost than a word replaced by another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.phrases import phrase_key
from despin.infer.text.tokens import is_word

MARGIN = 4
"""Equal tokens on both sides of a difference that may belong to the row that explains it."""
MAX_WINDOW = 32
"""Tokens of a stretch that is aligned again, which bounds its time."""
_ROW_COST, _TOKEN_COST, _ARTICLE_COST = 0.2, 0.01, 0.3
"""Of a row and of each of its tokens, so that a shorter row is preferred; of "a" for "an" or back. A word
replaced, inserted or deleted costs 1."""
_MISMATCH_COST = 1.9
"""Of a word that stands for a punctuation mark: nearly that of a word inserted and a mark deleted."""
_ARTICLES = frozenset(["a", "an"])


class Unit(NamedTuple):
    """A step of a word alignment: whether it takes a token of either text, and whether the two are equal."""

    takes_spun: bool
    takes_original: bool
    is_equal: bool


class Row(NamedTuple):
    """A row of the inverse dictionary."""

    spun: str
    original: str
    share: float
    """Share of the occurrences of the spun form in which it stands for this original, 0..1."""


class Step(NamedTuple):
    """Tokens of the spun text and those of the original that stood in their place (ends exclusive)."""

    spun_start: int
    spun_end: int
    original_start: int
    original_end: int
    is_equal: bool = False
    row: Row | None = None
    is_article: bool = False
    """Whether it is "a" for "an" or back, as the next word requires."""


def explained_steps(
    spun: Sequence[str], original: Sequence[str], units: Sequence[Unit], lexicon: InverseLexicon
) -> Iterator[Step]:
    """The steps from the start to the end of both texts (folded tokens), aligned by ``units``.

    Time is linear in the number of units.
    """
    i = j = 0
    for is_near, stretch in _stretches(units):
        spun_end = i + sum(unit.takes_spun for unit in stretch)
        original_end = j + sum(unit.takes_original for unit in stretch)
        if is_near:
            yield from _window_steps(spun, original, (i, spun_end, j, original_end), lexicon)
        else:
            yield Step(i, spun_end, j, original_end, is_equal=True)
        i, j = spun_end, original_end


def _stretches(units: Sequence[Unit]) -> Iterator[tuple[bool, Sequence[Unit]]]:
    """The units in runs: those near a difference, MAX_WINDOW at most, and the equal ones between them."""
    near = _is_near_difference(units)
    start = 0
    while start < len(units):
        end = start + 1
        while (
            end < len(units) and near[end] == near[start] and not (near[start] and end - start >= MAX_WINDOW)
        ):
            end += 1
        if near[start] and end - start >= MAX_WINDOW:  # better between equal tokens than inside a row
            cut = next((k for k in range(end - 1, start + MAX_WINDOW // 2, -1) if units[k].is_equal), end)
            end = min(end, cut)
        yield near[start], units[start:end]
        start = end


def _is_near_difference(units: Sequence[Unit]) -> list[bool]:
    """For each unit whether a difference is MARGIN units away at most."""
    near = [False] * len(units)
    for indices in (range(len(units)), range(len(units) - 1, -1, -1)):
        distance = MARGIN + 1
        for k in indices:
            distance = distance + 1 if units[k].is_equal else 0
            near[k] |= distance <= MARGIN
    return near


class _Arc(NamedTuple):
    """A possible step in a window, from the node (i, j) on."""

    spun: int
    original: int
    cost: float
    row: Row | None = None
    is_equal: bool = False
    is_article: bool = False


_Node = tuple[int, int]


def _window_steps(
    spun: Sequence[str], original: Sequence[str], window: tuple[int, int, int, int], lexicon: InverseLexicon
) -> Iterator[Step]:
    """The cheapest steps through a window of both texts (Viterbi)."""
    spun_start, spun_end, original_start, original_end = window
    target = original[original_start:original_end]
    n, m = spun_end - spun_start, len(target)
    best: dict[_Node, tuple[float, _Arc | None]] = {(0, 0): (0.0, None)}
    for i in range(n + 1):
        rows = _rows_at(spun, spun_start + i, spun_end, lexicon)
        for j in range(m + 1):
            cost = best[i, j][0]
            for arc in _arcs(spun[spun_start + i] if i < n else None, target, j, rows):
                node = i + arc.spun, j + arc.original
                total = cost + arc.cost
                if node not in best or total < best[node][0]:
                    best[node] = total, arc
    steps: list[Step] = []
    i, j = n, m
    while (last := best[i, j][1]) is not None:
        a, b = spun_start + i, original_start + j
        i, j = i - last.spun, j - last.original
        steps.append(Step(spun_start + i, a, original_start + j, b, last.is_equal, last.row, last.is_article))
    yield from reversed(steps)


def _arcs(
    word: str | None, target: Sequence[str], j: int, rows: Sequence[tuple[int, tuple[str, ...], Row]]
) -> Iterator[_Arc]:
    """The steps from a token of the spun text (None at its end) and token ``j`` of the original."""
    other = target[j] if j < len(target) else None
    if word is not None:
        yield _Arc(1, 0, 1.0)
    if other is not None:
        yield _Arc(0, 1, 1.0)
    if word is None or other is None:
        return
    if word == other:
        yield _Arc(1, 1, 0.0, is_equal=True)
    else:
        yield _Arc(1, 1, 1.0 if is_word(word) == is_word(other) else _MISMATCH_COST)
        if word in _ARTICLES and other in _ARTICLES:
            yield _Arc(1, 1, _ARTICLE_COST, is_article=True)
    for length, wording, row in rows:
        if wording[0] == other and tuple(target[j : j + len(wording)]) == wording:
            yield _Arc(length, len(wording), _ROW_COST + _TOKEN_COST * (length + len(wording)), row)


def _rows_at(
    spun: Sequence[str], index: int, end: int, lexicon: InverseLexicon
) -> list[tuple[int, tuple[str, ...], Row]]:
    """The rows whose spun form stands at a token and ends by ``end``: its length, the original's tokens."""
    return [
        (length, key, Row(form, wording, share))
        for length, form, origins in lexicon.rows_at(spun, index)
        if index + length <= end
        for wording, share in zip(origins.originals, origins.shares)
        if (key := phrase_key(wording))
    ]
