"""The spinner's dictionary: the replacements of each original phrase, with their provenance."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from despin.infer.candidates.phrases import phrase_key
from despin.infer.files import write_text

PACKAGED = {name: Path(__file__).parent / "data" / name for name in ("builtin", "tortured")}
"""Packaged dictionaries: the observed spinner's, and the tortured phrases of scientific papers."""
PROVENANCES = ("observed", "inferred", "typical", "thesaurus")
COLUMNS = ("original", "spun", "pos", "provenance", "weight", "rate", "sources")
_CONTRACTED = re.compile(
    r"(?:n't|'(?:re|ve|ll|d|m))\b|\b(?:it|that|he|she|there|here|what|who|how|where|let|this|one)'s\b",
    re.IGNORECASE,
)
MIN_COLUMNS = 5
"""The number of columns, from the left, that a file must have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One substitution.

    ``provenance`` is ``observed`` (seen in aligned real pairs), ``inferred`` (only the spun form was seen,
    its original was inferred), ``typical`` (typical of this spinner, not seen) or ``thesaurus`` (a plausible
    synonym). ``weight`` is the number of times it was seen, below 1 for a doubtful one.
    ``rate`` is the probability that the spinner's dictionary contains the original, None if it is given by
    `SpinConfig.coverage`. ``sources``: the stems of the pairs files in which it was found (``pairs``),
    ``pages`` (spun pages without originals), ``author`` (written from knowledge). An entry found in one
    pairs file only is excluded when coverage of that file is measured.
    """

    original: str
    spun: str
    pos: str
    provenance: str
    weight: float
    rate: float | None = None
    sources: tuple[str, ...] = ()


def is_contraction(entry: Entry) -> bool:
    """Whether an entry contracts or expands ("did not" <-> "didn't"); possessives do not count."""
    return bool(_CONTRACTED.search(entry.original)) != bool(_CONTRACTED.search(entry.spun))


def is_figure(entry: Entry) -> bool:
    """Whether an entry replaces a number word by figures or vice versa ("third" -> "3rd")."""
    return any(c.isdigit() for c in entry.original) != any(c.isdigit() for c in entry.spun)


def load_entries(source: str | Path | None = None) -> list[Entry]:
    """Entries of a packaged dictionary (``builtin`` if None), a TSV file, or every ``*.tsv`` in a folder.

    Raises FileNotFoundError if there is none, ValueError naming file and line if a row is bad.
    """
    path = PACKAGED.get(str(source or "builtin")) or Path(str(source))
    files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileNotFoundError(f"no dictionary at {path}; expected a .tsv file or a folder of them")
    try:
        return [entry for file in files for entry in _read(file)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read dictionary {path}: {error}") from None


def _read(file: Path) -> Iterator[Entry]:
    with file.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = tuple(next(rows, ()))
        if header != COLUMNS[: max(len(header), MIN_COLUMNS)]:
            raise ValueError(
                f"{file}: the first line must be {' '.join(COLUMNS)}, tab separated "
                "(the last two are optional)"
            )
        for line_number, row in enumerate(rows, 2):
            try:
                entry = _parse_row(row, len(header))
            except ValueError:
                raise ValueError(
                    f"{file}:{line_number}: expected {len(header)} columns (weight and rate: numbers), "
                    f"got {row}"
                ) from None
            if fault := entry_fault(entry):
                raise ValueError(f"{file}:{line_number}: {fault}")
            yield entry


def _parse_row(row: Sequence[str], columns: int) -> Entry:
    """The entry of a row. Raises ValueError if it lacks a column, has one too many, or a bad number."""
    if len(row) != columns:
        raise ValueError
    # Optional columns that the file does not have are empty.
    original, spun, pos, provenance, weight, rate, sources = (*row, *[""] * (len(COLUMNS) - len(row)))
    return Entry(
        original,
        spun,
        pos,
        provenance,
        float(weight),
        float(rate) if rate else None,
        tuple(s for s in sources.split("+") if s),
    )


def entry_fault(entry: Entry) -> str | None:
    """Why an entry is invalid, or None."""
    if not phrase_key(entry.original) or not phrase_key(entry.spun):
        return "original or spun form is empty"
    if entry.original.isdecimal():
        return "the original is a number, which spinners do not replace"
    if entry.original == entry.spun:
        return f"original and spun form are the same: {entry.original!r}"
    if entry.provenance not in PROVENANCES:
        return f"unknown provenance {entry.provenance!r}; known: {', '.join(PROVENANCES)}"
    if not 0 < entry.weight < math.inf:
        return "weight must be a number above 0"
    if entry.rate is not None and not 0 <= entry.rate <= 1:
        return "rate must be between 0 and 1"
    return None


def dictionary_summary(entries: Sequence[Entry]) -> dict[str, int | str]:
    """The numbers of substitutions and originals of a dictionary, and its sha256 (hex, 12 digits)."""
    rows = "\n".join("\t".join(map(str, astuple(e))) for e in entries)
    return {
        "substitutions": len(entries),
        "originals": len({e.original for e in entries}),
        "sha256": hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()[:12],
    }


def write_entries(entries: Iterable[Entry], file: Path) -> None:
    """Entries as TSV, ordered by original and descending weight, so that diffs are readable.

    Raises InputError if the file cannot be written.
    """
    ordered = sorted(entries, key=lambda e: (e.original.lower(), e.original, -e.weight, e.spun))
    lines = ["\t".join(COLUMNS)]
    lines += [
        "\t".join(
            (
                e.original,
                e.spun,
                e.pos,
                e.provenance,
                f"{e.weight:g}",
                "" if e.rate is None else f"{e.rate:g}",
                "+".join(e.sources),
            )
        )
        for e in ordered
    ]
    write_text(file, "\n".join(lines) + "\n", parents=False)
