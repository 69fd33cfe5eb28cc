"""The families of spinners whose dictionaries are known: this one's, tortured phrases, and a user's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from despin.errors import InputError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.user_words import with_rows
from despin.trace.families import RowKey, row_keys
from despin.train.spin.dictionary import load_entries

OWN, TORTURED = "this spinner", "tortured phrases"
"""Names of the families that come with Despin."""


def known_families(
    lexicon: InverseLexicon, dictionaries: Sequence[str] = ()
) -> tuple[InverseLexicon, dict[str, frozenset[RowKey]]]:
    """The inverse dictionary with the rows of a user's dictionaries, and the rows of each family.

    ``dictionaries`` are files as `despin observe --out` writes them. Raises InputError for one that cannot be
    read.
    """
    tortured = row_keys((entry.spun, entry.original) for entry in load_entries("tortured"))
    builtin = row_keys((entry.spun, entry.original) for entry in load_entries())
    rows = row_keys((spun, o) for spun, origins in lexicon.forms.items() for o in origins.originals)
    families = {OWN: frozenset(rows - (tortured - builtin)), TORTURED: tortured}
    for file in dictionaries:
        try:
            entries = [(entry.spun, entry.original) for entry in load_entries(file)]
        except (OSError, ValueError) as error:
            raise InputError(f"--dictionary: {error}") from None
        families[Path(file).name] = row_keys(entries)
        lexicon = with_rows(lexicon, entries)
    return lexicon, families
