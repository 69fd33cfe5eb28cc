"""Recall on substitutions withheld from training, compared with those seen in training."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit
from despin.infer.text.tokens import fold
from despin.train.data.examples import load_mix
from despin.train.data.heldout import HeldOutText, is_restored, spans_of_rows, spun_texts
from despin.train.recipe import Recipe
from despin.train.spin.withheld import withheld_rows

Rows = Collection[tuple[str, str]]
"""Substitutions: original and spun wording, folded."""


def withheld_recall(
    checkpoint: Path, recipe: Recipe, wanted: int, documents: int, threads: int
) -> dict[str, tuple[int, int]]:
    """Of substitutions in held-out text, how many were restored, and their total number.

    Keys are ``withheld`` (rows that training never saw) and ``seen``, at the checkpoint's own threshold, and
    the same with ``, any confidence``. Texts are drawn until they hold ``wanted`` withheld substitutions, at
    most ``documents``.
    """
    entries = load_mix(recipe.pairs).entries
    hidden = {(fold(o), fold(s)) for o, s in withheld_rows(entries, recipe.pairs.withheld)}
    seen = {(fold(e.original), fold(e.spun)) for e in entries} - hidden
    texts = _texts_with(hidden, islice(spun_texts(recipe, seed=1), documents), wanted)
    despinner = Despinner(checkpoint, threads=threads, min_confidence=0.0, min_score=0.0)
    own_threshold = Despinner(checkpoint, threads=threads).min_confidence
    recall: dict[str, tuple[int, int]] = {}
    for spun, correction in zip(texts, despinner.correct_batch([spun.text for spun in texts])):
        for name, rows in (("withheld", hidden), ("seen", seen)):
            for label, threshold in ((name, own_threshold), (f"{name}, any confidence", 0.0)):
                edits = [edit for edit in correction.edits if edit.confidence >= threshold]
                restored, total = _count_restored(spun, edits, rows)
                if total:
                    before = recall.get(label, (0, 0))
                    recall[label] = (before[0] + restored, before[1] + total)
    return recall


def _texts_with(rows: Rows, texts: Iterator[HeldOutText], wanted: int) -> list[HeldOutText]:
    """The texts that contain substitutions of ``rows``, until there are ``wanted`` of them."""
    chosen: list[HeldOutText] = []
    total = 0
    for spun in texts:
        if count := sum(1 for _ in spans_of_rows(spun, rows)):
            chosen.append(spun)
            total += count
        if total >= wanted:
            break
    return chosen


def _count_restored(spun: HeldOutText, edits: Sequence[Edit], rows: Rows) -> tuple[int, int]:
    outcomes = [is_restored(spun, edits, start, end) for start, end in spans_of_rows(spun, rows)]
    return sum(outcomes), len(outcomes)
