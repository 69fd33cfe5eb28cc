"""Whose dictionary: which family of spinners has the rows that explain the changes, or none of those
known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from despin.infer.candidates.phrases import phrase_key
from despin.trace.comparison_features import Evidence
from despin.trace.explanation import Row

MIN_SHARE = 0.4
"""Share of the changes that a family's rows must explain. Of rewriting by hand rows explain a tenth."""
MIN_RATIO = 1.2
"""How many times as many changes they must explain as with the texts exchanged. Many rows swap two
synonyms, so that half of what a spinner did is explained the other way round, too."""

RowKey = tuple[tuple[str, ...], tuple[str, ...]]
"""Spun form and original of a row, as lookup keys."""


@dataclass(frozen=True)
class FamilyFit:
    """How many changes a family's rows explain."""

    name: str
    rows: int
    """How many rows the family has."""
    explained: int
    changes: int
    """Changes of words in the stretch that the two texts have in common."""
    reverse: int
    """Changes that its rows explain with the texts exchanged."""

    @property
    def share(self) -> float:
        """The explained changes as a share of all, 0..1; 0 without changes."""
        return self.explained / self.changes if self.changes else 0.0

    @property
    def fits(self) -> bool:
        """Whether the family explains enough of the changes, and in this direction."""
        return self.share >= MIN_SHARE and self.explained >= MIN_RATIO * self.reverse

    def to_dict(self) -> dict[str, Any]:
        """As plain Python values."""
        return {
            "name": self.name,
            "explained": self.explained,
            "changes": self.changes,
            "if_exchanged": self.reverse,
            "fits": self.fits,
        }


def row_keys(rows: Iterable[tuple[str, str]]) -> frozenset[RowKey]:
    """The keys of rows, each spun form and original."""
    return frozenset((phrase_key(spun), phrase_key(original)) for spun, original in rows)


def fit_families(evidence: Evidence, families: Mapping[str, Collection[RowKey]]) -> list[FamilyFit]:
    """How each family fits, best first. The dictionary of the comparison must hold the rows of all."""
    explained = [
        p.change.row for p in evidence.stretch.changes if p.change is not None and p.change.row is not None
    ]
    reverse = (
        [] if evidence.reverse is None else [c.row for c in evidence.reverse.changes if c.row is not None]
    )
    changes = len(evidence.stretch.changes)
    fits = [
        FamilyFit(name, len(keys), _count(explained, keys), changes, _count(reverse, keys))
        for name, keys in families.items()
    ]
    return sorted(fits, key=lambda fit: (-fit.explained, fit.rows))


def best_family(fits: Iterable[FamilyFit]) -> FamilyFit | None:
    """The first family that fits, of those with the best ones first; None if none does."""
    return next((fit for fit in fits if fit.fits), None)


def _count(rows: Iterable[Row], keys: Collection[RowKey]) -> int:
    return sum((phrase_key(row.spun), phrase_key(row.original)) in keys for row in rows)
