"""A grammatical error tagger: quire-grammar, rules and a GECToR-style model (Omelianchuk et al. 2020)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from despin.bench.systems.options import folder_of
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.segmentation import sentence_spans


class Tagger:
    """Each finding's first suggestion is made, sentence by sentence: its model reads 100 words at most."""

    name = "grammar-tagger"

    def __init__(self, check: Callable[..., Sequence[Any]], size: int) -> None:
        self._check, self.size = check, size

    @classmethod
    def open(cls) -> Tagger:
        """Raises ModuleNotFoundError without the package, SystemUnavailable without its model."""
        import quire_grammar

        folder = folder_of("quire_grammar_model", "quire-grammar[model]")
        return cls(quire_grammar.check, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with the suggestions made; of those that overlap, the first. Style is left alone."""
        return [apply_edits(text, self._edits(text)) for text in texts]

    def _edits(self, text: str) -> list[Edit]:
        edits: list[Edit] = []
        for start, end in sentence_spans(text):
            for found in self._check(text[start:end], disable=["style"]):
                first, behind = start + found.start, start + found.end
                if found.suggestions and (not edits or first >= edits[-1].end):
                    edits.append(Edit(first, behind, text[first:behind], found.suggestions[0]))
        return edits
