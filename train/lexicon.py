"""The spinner's dictionary: what each original phrase may be replaced by, and how we know."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from despin.infer.phrases import key_of

BUILTIN = Path(__file__).parent / "dictionary"
PROVENANCES = ("observed", "inferred", "typical", "thesaurus")
COLUMNS = ("original", "spun", "pos", "provenance", "weight")


@dataclass(frozen=True, slots=True)
class Entry:
    """One substitution.

    ``provenance`` is ``observed`` (seen in aligned real pairs), ``inferred`` (the spun form was
    seen, its original concluded), ``typical`` (known of this spinner, not seen) or ``thesaurus``
    (a synonym it would plausibly take). ``weight`` is how often it was seen, at least 1.
    """

    original: str
    spun: str
    pos: str
    provenance: str
    weight: float


def load_entries(source: str | Path | None = None) -> list[Entry]:
    """Entries of a TSV file, or of every ``*.tsv`` in a folder (default: the built-in dictionary).

    Raises FileNotFoundError if there is none, ValueError naming file and line if a row is bad.
    """
    path = BUILTIN if source is None or str(source) == "builtin" else Path(source)
    files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileNotFoundError(f"no dictionary at {path}: give a .tsv file or a folder of them")
    return [entry for file in files for entry in _read(file)]


def _read(file: Path) -> Iterator[Entry]:
    with file.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != COLUMNS:
            raise ValueError(f"{file}: the first line must be {' '.join(COLUMNS)}, tab separated")
        for number, row in enumerate(rows, 2):
            try:
                original, spun, pos, provenance, weight = row
                entry = Entry(original, spun, pos, provenance, float(weight))
            except ValueError:
                raise ValueError(f"{file}:{number}: five columns are needed, got {row}") from None
            if problem := fault_of(entry):
                raise ValueError(f"{file}:{number}: {problem}")
            yield entry


def fault_of(entry: Entry) -> str | None:
    """What makes an entry unusable, or None."""
    if not key_of(entry.original) or not key_of(entry.spun):
        return "an empty side"
    if entry.original.isdecimal():
        return "a bare figure as original: spinners leave figures alone"
    if entry.original == entry.spun:
        return f"{entry.original!r} stands for itself"
    if entry.provenance not in PROVENANCES:
        return f"provenance {entry.provenance!r} is none of {', '.join(PROVENANCES)}"
    if not entry.weight > 0:
        return "weight must be above 0"
    return None


def write_entries(entries: Iterable[Entry], file: Path) -> None:
    """Entries as TSV, ordered by original and falling weight, so that changes read well in a diff."""
    ordered = sorted(entries, key=lambda e: (e.original.lower(), e.original, -e.weight, e.spun))
    lines = ["\t".join(COLUMNS)]
    lines += [f"{e.original}\t{e.spun}\t{e.pos}\t{e.provenance}\t{e.weight:g}" for e in ordered]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
