"""Joint inference over the slots of a segment with the forward-backward algorithm.

Neighbours of a spun word are often spun too, so the context of a slot is uncertain. The segment is a
lattice of possible wordings; the forward-backward algorithm (Baum et al. 1970; Rabiner 1989) sums over all
paths through it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

BEAM = 48
"""Maximum number of histories kept at each position, the most probable ones."""

Ratio = Callable[[int, int, int], float]
"""Log-ratio of a word's probability after two words to that without context, by the ids of the three."""


History = tuple[int, int]
"""The ids of the last two words."""


class Option(NamedTuple):
    """A possible wording at a position: the ids of its words, and its probability without context."""

    words: tuple[int, ...]
    probability: float


class _Edge(NamedTuple):
    before: History
    option: int
    after: History
    weight: float


def marginals(lattice: Sequence[Sequence[Option]], ratio: Ratio, weight: float) -> list[list[float]]:
    """For each position of the lattice the marginal probabilities (sum 1) of its options.

    The weight of a path is the product of its options' probabilities and of ``exp(weight * ratio)`` at each
    word. Time is linear in the number of positions.
    """
    edges_at: list[list[_Edge]] = []
    forward: list[dict[History, float]] = [{(0, 0): 1.0}]
    for options in lattice:
        edges = [
            _Edge(before, index, *_step(option, before, ratio, weight))
            for before in forward[-1]
            for index, option in enumerate(options)
        ]
        reached: dict[History, float] = {}
        for edge in edges:
            reached[edge.after] = reached.get(edge.after, 0.0) + forward[-1][edge.before] * edge.weight
        if len(reached) > BEAM:
            reached = {h: reached[h] for h in sorted(reached, key=reached.__getitem__)[-BEAM:]}
            edges = [edge for edge in edges if edge.after in reached]
        edges_at.append(edges)
        forward.append(_normalized(reached))
    reversed_marginals: list[list[float]] = []
    backward = dict.fromkeys(forward[-1], 1.0)
    for options, edges, before in zip(reversed(lattice), reversed(edges_at), reversed(forward[:-1])):
        sums = [0.0] * len(options)
        previous: dict[History, float] = {}
        for edge in edges:
            value = edge.weight * backward.get(edge.after, 0.0)  # 0: the beam dropped all that follows
            previous[edge.before] = previous.get(edge.before, 0.0) + value
            sums[edge.option] += before[edge.before] * value
        total = sum(sums)
        reversed_marginals.append([s / total for s in sums])
        backward = _normalized(previous)
    return reversed_marginals[::-1]


def _step(option: Option, before: History, ratio: Ratio, weight: float) -> tuple[History, float]:
    """The history after an option, and the weight of the edge to it."""
    log_ratio = 0.0
    history = before
    for word in option.words:
        log_ratio += ratio(*history, word)
        history = (history[1], word)
    return history, option.probability * math.exp(weight * log_ratio)


def _normalized(values: dict[History, float]) -> dict[History, float]:
    """Values scaled to sum 1, since products over a long segment would underflow."""
    total = sum(values.values())
    return {key: value / total for key, value in values.items()}
