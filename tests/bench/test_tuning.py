from __future__ import annotations

from pathlib import Path

from despin.bench.tuning import grid_search
from despin.metrics.pairs import read_pairs


class Stubborn:
    """Restores the first pair with a small bonus only."""

    lm_weight = keep_bonus = 0.0

    def restore(self, texts: list[str]) -> list[str]:
        return [t.replace("decrease home", "lower house") if self.keep_bonus < 1 else t for t in texts]


def test_each_two_weights_are_tried(tiny: Path) -> None:
    rows = grid_search(Stubborn(), read_pairs([str(tiny / "pairs.jsonl")])[0], [0.1, 0.2], [0.0, 1.0])
    assert [row[:2] for row in rows] == [(0.1, 0.0), (0.1, 1.0), (0.2, 0.0), (0.2, 1.0)]
    assert [row[2].correct > 0 for row in rows] == [True, False, True, False]
