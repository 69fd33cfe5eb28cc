"""What each guard costs and saves: correct and wrong edits that only it refuses, and words that must stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despin.bench.facts import facts_table, read_facts
from despin.infer.checkpoint import open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.guards.rules import GUARDS
from despin.infer.text.edits import Refused, apply_edits
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import markdown_table


@dataclass(frozen=True, slots=True)
class GuardCost:
    """The effect of one guard on pairs."""

    guard: str
    refused: int
    """Edits that it refused and that would have been made without it."""
    correct_lost: int
    """Correct edits among the refused ones."""
    wrong_spared: int
    """Wrong edits among the refused ones."""
    without: EditCounts
    """Scores with all guards but this one."""


def guard_costs(pairs: Sequence[Pair], despinner: Despinner) -> tuple[EditCounts, list[GuardCost]]:
    """The scores with all guards, and the effect of each guard on them.

    A guard is ablated by making the edits that it refused. Guards judge edits one by one, so this is the
    output of a Despinner without it, except for edits that another guard would have refused next.
    """
    corrections = despinner.correct_batch([p.spun for p in pairs])
    total = sum_counts([score_text(p.spun, c.text, p.original) for p, c in zip(pairs, corrections)])
    costs = []
    for guard in GUARDS:
        refused: list[list[Refused]] = [[r for r in c.refused if r.guard == guard] for c in corrections]
        texts = [
            apply_edits(p.spun, sorted([*c.edits, *(r.edit for r in row)], key=lambda e: e.start))
            for p, c, row in zip(pairs, corrections, refused)
        ]
        without = sum_counts([score_text(p.spun, text, p.original) for p, text in zip(pairs, texts)])
        correct_lost = without.correct - total.correct
        wrong_spared = (without.proposed - total.proposed) - correct_lost
        costs.append(GuardCost(guard, sum(map(len, refused)), correct_lost, wrong_spared, without))
    return total, costs


def table(total: EditCounts, costs: Sequence[GuardCost]) -> str:
    """A Markdown table with a row for each guard."""
    header = [
        "guard", "why it refuses", "refused", "right edits lost", "wrong edits spared", "F0.5 without it",
    ]  # fmt: skip
    rows = [
        [
            f"`{cost.guard}`",
            GUARDS[cost.guard].reason,
            str(cost.refused),
            str(cost.correct_lost),
            str(cost.wrong_spared),
            f"{cost.without.f05:.4f}",
        ]
        for cost in costs
    ]
    shown = markdown_table(header, rows, "llrrrr", "compact")
    return f"{shown}\nF0.5 with all guards: {total.f05:.4f}.\n"


def report(files: Sequence[str], folder: str | None = None) -> str:
    """The tables for a checkpoint (the embedded one if None): on files of pairs, and of what must stay."""
    pairs, digest = read_pairs(files)
    checkpoint = open_checkpoint(folder).folder
    shown = table(*guard_costs(pairs, Despinner(checkpoint)))
    shown += f"\nWords that must stay (bench/data/facts.tsv):\n\n{facts_table(read_facts(), checkpoint)}"
    return f"{shown}\n{signature_line(signature(pairs=digest, checkpoint=checkpoint))}\n"
