"""The inverse dictionary alone: each candidate is replaced by its likeliest original."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import INVERSE_FILE
from despin.infer.text.casing import copy_apostrophes, copy_case
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.protected import ProtectedCursor, protected_spans
from despin.infer.text.tokens import tokenize


class InverseDictionary:
    """Replaces a candidate where its likeliest original has a greater share than the spun wording itself."""

    name = "inverse"

    def __init__(self, lexicon: InverseLexicon, size: int = 0) -> None:
        """``size`` is that of the dictionary's file in bytes."""
        self._lexicon = lexicon
        self.size = size

    @classmethod
    def open(cls, folder: Path) -> InverseDictionary:
        """With the dictionary of a checkpoint folder. Raises what `load_lexicon` raises."""
        return cls(load_lexicon(folder), (folder / INVERSE_FILE).stat().st_size)

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with its candidates replaced.

        Protected spans and the text's kind of apostrophe are kept, as in `despin.infer.despinner.Despinner`.
        """
        return [apply_edits(text, self._edits(text)) for text in texts]

    def _edits(self, text: str) -> list[Edit]:
        tokens = tokenize(text)
        protected = ProtectedCursor(protected_spans(text))
        edits = []
        for candidate in self._lexicon.candidates(text, tokens):
            start, end = tokens[candidate.start].start, tokens[candidate.end - 1].end
            origins = candidate.origins
            if origins.shares[0] <= origins.keep or protected.covers(start, end):
                continue
            source = text[start:end]
            replacement = copy_apostrophes(text, copy_case(source, origins.originals[0]))
            if replacement != source:
                edits.append(Edit(start, end, source, replacement))
        return edits


def load_lexicon(folder: Path) -> InverseLexicon:
    """The inverse dictionary of a checkpoint folder. Raises SystemUnavailable if it cannot be read."""
    try:
        return InverseLexicon.load(folder / INVERSE_FILE)
    except FileNotFoundError:
        raise SystemUnavailable(f"no {INVERSE_FILE} in {folder}") from None
    except (OSError, ValueError) as error:
        raise SystemUnavailable(str(error)) from None
