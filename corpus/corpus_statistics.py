"""Counts over the documents of a part, which add up to those of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from despin.corpus.document_reader import Finding
from despin.corpus.parts import Aside
from despin.infer.summary import VERDICTS

BINS = 20
"""Bins of the histogram of scores, of equal width."""
MAX_SUBSTITUTIONS = 500
"""The commonest substitutions of a part that are kept; the sum over parts misses what is rare in each."""


def _histogram() -> list[int]:
    return [0] * BINS


def _verdicts() -> dict[str, int]:
    return dict.fromkeys(VERDICTS, 0)


@dataclass
class Statistics:
    """What was found, in counts. Two of them are joined by `add`."""

    documents: int = 0
    words: int = 0
    documents_read: int = 0
    """By the model."""
    words_read: int = 0
    """Words of what the model read."""
    spun_words: int = 0
    """Words of the documents that were taken for spun."""
    edits: int = 0
    unanswered: int = 0
    verdicts: dict[str, int] = field(default_factory=_verdicts)
    histogram: list[int] = field(default_factory=_histogram)
    """Documents by score, in BINS bins from 0 to 1."""
    substitutions: dict[str, int] = field(default_factory=dict)
    """"spun wording → original", in lower case, by how often it was restored."""
    asides: dict[str, int] = field(default_factory=dict)
    """What was put aside, by the kind of reason."""

    def count(self, finding: Finding) -> None:
        """Add a document."""
        self.documents += 1
        self.words += finding.words
        self.verdicts[finding.verdict] += 1
        self.histogram[min(int(finding.score * BINS), BINS - 1)] += 1
        if finding.verdict == "spun":
            self.spun_words += finding.words
        if (correction := finding.correction) is not None:
            self.documents_read += 1
            self.words_read += finding.words_read
            self.edits += len(correction.edits)
            self.unanswered += correction.unanswered
            for edit in correction.edits:
                row = f"{edit.source.lower()} → {edit.replacement.lower()}"
                self.substitutions[row] = self.substitutions.get(row, 0) + 1

    def count_asides(self, asides: Iterable[Aside]) -> None:
        """Add what was put aside."""
        for aside in asides:
            self.asides[aside.kind] = self.asides.get(aside.kind, 0) + 1

    def add(self, other: Statistics) -> None:
        """Add the counts of another part."""
        for name in (one.name for one in fields(self)):
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, int):
                setattr(self, name, mine + theirs)
            elif isinstance(mine, list):
                setattr(self, name, [a + b for a, b in zip(mine, theirs)])
            else:
                for key, count in theirs.items():
                    mine[key] = mine.get(key, 0) + count

    def commonest(self, number: int = MAX_SUBSTITUTIONS) -> list[tuple[str, int]]:
        """The commonest substitutions, those of one count by name."""
        return sorted(self.substitutions.items(), key=lambda item: (-item[1], item[0]))[:number]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, the same for the same counts."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            **values,
            "substitutions": dict(self.commonest()),
            "asides": dict(sorted(self.asides.items())),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Statistics:
        """What `to_dict` gave. Raises TypeError for a name that is no field."""
        return cls(**values)
