"""The inverse dictionary: for each spun form, the wordings that it may stand for.

It is measured, not turned round by hand: `despin.train.data.inversion` spins clean text and counts what
stood at each place where a spun form is met, so that the share of each original, and of the form
being no substitution at all, is a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from despin.infer.candidates.phrases import PhraseTable
from despin.infer.text.casing import copy_case
from despin.infer.text.tokens import Token

COLUMNS = ("spun", "original", "share")
MIN_RELATIVE_SHARE = 0.05


class Origins(NamedTuple):
    """What a spun form may have been: ``originals`` with their ``shares``, most likely first.

    The shares are of all places where the form is met; what is missing to 1 is the share of places
    where it is no substitution.
    """

    originals: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def keep(self) -> float:
        """Share of the places where the form is natural and must be kept."""
        return max(0.0, 1.0 - sum(self.shares))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens ``start`` to ``end`` (exclusive) that may be a substitution."""

    start: int
    end: int
    origins: Origins


class InverseLexicon:
    """Spun form -> Origins, found in text by the longest form at each place."""

    def __init__(self, rows: Iterable[tuple[str, str, float]]) -> None:
        grouped: dict[str, dict[str, float]] = {}
        for spun, original, share in rows:
            grouped.setdefault(spun, {})[original] = share
        self.forms: dict[str, Origins] = {}
        for spun, shares in grouped.items():
            if len(shares) > 1:
                shares = dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
            self.forms[spun] = Origins(tuple(shares), tuple(shares.values()))
        self._table = PhraseTable(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    @classmethod
    def load(cls, file: str | Path) -> InverseLexicon:
        """From a TSV file of spun, original, share. Raises ValueError naming the bad line."""
        lines = Path(file).read_text(encoding="utf-8").split("\n")
        if tuple(lines[0].split("\t")) != COLUMNS:
            raise ValueError(f"{file}: the first line must be {' '.join(COLUMNS)}, tab separated")
        rows = []
        for number, line in enumerate(lines[1:], 2):
            if not line and number == len(lines):
                break
            try:
                spun, original, share = line.split("\t")
                rows.append((spun, original, float(share)))
            except ValueError:
                raise ValueError(f"{file}:{number}: three columns are needed, got {line!r}") from None
            if not 0 <= rows[-1][2] <= 1:
                raise ValueError(f"{file}:{number}: a share in 0..1 is needed, got {share}")
        return cls(rows)

    def save(self, file: str | Path) -> None:
        """Write the TSV file that `load` reads."""
        lines = ["\t".join(COLUMNS)]
        for spun in sorted(self.forms):
            origins = self.forms[spun]
            lines += [f"{spun}\t{o}\t{s:.4f}" for o, s in zip(origins.originals, origins.shares)]
        Path(file).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")

    def candidates(self, text: str, tokens: Sequence[Token]) -> list[Candidate]:
        """Places in ``text`` where a spun form stands, longest first, left to right.

        Bare figures are no candidates: a number is worth more than its spelling.
        """
        hits = (Candidate(*hit) for hit in self._table.find(text, tokens))
        return [c for c in hits if not (c.end - c.start == 1 and tokens[c.start].text.isdecimal())]


def cased_originals(source: str, origins: Origins, limit: int) -> dict[str, float]:
    """The likeliest originals, at most ``limit``, with the capitals of the spun wording, and their shares.

    An original under RELATIVE of the likeliest one's share is left out: it would cost the model
    reading time and is hardly ever right.
    """
    seen: dict[str, float] = {}
    for original, share in zip(origins.originals, origins.shares):
        if len(seen) == limit or share < MIN_RELATIVE_SHARE * origins.shares[0]:
            break
        cased = copy_case(source, original)
        if cased != source:
            seen.setdefault(cased, share)
    return seen
