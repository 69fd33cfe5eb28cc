"""Clean text to train on: files or hub data sets, mixed by weight, held-out sources kept apart."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from despin.infer.resources import find_example
from despin.train.recipe import CorpusConfig

HELD_OUT_OF_1000 = 20
"""Of a thousand sources (outlets), how many are held out: stories overlap, so documents would leak."""


class Corpora:
    """Documents drawn at random from a weighted mix. Draws depend on the seed given, nothing else."""

    def __init__(self, configs: Sequence[CorpusConfig], held_out: bool = False) -> None:
        if not configs:
            raise ValueError("corpora: at least one is needed")
        self._sets = [_load(c) for c in configs]
        self._weights = [c.weight for c in configs]
        self._fields = [c.field for c in configs]
        self._held_out = held_out

    def draw(self, rng: random.Random) -> str:
        """One document. A hash of the source, or of the text if none is given, tells the held-out part."""
        for _ in range(10_000):
            which = rng.choices(range(len(self._sets)), self._weights)[0]
            rows = self._sets[which]
            row = rows[int(rng.random() * len(rows))]
            text = str(row[self._fields[which]] or "")
            if is_held_out(str(row.get("source") or text[:200])) == self._held_out and text.strip():
                return text
        raise ValueError("corpora: no document was found on this side of the held-out line; add text")

    def texts(self) -> Iterator[str]:
        """Every document of this side once, set by set, whatever its weight."""
        for rows, field in zip(self._sets, self._fields):
            for row in rows:
                text = str(row[field] or "")
                if is_held_out(str(row.get("source") or text[:200])) == self._held_out:
                    yield text


def is_held_out(source: str) -> bool:
    """Whether a source is kept out of training, settled by its hash alone."""
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") % 1000 < HELD_OUT_OF_1000


def _load(config: CorpusConfig) -> Any:
    import datasets

    path = find_example(config.path)
    name = path
    for packed in (".zst", ".gz", ".xz", ".bz2"):
        name = name.removesuffix(packed)
    kinds = {".jsonl": "json", ".json": "json", ".txt": "text", ".parquet": "parquet"}
    kind = kinds.get(Path(name).suffix)
    datasets.disable_progress_bars()
    if kind is not None and not Path(path).exists():
        raise FileNotFoundError(f"no corpus at {config.path}")
    try:
        if kind is None:
            rows = datasets.load_dataset(config.path, split=config.split)
        else:
            rows = datasets.load_dataset(kind, data_files=path, split="train")
    except (datasets.exceptions.DatasetGenerationError, StopIteration, ValueError) as error:
        raise ValueError(f"corpus {config.path}: cannot be read: {error or 'it is empty'}") from None
    if not len(rows):
        raise ValueError(f"corpus {config.path}: it is empty")
    if config.field not in rows.column_names:
        raise ValueError(f"corpus {config.path}: no field {config.field!r}; there are {rows.column_names}")
    return rows


def excerpt(text: str, rng: random.Random, characters: int = 2500) -> str:
    """Whole paragraphs of ``text`` from a random place on, up to about ``characters``."""
    paragraphs = [p for p in text.split("\n") if p.strip()]
    sizes = [len(p) for p in paragraphs]
    last = len(paragraphs)
    tail = 0
    while last > 1 and tail + sizes[last - 1] < characters:
        last -= 1
        tail += sizes[last]
    start = int(rng.random() * last)
    out: list[str] = []
    length = 0
    for paragraph in paragraphs[start:]:
        if out and length + len(paragraph) > characters:
            break
        out.append(paragraph)
        length += len(paragraph)
    return "\n".join(out)[: 4 * characters]
