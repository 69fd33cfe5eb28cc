"""Grid search over the two weights of a language model that chooses among the dictionary's candidates.

Despin's own weights were tuned on the development pairs, so those of its rivals are tuned there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from despin.bench.systems.options import SystemOptions
from despin.bench.systems.registry import open_system
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import Pair, read_pairs

WEIGHTS = (0.2, 0.3, 0.45, 0.6, 0.8)
BONUSES = (0.0, 0.5, 1.0, 1.5, 2.0)


def grid_search(
    system: Any, pairs: Sequence[Pair], weights: Sequence[float], bonuses: Sequence[float]
) -> list[tuple[float, float, EditCounts]]:
    """Counts for each combination of values of the system's attributes ``lm_weight`` and ``keep_bonus``."""
    rows = []
    for weight, bonus in product(weights, bonuses):
        system.lm_weight, system.keep_bonus = weight, bonus
        restored = system.restore([p.spun for p in pairs])
        counts = sum_counts(score_text(p.spun, r, p.original) for p, r in zip(pairs, restored))
        rows.append((weight, bonus, counts))
    return rows


def tuning_lines(
    name: str,
    options: SystemOptions,
    files: Sequence[str],
    weights: Sequence[float],
    bonuses: Sequence[float],
) -> Iterator[str]:
    """The scores of system ``name`` on files of pairs: a line for each combination, the best last."""
    pairs = read_pairs(files)[0]
    rows = grid_search(open_system(name, options), pairs, weights, bonuses)
    for weight, bonus, counts in sorted(rows, key=lambda row: row[2].f05):
        scores = f"P {counts.precision:.3f}  R {counts.recall:.3f}  F0.5 {counts.f05:.4f}"
        yield f"{weight:.2f} {bonus:.2f}  {scores}"
