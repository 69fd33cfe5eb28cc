"""Clean text to train on: files or hub data sets, mixed by weight, with held-out sources."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from logging import CRITICAL
from pathlib import Path
from typing import Any

from despin.errors import InputError
from despin.infer.resources import find_example
from despin.metrics.compressed import COMPRESSIONS, unpacked_chunks
from despin.train.data.bad_lines import find_bad_line
from despin.train.recipe import CorpusConfig

HELD_OUT_OF_1000 = 20
"""How many of a thousand sources (outlets) are held out. Whole sources, because documents of one outlet
overlap."""
SOURCE_PREFIX = 200
"""Characters of a text that stand for its source where none is given."""
MAX_DRAWS = 10_000
_FORMATS = {".jsonl": "json", ".json": "json", ".txt": "text", ".parquet": "parquet"}


class Corpora:
    """Documents drawn at random from a weighted mix. A draw depends on its random generator only.

    Raises FileNotFoundError if a file is missing, ValueError if one cannot be read, InputError if one cannot
    be unpacked or unpacks to far too much (see `despin.metrics.compressed`).
    """

    def __init__(self, configs: Sequence[CorpusConfig], held_out: bool = False) -> None:
        if not configs:
            raise ValueError("corpora: at least one is needed")
        for config in configs:  # before the first, possibly large, one is read
            if _format(path := find_example(config.path)) and not Path(path).exists():
                raise FileNotFoundError(f"no corpus at {config.path}")
        self._sets = [_load(config) for config in configs]
        self._weights = [config.weight for config in configs]
        self._fields = [config.field for config in configs]
        self._by_text = [config.hold_out == "text" for config in configs]
        self._held_out = held_out

    def draw(self, rng: random.Random) -> str:
        """One document of the training side, or of the held-out side."""
        for _ in range(MAX_DRAWS):
            index = rng.choices(range(len(self._sets)), self._weights)[0]
            rows = self._sets[index]
            row = rows[int(rng.random() * len(rows))]
            text = str(row[self._fields[index]] or "")
            if self._is_on_this_side(row, text, self._by_text[index]) and text.strip():
                return text
        side = "held-out" if self._held_out else "training"
        raise ValueError(f"corpora: no document was found on the {side} side; add text of more sources")

    def texts(self) -> Iterator[str]:
        """Every document of this side once, corpus by corpus, whatever the weights."""
        for rows, field, by_text in zip(self._sets, self._fields, self._by_text):
            for row in rows:
                text = str(row[field] or "")
                if self._is_on_this_side(row, text, by_text):
                    yield text

    def _is_on_this_side(self, row: Any, text: str, by_text: bool) -> bool:
        source = None if by_text else row.get("source")
        return is_held_out(str(source or text[:SOURCE_PREFIX])) == self._held_out


def is_held_out(source: str) -> bool:
    """Whether a source is held out of training, decided by its hash alone."""
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") % 1000 < HELD_OUT_OF_1000


def _format(path: str) -> str | None:
    """The format of a file by its name; None for the name of a hub data set."""
    name = path
    for suffix in COMPRESSIONS:
        name = name.removesuffix(suffix)
    return _FORMATS.get(Path(name).suffix)


def _load(config: CorpusConfig) -> Any:
    import datasets

    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(CRITICAL)  # what it logs as an error is raised too, and reported below
    # Each load would be counted at a host; what the hub sends of a data set that is asked for is enough.
    datasets.config.HF_UPDATE_DOWNLOAD_COUNTS = False
    path = find_example(config.path)
    kind = _format(path)
    if kind is not None:
        file = Path(path)
        _check_packing(path, file.stat().st_size, file.stat().st_mtime_ns)
    # Dataset.from_… read a local file without asking a host, as load_dataset does.
    readers: dict[str, Callable[[str], Any]] = {
        "json": datasets.Dataset.from_json,
        "text": datasets.Dataset.from_text,
        "parquet": datasets.Dataset.from_parquet,
    }
    try:
        if kind is None:
            rows = datasets.load_dataset(config.path, split=config.split)
        else:
            rows = readers[kind](path)
            rows.data.validate(full=True)  # invalid UTF-8 would else show up when a document is drawn
    except (datasets.exceptions.DatasetGenerationError, StopIteration, ValueError) as error:
        bad_line = find_bad_line(path) if kind in ("json", "text") else None
        raise ValueError(bad_line or _describe(config.path, error)) from None
    if not len(rows):
        raise ValueError(f"corpus {config.path}: it is empty")
    if config.field not in rows.column_names:
        raise ValueError(f"corpus {config.path}: no field {config.field!r}; fields: {rows.column_names}")
    return rows


@lru_cache(16)  # a run reads each corpus twice, for training and for evaluation
def _check_packing(path: str, size: int, modified: int) -> None:
    """Raise InputError unless a file is packed as its name says, whole, and not to an absurd size.

    `datasets` unpacks by the first bytes, whatever the name, without a limit, and takes a part for the whole.
    """
    from datasets.utils.extract import Extractor

    if Path(path).suffix in COMPRESSIONS:
        for _ in unpacked_chunks(path):
            pass
    elif packing := Extractor.infer_extractor_format(path):
        raise InputError(
            f"{path}: it is an archive ({packing}), and its name does not say so; unpack it, or name it with "
            f"one of {', '.join(COMPRESSIONS)}"
        )


def _describe(path: str, error: BaseException) -> str:
    cause = error.__cause__ or error
    reason = " ".join(str(cause).split())
    return f"corpus {path}: cannot be read: {reason or 'it is empty'}"


def excerpt(text: str, rng: random.Random, characters: int = 2500) -> str:
    """Whole paragraphs of ``text`` from a random place on, up to about ``characters``."""
    paragraphs = [p for p in text.split("\n") if p.strip()]
    sizes = [len(p) for p in paragraphs]
    # The last start from which there is still enough text.
    starts = len(paragraphs)
    tail = 0
    while starts > 1 and tail + sizes[starts - 1] < characters:
        starts -= 1
        tail += sizes[starts]
    out: list[str] = []
    length = 0
    for paragraph in paragraphs[int(rng.random() * starts) :]:
        if out and length + len(paragraph) > characters:
            break
        out.append(paragraph)
        length += len(paragraph)
    return "\n".join(out)[: 4 * characters]
