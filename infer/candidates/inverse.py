"""The inverse dictionary: for each spun form, the original wordings that it may replace.

It is estimated, not inverted by hand: `despin.train.data.inversion` spins clean text and counts the
original at each occurrence of a spun form, so that the share of each original, and of the form being no
substitution at all, is a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from despin.infer.candidates.phrases import PhraseTable, phrase_key
from despin.infer.files import write_text
from despin.infer.text.casing import copy_case
from despin.infer.text.tokens import Token

COLUMNS = ("spun", "original", "share")
MAX_CHARACTERS = 200
"""Length of a spun form or an original at most. The longest one that ships has 61 characters."""
MIN_RELATIVE_SHARE = 0.05
"""Originals whose share is below this part of the most likely one's are not offered."""


class Origins(NamedTuple):
    """The possible originals of a spun form with their ``shares``, most likely first.

    The shares are fractions of all occurrences of the form; the remainder to 1 is the fraction of
    occurrences that are no substitution.
    """

    originals: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def keep(self) -> float:
        """Share of the occurrences in which the form is the original wording."""
        return max(0.0, 1.0 - sum(self.shares))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible substitution: tokens ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    origins: Origins


class InverseLexicon:
    """Spun form -> Origins, with longest-match lookup in text."""

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

    def is_original(self, phrase: str) -> bool:
        """Whether a phrase is an original of some spun form, ignoring case."""
        return phrase_key(phrase) in self._originals

    def is_word(self, word: str) -> bool:
        """Whether a single word, folded, is a spun form or an original."""
        return word in self.forms or (word,) in self._originals

    def rows_at(self, folded: Sequence[str], index: int) -> Iterator[tuple[int, str, Origins]]:
        """All spun forms that stand at ``index`` of a folded token list, longest first.

        Each with its length in tokens, as it is written in the dictionary, and its originals.
        """
        for length, origins in self._table.keys_at(folded, index):
            yield length, self._form_of[id(origins)], origins

    @cached_property
    def _form_of(self) -> dict[int, str]:
        """By the identity of its Origins: far smaller than a second table of phrases."""
        return {id(origins): form for form, origins in self.forms.items()}

    @cached_property
    def _originals(self) -> frozenset[tuple[str, ...]]:
        return frozenset(phrase_key(o) for origins in self.forms.values() for o in origins.originals)

    @classmethod
    def load(cls, file: str | Path) -> InverseLexicon:
        """Read a TSV file of spun, original, share. Raises OSError, or ValueError that names the bad line."""
        try:
            lines = Path(file).read_text(encoding="utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise ValueError(f"{file}: not UTF-8 (byte {error.start})") from None
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
                raise ValueError(
                    f"{file}:{number}: three columns (spun, original, share) expected, got {line[:80]!r}"
                ) from None
            if not 0 <= rows[-1][2] <= 1:
                raise ValueError(f"{file}:{number}: share must be between 0 and 1, got {share}")
            for name, phrase in (("spun", spun), ("original", original)):
                if not phrase or phrase.isspace():
                    raise ValueError(f"{file}:{number}: {name} is empty")
                if len(phrase) > MAX_CHARACTERS:
                    raise ValueError(
                        f"{file}:{number}: {name} has {len(phrase):,} characters, {MAX_CHARACTERS} at most"
                    )
        return cls(rows)

    def save(self, file: str | Path) -> None:
        """Write the TSV file that `load` reads, atomically. Raises InputError if that fails."""
        lines = ["\t".join(COLUMNS)]
        for spun in sorted(self.forms):
            origins = self.forms[spun]
            lines += [f"{spun}\t{o}\t{s:.4f}" for o, s in zip(origins.originals, origins.shares)]
        write_text(Path(file), "\n".join(lines) + "\n")

    def candidates(self, text: str, tokens: Sequence[Token]) -> list[Candidate]:
        """The spun forms in ``text``, by longest match from left to right.

        Bare numbers are excluded: a wrong number harms more than its spelling matters.
        """
        matches = (Candidate(*match) for match in self._table.find(text, tokens))
        return [c for c in matches if not (c.end - c.start == 1 and tokens[c.start].text.isdecimal())]


def cased_originals(source: str, origins: Origins, limit: int) -> dict[str, float]:
    """The ``limit`` most likely originals, in the capitalisation of ``source``, with their shares.

    Originals below MIN_RELATIVE_SHARE of the most likely one are left out: they lengthen the model's input
    and are hardly ever right.
    """
    cased_shares: dict[str, float] = {}
    for original, share in zip(origins.originals, origins.shares):
        if len(cased_shares) == limit or share < MIN_RELATIVE_SHARE * origins.shares[0]:
            break
        cased = copy_case(source, original)
        if cased != source:
            cased_shares.setdefault(cased, share)
    return cased_shares
