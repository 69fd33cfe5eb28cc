"""Sentences with words that must stay: names, amounts, negations, and words whose replacement would hurt.

``data/facts.tsv`` was written for this project. Each line is a sentence that nobody has spun, with the words
that must keep their sense in braces, and the wordings that have the same one. A sentence stands behind one
that was spun, so that the whole is taken for spun.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit
from despin.metrics.tables import markdown_table

FACTS = Path(__file__).parent / "data" / "facts.tsv"
LEAD = "Officers stated it final yr, and the decrease home handed the invoice. "
"""The spun sentence before each."""
_KEPT = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A text and what must stay in it."""

    kind: str
    text: str
    kept: tuple[tuple[int, int], ...]
    """The spans of the words that must stay."""
    same: frozenset[str]
    """Wordings of the same sense that they may get."""

    def broken_by(self, edits: Iterable[Edit]) -> list[Edit]:
        """The edits that change a word that must stay."""
        return [
            e
            for e in edits
            if e.replacement not in self.same
            and any(e.start < end and start < e.end for start, end in self.kept)
        ]


def read_facts(file: Path = FACTS) -> list[Fact]:
    """The facts of a file with the columns kind, sentence and same (separated by bars). Raises OSError."""
    facts = []
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        kind, sentence, same = line.split("\t")
        text, kept, last = LEAD, [], 0
        for match in _KEPT.finditer(sentence):
            text += sentence[last : match.start()]
            kept.append((len(text), len(text) + len(match[1])))
            text += match[1]
            last = match.end()
        facts.append(
            Fact(kind, text + sentence[last:], tuple(kept), frozenset(filter(None, same.split("|"))))
        )
    return facts


def broken_facts(facts: Sequence[Fact], despinner: Despinner) -> list[tuple[Fact, Edit]]:
    """The edits of a Despinner that change a word that must stay, with their facts."""
    corrections = despinner.correct_batch([fact.text for fact in facts])
    return [(f, e) for f, c in zip(facts, corrections) for e in f.broken_by(c.edits)]


def facts_table(facts: Sequence[Fact], checkpoint: str | Path) -> str:
    """A Markdown table: for each kind the words that must stay, and those changed without and with guards."""
    without = broken_facts(facts, Despinner(checkpoint, min_score=0.0, guards=()))
    guarded = broken_facts(facts, Despinner(checkpoint, min_score=0.0))
    rows = [
        [
            kind,
            str(sum(len(f.kept) for f in facts if f.kind == kind)),
            *(str(sum(f.kind == kind for f, _ in broken)) for broken in (without, guarded)),
        ]
        for kind in dict.fromkeys(f.kind for f in facts)
    ]
    header = ["kind", "words that must stay", "changed without guards", "changed"]
    left = "; ".join(f"{e.source} → {e.replacement}" for _, e in guarded)
    return f"{markdown_table(header, rows, 'lrrr', 'compact')}\nStill changed: {left or 'none'}.\n"
