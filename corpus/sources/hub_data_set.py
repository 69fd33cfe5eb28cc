"""Data sets of the Hugging Face hub, streamed by `datasets`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source
from despin.corpus.sources.columnar import READ_ROWS, table_parts
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import StorageError


def read_hub(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a hub data set, ``owner/name`` or ``owner/name:configuration``.

    Raises StorageError if it cannot be opened, or not be read on: the hub cannot be reached, say.
    """
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _batches(source))


def _batches(source: Source) -> Iterator[pa.RecordBatch]:
    import datasets

    name, _, configuration = source.path.partition(":")
    try:
        rows: Any = datasets.load_dataset(
            name, configuration or None, split=source.split, streaming=True
        ).with_format("arrow")
        for table in rows.iter(READ_ROWS):
            yield from table.to_batches()
    except Exception as error:  # of the network's packages each has a base of its own
        reason = " ".join(str(error).split()) or type(error).__name__
        hint = ""
        if "Config name is missing" in reason:
            hint = f"; name one: {name}:CONFIGURATION"
        elif isinstance(error, OSError):
            hint = " (a file or folder of this name is not here)"
        raise StorageError(f"data set {source.path}: {reason}{hint}") from None
