"""The command line with a stand-in for the model: ``python tests/despin/stub.py correct …``.

It restores "decrease home" as "lower house" everywhere, and what `REPLACEMENT` says for "naive".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from despin.infer.correction import Correction
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.reading import Format, read_blocks

REPLACEMENT = {"decrease home": "lower house", "naive": "naïve", "cheque": "čheque"}
_FORM = re.compile("|".join(REPLACEMENT))


class StubDespinner:
    """Restores by `REPLACEMENT`; takes any arguments."""

    arguments: dict[str, Any]

    def __init__(self, checkpoint: str | None = None, **arguments: Any) -> None:
        StubDespinner.arguments = arguments

    def correct(self, text: str, format: str = "text") -> Correction:
        """The text with every form replaced."""
        edits = [Edit(m.start(), m.end(), m[0], REPLACEMENT[m[0]], 0.9) for m in _FORM.finditer(text)]
        return Correction(
            apply_edits(text, edits), edits, 0.9 if edits else 0.1, [], "spun" if edits else "clean"
        )

    def correct_blocks(self, chunks: Iterable[str], format: Format = "text") -> Iterator[Correction]:
        """`correct` of each block."""
        return (self.correct(view.source, format) for view in read_blocks(chunks, format))


if __name__ == "__main__":
    import despin.infer.despinner
    from despin.cli import main

    despin.infer.despinner.Despinner = StubDespinner  # type: ignore[assignment, misc]
    main()
