"""What each guard costs and saves: the edits that it alone refuses, right and wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despin.bench.metrics import Counts, score, total
from despin.bench.pairs import Pair
from despin.infer.despinner import Despinner
from despin.infer.edits import Refused, apply_edits
from despin.infer.files import told
from despin.infer.guard import GUARDS


@dataclass(frozen=True, slots=True)
class Cost:
    """One guard's refusals on pairs."""

    guard: str
    refused: int
    """Edits that it refused and that would have been made."""
    right: int
    """Changes of the original that were lost by it."""
    wrong: int
    """Changes that the original lacks and that it spared."""
    without: Counts
    """Scores with all guards but this one."""


def costs(pairs: Sequence[Pair], despinner: Despinner) -> tuple[Counts, list[Cost]]:
    """The scores with all guards, and what each guard changes in them.

    A guard is left out by making the edits that it refused; since guards judge edits one by one, that
    is what a Despinner without it would write, but for edits that a further guard would refuse.
    """
    done = despinner.correct_batch([p.spun for p in pairs])
    whole = total([score(p.spun, c.text, p.original) for p, c in zip(pairs, done)])
    found = []
    for guard in GUARDS:
        freed: list[list[Refused]] = [[r for r in c.refused if r.guard == guard] for c in done]
        texts = [
            apply_edits(p.spun, sorted([*c.edits, *(r.edit for r in more)], key=lambda e: e.start))
            for p, c, more in zip(pairs, done, freed)
        ]
        without = total([score(p.spun, text, p.original) for p, text in zip(pairs, texts)])
        right = without.hits - whole.hits
        wrong = (without.made - whole.made) - right
        found.append(Cost(guard, sum(map(len, freed)), right, wrong, without))
    return whole, found


def table(whole: Counts, found: Sequence[Cost]) -> str:
    """Markdown: a row a guard."""
    rows = [
        "| guard | why it refuses | refused | right edits lost | wrong edits spared | F0.5 without it |",
        "|---|---|---:|---:|---:|---:|",
    ]
    rows += [
        f"| `{c.guard}` | {GUARDS[c.guard]} | {c.refused} | {c.right} | {c.wrong} | {c.without.f05:.4f} |"
        for c in found
    ]
    return "\n".join(rows) + f"\n\nF0.5 with all guards: {whole.f05:.4f}.\n"


def main() -> None:
    """``python -m despin.bench.guards PAIRS``: the table for a checkpoint on pairs."""
    import argparse
    from pathlib import Path

    from despin.bench.pairs import read_pairs
    from despin.bench.signature import checkpoint_hash, joined, machine, short, versions
    from despin.infer.checkpoint import EMBEDDED
    from despin.infer.files import emit

    parser = argparse.ArgumentParser(description="What each guard costs and saves on pairs.")
    parser.add_argument("pairs", nargs="+")
    parser.add_argument("--checkpoint", type=Path, default=EMBEDDED)
    args = parser.parse_args()
    pairs, digest = read_pairs(args.pairs)
    parts = {"pairs": short(digest), "checkpoint": checkpoint_hash(args.checkpoint)} | versions() | machine()
    emit(f"{table(*costs(pairs, Despinner(args.checkpoint)))}\nSignature: {joined(parts)}\n")


if __name__ == "__main__":
    with told():
        main()
