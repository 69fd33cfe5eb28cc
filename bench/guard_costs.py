"""What each guard costs and saves: the edits that it alone refuses, right and wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.checkpoint import open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.guards.rules import GUARDS
from despin.infer.text.edits import Refused, apply_edits
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import markdown_table


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
    without: EditCounts
    """Scores with all guards but this one."""


def costs(pairs: Sequence[Pair], despinner: Despinner) -> tuple[EditCounts, list[Cost]]:
    """The scores with all guards, and what each guard changes in them.

    A guard is left out by making the edits that it refused; since guards judge edits one by one, that
    is what a Despinner without it would write, but for edits that a further guard would refuse.
    """
    done = despinner.correct_batch([p.spun for p in pairs])
    whole = sum_counts([score_text(p.spun, c.text, p.original) for p, c in zip(pairs, done)])
    found = []
    for guard in GUARDS:
        freed: list[list[Refused]] = [[r for r in c.refused if r.guard == guard] for c in done]
        texts = [
            apply_edits(p.spun, sorted([*c.edits, *(r.edit for r in more)], key=lambda e: e.start))
            for p, c, more in zip(pairs, done, freed)
        ]
        without = sum_counts([score_text(p.spun, text, p.original) for p, text in zip(pairs, texts)])
        right = without.correct - whole.correct
        wrong = (without.proposed - whole.proposed) - right
        found.append(Cost(guard, sum(map(len, freed)), right, wrong, without))
    return whole, found


def table(whole: EditCounts, found: Sequence[Cost]) -> str:
    """Markdown: a row a guard."""
    header = [
        "guard", "why it refuses", "refused", "right edits lost", "wrong edits spared", "F0.5 without it",
    ]  # fmt: skip
    rows = [
        [
            f"`{c.guard}`",
            GUARDS[c.guard].reason,
            str(c.refused),
            str(c.right),
            str(c.wrong),
            f"{c.without.f05:.4f}",
        ]
        for c in found
    ]
    shown = markdown_table(header, rows, "llrrrr", "compact")
    return f"{shown}\nF0.5 with all guards: {whole.f05:.4f}.\n"


def report(files: Sequence[str], folder: str | None = None) -> str:
    """The table for a checkpoint (the embedded one if None) on files of pairs, with its signature."""
    pairs, digest = read_pairs(files)
    checkpoint = open_checkpoint(folder).folder
    shown = table(*costs(pairs, Despinner(checkpoint)))
    return f"{shown}\n{signature_line(signature(pairs=digest, checkpoint=checkpoint))}\n"
