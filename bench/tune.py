"""The two weights of a language model that chooses among the dictionary's candidates, tried on pairs.

Despin's own weights were chosen on the development pairs, so those of its rivals are too.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import product
from typing import Any

from despin.bench.metrics import Counts, score, total
from despin.bench.options import NotRun, Options
from despin.bench.pairs import Pair, read_pairs
from despin.bench.systems import open_system
from despin.infer.files import InputError, told

WEIGHTS = (0.2, 0.3, 0.45, 0.6, 0.8)
BONUSES = (0.0, 0.5, 1.0, 1.5, 2.0)


def tried(
    system: Any, pairs: Sequence[Pair], weights: Sequence[float], bonuses: Sequence[float]
) -> list[tuple[float, float, Counts]]:
    """Counts of a system that has ``lm_weight`` and ``keep_bonus``, with each two values of theirs."""
    rows = []
    for weight, bonus in product(weights, bonuses):
        system.lm_weight, system.keep_bonus = weight, bonus
        restored = system.restore([p.spun for p in pairs])
        rows.append((weight, bonus, total(score(p.spun, r, p.original) for p, r in zip(pairs, restored))))
    return rows


def main() -> None:
    """``python -m despin.bench.tune SYSTEM --pairs FILE``: a line for each two weights, the best last."""
    parser = argparse.ArgumentParser(description="Try the weights of a language model beside the dictionary.")
    parser.add_argument("system", choices=["dictionary+5-gram", "dictionary+smollm2"])
    parser.add_argument("--pairs", action="append", required=True, metavar="FILE")
    parser.add_argument("--weights", type=float, nargs="+", default=WEIGHTS)
    parser.add_argument("--bonuses", type=float, nargs="+", default=BONUSES)
    args = parser.parse_args()
    pairs = read_pairs(args.pairs)[0]
    try:
        system = open_system(args.system, Options())
    except NotRun as reason:
        raise InputError(str(reason)) from None
    rows = sorted(tried(system, pairs, args.weights, args.bonuses), key=lambda row: row[2].f05)
    for weight, bonus, counts in rows:
        scores = f"P {counts.precision:.3f}  R {counts.recall:.3f}  F0.5 {counts.f05:.4f}"
        print(f"{weight:.2f} {bonus:.2f}  {scores}", flush=True)


if __name__ == "__main__":
    with told():
        main()
