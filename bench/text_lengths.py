"""What length does to the spun score: documents, paragraphs, 60 words and sentences, one text a call.

A short text holds little evidence. Clean text should be left alone at every length, and spun text be found
as soon as it can be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from despin.infer.checkpoint import open_checkpoint
from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.infer.text.segmentation import sentence_spans
from despin.metrics.calibration import auroc
from despin.metrics.clean_text import read_clean
from despin.metrics.harm import count_words, measure_harm
from despin.metrics.pairs import read_pairs
from despin.metrics.signature import hash_of, signature, signature_line
from despin.metrics.tables import markdown_table

EXCERPT_WORDS = 60
BATCH = 200
"""Texts in a call of `correct_batch`. Each is decided alone."""


def paragraphs(text: str) -> Iterator[str]:
    """The lines of a text that are not blank."""
    return (line for line in re.split(r"\n+", text) if line.strip())


def excerpts(text: str) -> Iterator[str]:
    """Excerpts of EXCERPT_WORDS words within paragraphs; what is left of a paragraph is dropped."""
    for paragraph in paragraphs(text):
        words = paragraph.split()
        for start in range(0, len(words) - EXCERPT_WORDS + 1, EXCERPT_WORDS):
            yield " ".join(words[start : start + EXCERPT_WORDS])


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text."""
    return (text[start:end] for start, end in sentence_spans(text))


UNITS: dict[str, Callable[[str], Iterator[str]]] = {
    "document": lambda text: iter([text]),
    "paragraph": paragraphs,
    f"{EXCERPT_WORDS} words": excerpts,
    "sentence": sentences,
}
"""How a document is cut into texts."""


@dataclass(frozen=True)
class LengthResult:
    """Clean and spun texts of one kind, each corrected alone."""

    unit: str
    clean: Sequence[Correction]
    spun: Sequence[Correction]

    def row(self) -> list[str]:
        """The cells of the table."""
        sources = [c.source for c in self.clean]
        harm = measure_harm(sources, [c.text for c in self.clean])
        verdicts = Counter(c.verdict for c in self.clean)
        scores = [c.score for c in self.clean], [c.score for c in self.spun]
        found = [c.verdict == "spun" for c in self.spun]
        words = [count_words(c.source) for c in self.spun]
        return [
            self.unit,
            f"{harm.documents:,}",
            f"{harm.words:,}",
            f"{harm.per_thousand:.2f}",
            str(verdicts["spun"]),
            str(verdicts["unsure"]),
            f"{len(found):,}",
            f"{sum(found) / max(len(found), 1):.3f}",
            f"{sum(w for w, f in zip(words, found) if f) / max(sum(words), 1):.3f}",
            f"{auroc(*scores):.4f}" if all(scores) else "–",
        ]


def measure_lengths(despinner: Despinner, clean: Sequence[str], spun: Sequence[str]) -> list[LengthResult]:
    """The corrections of clean and spun documents in UNITS."""
    results = []
    for unit, cut in UNITS.items():
        parts = [[part for text in texts for part in cut(text)] for texts in (clean, spun)]
        results.append(LengthResult(unit, *(_correct(despinner, texts) for texts in parts)))
    return results


def _correct(despinner: Despinner, texts: Sequence[str]) -> list[Correction]:
    return [
        correction
        for start in range(0, len(texts), BATCH)
        for correction in despinner.correct_batch(texts[start : start + BATCH])
    ]


def report(
    clean_file: str, clean_words: int, pairs_files: Sequence[str], folder: str | None, threads: int
) -> str:
    """The table, with its signature. Raises InputError for a file that cannot be read."""
    clean = read_clean(clean_file, clean_words)
    pairs, digest = read_pairs(pairs_files)
    checkpoint = open_checkpoint(folder).folder
    results = measure_lengths(Despinner(checkpoint, threads=threads), clean, [p.spun for p in pairs])
    header = [
        "a call", "clean texts", "words", "changed words per 1,000", "taken for spun", "unsure",
        "spun texts", "found", "words of those found", "AUROC",
    ]  # fmt: skip
    table = markdown_table(header, [result.row() for result in results], "lrrrrrrrrr", "compact")
    sign = signature(pairs=digest, clean=hash_of(Path(clean_file)), checkpoint=checkpoint)
    return f"{table}\n{signature_line(sign)}\n"
