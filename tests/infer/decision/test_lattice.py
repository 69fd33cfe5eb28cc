"""The forward-backward algorithm against an explicit sum over all paths."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from despin.infer.decision import lattice
from despin.infer.decision.lattice import Option, marginals


def noise(a: int, b: int, c: int) -> float:
    """A deterministic pseudo-random function of three numbers."""
    return random.Random(a * 10_007 + b * 101 + c).uniform(-2, 2)


def sum_over_paths(positions: list[list[Option]], weight: float) -> list[list[float]]:
    """The marginals by enumeration."""
    sums = [[0.0] * len(options) for options in positions]
    for path in itertools.product(*(range(len(options)) for options in positions)):
        path_weight, history = 1.0, (0, 0)
        for options, number in zip(positions, path):
            path_weight *= options[number].probability
            for word in options[number].words:
                path_weight *= math.exp(weight * noise(*history, word))
                history = (history[1], word)
        for position, number in enumerate(path):
            sums[position][number] += path_weight
    return [[s / sum(row) for s in row] for row in sums]


@pytest.mark.parametrize("seed", range(12))
def test_it_sums_over_all_paths(seed: int) -> None:
    rng = random.Random(seed)
    positions = [
        [
            Option(tuple(rng.randrange(1, 9) for _ in range(rng.randrange(4))), rng.random() + 0.01)
            for _ in range(rng.choice((1, 1, 2, 3)))
        ]
        for _ in range(7)
    ]
    for computed, expected in zip(
        marginals(positions, noise, 0.7), sum_over_paths(positions, 0.7), strict=True
    ):
        assert computed == pytest.approx(expected)


def test_with_weight_0_the_probabilities_are_only_normalised() -> None:
    positions = [[Option((1,), 0.2), Option((2,), 0.6)], [Option((3,), 1.0)]]
    assert marginals(positions, noise, 0.0)[0] == pytest.approx([0.25, 0.75])
    assert marginals([], noise, 1.0) == []


def test_a_neighbour_resolves_a_tie() -> None:
    def pair(_: int, before: int, word: int) -> float:
        return 3.0 if (before, word) == (1, 3) else 0.0

    positions = [[Option((1,), 0.5), Option((2,), 0.5)], [Option((3,), 0.5), Option((4,), 0.5)]]
    first, second = marginals(positions, pair, 1.0)
    assert first[0] > 0.9 and second[0] > 0.9


def test_a_long_segment_does_not_underflow_and_takes_linear_time() -> None:
    calls = 0

    def counted(a: int, b: int, c: int) -> float:
        nonlocal calls
        calls += 1
        return noise(a % 5, b % 5, c % 5)

    def calls_for(length: int) -> int:
        nonlocal calls
        calls = 0
        positions = [[Option((n % 7 + 1,), 1e-9), Option((n % 3 + 1, 2), 1e-8)] for n in range(length)]
        result = marginals(positions, counted, 1.0)
        assert all(sum(row) == pytest.approx(1) for row in result)
        return calls

    assert calls_for(2000) < 2.2 * calls_for(1000)


def test_pruning_by_the_beam_keeps_the_best_option(monkeypatch: pytest.MonkeyPatch) -> None:
    positions = [[Option((10 * n + k,), 0.9 if k == n else 0.05) for k in range(8)] for n in range(6)]
    exact = marginals(positions, noise, 0.2)
    monkeypatch.setattr(lattice, "BEAM", 8)
    pruned = marginals(positions, noise, 0.2)
    for a, b in zip(exact, pruned):
        assert sum(b) == pytest.approx(1)
        assert a.index(max(a)) == b.index(max(b))
