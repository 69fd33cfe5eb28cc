"""Columnar data: Parquet and Arrow files, hub data sets, and whatever else a reader makes tables of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, PartKind, Source
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import open_bytes
from despin.errors import InputError

READ_ROWS = 256
"""Rows that are taken from a file at once; of long texts, a few hundred are megabytes."""
OUTDATED_METADATA = (b"huggingface", b"pandas")
"""Keys of a schema's metadata that describe all its columns, which would be wrong with columns added."""


def read_parquet(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a Parquet file. What cannot be read of a damaged one is put aside."""
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _whole_file(maker, _parquet_batches))


def read_arrow(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of an Arrow file, in the file format (Feather) or the stream format (`datasets`)."""
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _whole_file(maker, _arrow_batches))


def read_hub(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a hub data set, streamed. Raises InputError if it cannot be opened."""
    import datasets

    maker = PartMaker(source, settings)
    try:
        rows = datasets.load_dataset(source.path, split=source.split, streaming=True)
        tables = rows.with_format("arrow").iter(READ_ROWS)
        yield from table_parts(maker, (batch for table in tables for batch in table.to_batches()))
    except (OSError, ValueError) as error:
        raise InputError(f"data set {source.path}: {' '.join(str(error).split())}") from None


def table_parts(
    maker: PartMaker, batches: Iterable[pa.RecordBatch], kind: PartKind = "table"
) -> Iterator[Part]:
    """The batches of a table, in parts."""
    gathered: list[pa.RecordBatch] = []
    documents = size = first = 0
    for batch in _portions(batches, maker):
        gathered.append(batch)
        documents += batch.num_rows
        size += batch.nbytes
        if maker.is_full(documents, size):
            yield from maker.close(kind, as_bytes(gathered), first)
            first += documents
            gathered, documents, size = [], 0, 0
    yield from maker.last(kind, as_bytes(gathered) if gathered else b"", first)


def as_bytes(batches: list[pa.RecordBatch]) -> bytes:
    """Batches of one schema as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue())


def from_bytes(data: bytes) -> pa.Table:
    """The table of an Arrow IPC stream."""
    return pa.ipc.open_stream(data).read_all()


def _portions(batches: Iterable[pa.RecordBatch], maker: PartMaker) -> Iterator[pa.RecordBatch]:
    """The batches, without outdated metadata, cut where a part may end."""
    for batch in batches:
        metadata = batch.schema.metadata or {}
        kept = {key: value for key, value in metadata.items() if key not in OUTDATED_METADATA}
        batch = batch.replace_schema_metadata(kept or None)
        rows = min(maker.settings.part_documents, READ_ROWS)
        while (
            rows > 1 and batch.num_rows and batch.nbytes * rows > batch.num_rows * maker.settings.part_bytes
        ):
            rows //= 2
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def _whole_file(maker: PartMaker, read: Any) -> Iterator[pa.RecordBatch]:
    """The batches of a file; where it cannot be read on, the rest is put aside."""
    rows = 0
    try:
        with open_bytes(maker.source.path) as handle:
            for batch in read(handle):
                maker.position = handle.tell()
                yield batch
                rows += batch.num_rows
    except (InputError, pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split()).removeprefix(f"{maker.source.path}: ")
        maker.put_aside(f"after row {rows}" if rows else "", "broken file", reason)


def _parquet_batches(handle: BinaryIO) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(handle) as file:
        yield from file.iter_batches(batch_size=READ_ROWS)


def _arrow_batches(handle: BinaryIO) -> Iterator[pa.RecordBatch]:
    with _arrow_reader(handle) as reader:
        if isinstance(reader, pa.RecordBatchFileReader):
            yield from (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            yield from reader


@contextmanager
def _arrow_reader(handle: BinaryIO) -> Iterator[Any]:
    magic = handle.read(6)
    handle.seek(0)
    with pa.ipc.open_file(handle) if magic == b"ARROW1" else pa.ipc.open_stream(handle) as reader:
        yield reader
