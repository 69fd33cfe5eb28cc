"""All slots of a segment judged together: each wording beside those that its neighbours may have.

Two of three neighbours of a spun word may be spun themselves, so a word's context is not what stands
there but what may have stood there. The segment is a lattice of wordings; the forward-backward
algorithm (Baum et al. 1970; Rabiner 1989) sums over all ways through it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

BEAM = 48
"""Histories kept at each place, the likeliest first."""

Ratio = Callable[[int, int, int], float]
"""Log-ratio of a third word's probability after two words to that without them."""


class Option(NamedTuple):
    """A wording that may stand at a place: the numbers of its words, and its chance without context."""

    words: tuple[int, ...]
    chance: float


class _Edge(NamedTuple):
    before: tuple[int, int]
    option: int
    after: tuple[int, int]
    weight: float


def marginals(places: Sequence[Sequence[Option]], ratio: Ratio, weight: float) -> list[list[float]]:
    """For each place the probabilities (sum 1) of its options, in view of all other places.

    A way through the lattice is as likely as the product of its options' chances and of
    ``exp(weight * ratio)`` at each word. Time is linear in the number of places.
    """
    layers: list[list[_Edge]] = []
    forward: list[dict[tuple[int, int], float]] = [{(0, 0): 1.0}]
    for options in places:
        edges = [
            _Edge(before, number, *_through(option, before, ratio, weight))
            for before in forward[-1]
            for number, option in enumerate(options)
        ]
        reached: dict[tuple[int, int], float] = {}
        for edge in edges:
            reached[edge.after] = reached.get(edge.after, 0.0) + forward[-1][edge.before] * edge.weight
        if len(reached) > BEAM:
            reached = {h: reached[h] for h in sorted(reached, key=reached.__getitem__)[-BEAM:]}
            edges = [edge for edge in edges if edge.after in reached]
        layers.append(edges)
        forward.append(_scaled(reached))
    found: list[list[float]] = []
    behind = dict.fromkeys(forward[-1], 1.0)
    for options, edges, before in zip(reversed(places), reversed(layers), reversed(forward[:-1])):
        sums = [0.0] * len(options)
        back: dict[tuple[int, int], float] = {}
        for edge in edges:
            value = edge.weight * behind.get(edge.after, 0.0)  # 0: the beam cut what follows
            back[edge.before] = back.get(edge.before, 0.0) + value
            sums[edge.option] += before[edge.before] * value
        whole = sum(sums)
        found.append([s / whole for s in sums])
        behind = _scaled(back)
    return found[::-1]


def _through(
    option: Option, before: tuple[int, int], ratio: Ratio, weight: float
) -> tuple[tuple[int, int], float]:
    """The history after an option, and the weight of the way through it."""
    summed = 0.0
    history = before
    for word in option.words:
        summed += ratio(*history, word)
        history = (history[1], word)
    return history, option.chance * math.exp(weight * summed)


def _scaled(values: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Values of sum 1: products over a long segment would vanish."""
    whole = sum(values.values())
    return {key: value / whole for key, value in values.items()}
