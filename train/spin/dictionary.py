"""The spinner's dictionary: what each original phrase may be replaced by, and how we know."""

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
"""Dictionaries that come with the package: the observed spinner's, and the tortured phrases of papers."""
PROVENANCES = ("observed", "inferred", "typical", "thesaurus")
COLUMNS = ("original", "spun", "pos", "provenance", "weight", "rate", "sources")
_CONTRACTED = re.compile(
    r"(?:n't|'(?:re|ve|ll|d|m))\b|\b(?:it|that|he|she|there|here|what|who|how|where|let|this|one)'s\b",
    re.IGNORECASE,
)
MIN_COLUMNS = 5
"""So many columns, from the left, a file must have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One substitution.

    ``provenance`` is ``observed`` (seen in aligned real pairs), ``inferred`` (the spun form was
    seen, its original concluded), ``typical`` (known of this spinner, not seen) or ``thesaurus``
    (a synonym it would plausibly take). ``weight`` is how often it was seen, below 1 for what is
    doubtful. ``rate`` is the probability that the spinner knows the original at all, None where the
    settings decide (`SpinConfig.coverage`). ``sources`` say where it was found: the stem of a pairs
    file that it was read off (``pairs``), ``pages`` (spun pages without originals), ``author``
    (written from knowledge). An entry that stands in one pairs file only is left out when coverage
    of that file is measured.
    """

    original: str
    spun: str
    pos: str
    provenance: str
    weight: float
    rate: float | None = None
    sources: tuple[str, ...] = ()


def is_contraction(entry: Entry) -> bool:
    """Whether an entry makes or undoes a contraction ("did not" <-> "didn't"); possessives are none."""
    return bool(_CONTRACTED.search(entry.original)) != bool(_CONTRACTED.search(entry.spun))


def is_figure(entry: Entry) -> bool:
    """Whether an entry writes a number word in figures or the other way ("third" -> "3rd")."""
    return any(c.isdigit() for c in entry.original) != any(c.isdigit() for c in entry.spun)


def load_entries(source: str | Path | None = None) -> list[Entry]:
    """Entries of a packaged dictionary (``builtin`` if None), a TSV file, or every ``*.tsv`` in a folder.

    Raises FileNotFoundError if there is none, ValueError naming file and line if a row is bad.
    """
    path = PACKAGED.get(str(source or "builtin")) or Path(str(source))
    files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileNotFoundError(f"no dictionary at {path}: give a .tsv file or a folder of them")
    try:
        return [entry for file in files for entry in _read(file)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"dictionary {path}: cannot be read: {error}") from None


def _read(file: Path) -> Iterator[Entry]:
    with file.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        head = tuple(next(rows, ()))
        if head != COLUMNS[: max(len(head), MIN_COLUMNS)]:
            raise ValueError(
                f"{file}: the first line must be {' '.join(COLUMNS)}, tab separated "
                "(the last two may be missing)"
            )
        for number, row in enumerate(rows, 2):
            try:
                if len(row) != len(head):
                    raise ValueError
                original, spun, pos, provenance, weight, rate, sources = (
                    *row,
                    *[""] * (len(COLUMNS) - len(row)),
                )
                entry = Entry(
                    original,
                    spun,
                    pos,
                    provenance,
                    float(weight),
                    float(rate) if rate else None,
                    tuple(s for s in sources.split("+") if s),
                )
            except ValueError:
                raise ValueError(
                    f"{file}:{number}: {len(head)} columns are needed, weight and rate in figures; got {row}"
                ) from None
            if problem := entry_fault(entry):
                raise ValueError(f"{file}:{number}: {problem}")
            yield entry


def entry_fault(entry: Entry) -> str | None:
    """What makes an entry unusable, or None."""
    if not phrase_key(entry.original) or not phrase_key(entry.spun):
        return "an empty side"
    if entry.original.isdecimal():
        return "a bare figure as original: spinners leave figures alone"
    if entry.original == entry.spun:
        return f"{entry.original!r} stands for itself"
    if entry.provenance not in PROVENANCES:
        return f"provenance {entry.provenance!r} is none of {', '.join(PROVENANCES)}"
    if not 0 < entry.weight < math.inf:
        return "weight must be a number above 0"
    if entry.rate is not None and not 0 <= entry.rate <= 1:
        return "rate must be a share in 0..1"
    return None


def dictionary_summary(entries: Sequence[Entry]) -> dict[str, int | str]:
    """How many substitutions and originals a dictionary has, and its sha256 (hex, 12 digits)."""
    rows = "\n".join("\t".join(map(str, astuple(e))) for e in entries)
    return {
        "substitutions": len(entries),
        "originals": len({e.original for e in entries}),
        "sha256": hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()[:12],
    }


def write_entries(entries: Iterable[Entry], file: Path) -> None:
    """Entries as TSV, ordered by original and falling weight, so that changes read well in a diff.

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
