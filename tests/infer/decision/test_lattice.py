"""The lattice against the sum over all ways through it."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from despin.infer.decision import lattice
from despin.infer.decision.lattice import Option, marginals


def noise(a: int, b: int, c: int) -> float:
    """Any function of three numbers, the same each time."""
    return random.Random(a * 10_007 + b * 101 + c).uniform(-2, 2)


def all_ways(places: list[list[Option]], weight: float) -> list[list[float]]:
    sums = [[0.0] * len(options) for options in places]
    for way in itertools.product(*(range(len(options)) for options in places)):
        likely, history = 1.0, (0, 0)
        for options, number in zip(places, way):
            likely *= options[number].chance
            for word in options[number].words:
                likely *= math.exp(weight * noise(*history, word))
                history = (history[1], word)
        for place, number in enumerate(way):
            sums[place][number] += likely
    return [[s / sum(row) for s in row] for row in sums]


@pytest.mark.parametrize("seed", range(12))
def test_it_sums_over_all_ways(seed: int) -> None:
    rng = random.Random(seed)
    places = [
        [
            Option(tuple(rng.randrange(1, 9) for _ in range(rng.randrange(4))), rng.random() + 0.01)
            for _ in range(rng.choice((1, 1, 2, 3)))
        ]
        for _ in range(7)
    ]
    for found, wanted in zip(marginals(places, noise, 0.7), all_ways(places, 0.7), strict=True):
        assert found == pytest.approx(wanted)


def test_without_weight_the_chances_stay_as_they_are() -> None:
    places = [[Option((1,), 0.2), Option((2,), 0.6)], [Option((3,), 1.0)]]
    assert marginals(places, noise, 0.0)[0] == pytest.approx([0.25, 0.75])
    assert marginals([], noise, 1.0) == []


def test_a_neighbour_decides() -> None:
    def pair(_: int, before: int, word: int) -> float:
        return 3.0 if (before, word) == (1, 3) else 0.0

    places = [[Option((1,), 0.5), Option((2,), 0.5)], [Option((3,), 0.5), Option((4,), 0.5)]]
    first, second = marginals(places, pair, 1.0)
    assert first[0] > 0.9 and second[0] > 0.9


def test_a_long_text_neither_vanishes_nor_takes_more_than_its_share() -> None:
    calls = 0

    def counted(a: int, b: int, c: int) -> float:
        nonlocal calls
        calls += 1
        return noise(a % 5, b % 5, c % 5)

    def ask(length: int) -> int:
        nonlocal calls
        calls = 0
        places = [[Option((n % 7 + 1,), 1e-9), Option((n % 3 + 1, 2), 1e-8)] for n in range(length)]
        found = marginals(places, counted, 1.0)
        assert all(sum(row) == pytest.approx(1) for row in found)
        return calls

    assert ask(2000) < 2.2 * ask(1000)


def test_more_histories_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [[Option((10 * n + k,), 0.9 if k == n else 0.05) for k in range(8)] for n in range(6)]
    whole = marginals(places, noise, 0.2)
    monkeypatch.setattr(lattice, "BEAM", 8)
    cut = marginals(places, noise, 0.2)
    for one, other in zip(whole, cut):
        assert sum(other) == pytest.approx(1)
        assert one.index(max(one)) == other.index(max(other))
