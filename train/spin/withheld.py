"""Dictionary rows withheld from training, to measure recall on substitutions that training never saw."""

from __future__ import annotations

import hashlib

from despin.train.spin.dictionary import Entry
from despin.train.spin.spinner import Spinner


def is_withheld(original: str, spun: str, share: float) -> bool:
    """Whether a substitution belongs to the share that is withheld, by its hash."""
    digest = hashlib.sha256(f"withheld:{original}\t{spun}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32


def withheld_rows(entries: list[Entry], share: float) -> set[tuple[str, str]]:
    """The withheld substitutions, original and spun."""
    return {(e.original, e.spun) for e in entries if is_withheld(e.original, e.spun, share)}


def without_withheld(spinner: Spinner, share: float) -> Spinner:
    """The same spinner without the withheld rows."""
    entries = [e for e in spinner.entries if not is_withheld(e.original, e.spun, share)]
    return Spinner(spinner.config, entries=entries)
