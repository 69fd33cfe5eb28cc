"""Whether a text has the same answer alone, in a batch, in another order and after other texts.

    python -m despin.bench.same_answer FILE... [--texts N] [--mode best] [--threads 2]

FILE: JSON lines with the field ``spun`` or ``text``, or what `despin.metrics.clean_text` reads (.zst).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.metrics.clean_text import read_clean
from despin.metrics.tables import markdown_table


@dataclass(frozen=True)
class Difference:
    """How the corrections of texts differ from those of each text alone."""

    way: str
    texts: int
    edits: int
    """Texts with other edits, confidences aside."""
    confidences: int
    """Texts with another confidence of an edit, or another score."""
    largest: float
    """The greatest difference of a confidence."""


def ways(despinner: Despinner, texts: Sequence[str]) -> dict[str, Callable[[], list[Correction]]]:
    """The ways to correct the texts, each with results in the order of the texts."""
    order = list(range(len(texts)))
    random.Random(0).shuffle(order)

    def shuffled() -> list[Correction]:
        despinner.engine.clear_cache()
        corrections = despinner.correct_batch([texts[i] for i in order])
        return [corrections[order.index(i)] for i in range(len(texts))]

    def whole() -> list[Correction]:
        despinner.engine.clear_cache()
        return despinner.correct_batch(texts)

    def pairwise() -> list[Correction]:
        despinner.engine.clear_cache()
        return [
            correction
            for i in range(0, len(texts), 2)
            for correction in despinner.correct_batch(texts[i : i + 2])
        ]

    return {
        "in one batch": whole,
        "alone, from the cache of that batch": lambda: [despinner.correct(text) for text in texts],
        "in one batch, shuffled": shuffled,
        "in batches of two": pairwise,
    }


def compare(way: str, alone: Sequence[Correction], other: Sequence[Correction]) -> Difference:
    """The differences between the corrections of the same texts."""
    edits = confidences = 0
    largest = 0.0
    for a, b in zip(alone, other, strict=True):
        if [replace(e, confidence=0.0) for e in a.edits] != [replace(e, confidence=0.0) for e in b.edits]:
            edits += 1
        elif a.edits != b.edits or a.score != b.score or a.refused != b.refused:
            confidences += 1
            changes = (abs(x.confidence - y.confidence) for x, y in zip(a.edits, b.edits))
            largest = max(largest, abs(a.score - b.score), *changes)
    return Difference(way, len(alone), edits, confidences, largest)


def measure(despinner: Despinner, texts: Sequence[str]) -> list[Difference]:
    """Each way compared with each text alone, the cache emptied before it."""
    alone = []
    for text in texts:
        despinner.engine.clear_cache()
        alone.append(despinner.correct(text))
    return [compare(way, alone, correct()) for way, correct in ways(despinner, texts).items()]


def read_texts(file: str, words: int) -> list[str]:
    """The texts of a file: all of it, or a sample of ``words`` words of clean text."""
    if not file.endswith(".jsonl"):
        return read_clean(file, words)
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    return [row.get("spun") or row["text"] for row in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit status 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--words", type=int, default=20_000, help="of each file of clean text")
    parser.add_argument("--mode", choices=["fast", "best"], default="fast")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--min-score", type=float, default=0.0)
    options = parser.parse_args(arguments)
    texts = [text for file in options.files for text in read_texts(file, options.words)]
    despinner = Despinner(mode=options.mode, threads=options.threads, min_score=options.min_score)
    rows = measure(despinner, texts)
    header = ["a text", "texts", "other edits", "other confidences", "largest difference"]
    cells = [[r.way, str(r.texts), str(r.edits), str(r.confidences), f"{r.largest:.4f}"] for r in rows]
    print(markdown_table(header, cells, "lrrrr", "compact"))
    return int(any(r.edits or r.confidences for r in rows))


if __name__ == "__main__":
    sys.exit(main())
