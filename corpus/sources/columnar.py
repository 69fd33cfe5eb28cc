"""Columnar data: Parquet and Arrow files, hub data sets, and whatever else a reader makes tables of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, PartKind, Source, excerpt
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import local_path, open_bytes
from despin.errors import InputError

READ_ROWS = 256
"""Rows that are taken from a file at once; of long texts, a few hundred are megabytes."""
BUFFER = 1 << 20
"""Bytes of a column that are fetched at once: else a whole row group would be."""
_ARROW_MAGIC = b"ARROW1"
_BINARY = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}
Row = TypeVar("Row")
OUTDATED_METADATA = (b"huggingface", b"pandas")
"""Keys of a schema's metadata that describe all its columns, which would be wrong with columns added."""


def read_parquet(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a Parquet file. What cannot be read of a damaged one is put aside.

    Raises StorageError where the file cannot be reached.
    """
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _whole_file(maker, _parquet_batches))


def read_arrow(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of an Arrow file, in the file format (Feather) or the stream format (`datasets`).

    Raises StorageError where the file cannot be reached.
    """
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _whole_file(maker, _arrow_batches))


def in_batches(
    maker: PartMaker,
    rows: Iterable[Row | None],
    batch: Callable[[list[Row]], pa.RecordBatch],
    size: Callable[[Row], int],
) -> Iterator[pa.RecordBatch]:
    """Rows in batches of READ_ROWS and of a part's bytes. None counts for a row that was put aside.

    So there is a batch now and then, if without a row, whatever is put aside.
    """
    gathered: list[Row] = []
    seen = total = 0
    for row in rows:
        seen += 1
        if row is not None:
            gathered.append(row)
            total += size(row)
        if seen == READ_ROWS or total >= maker.settings.part_bytes:
            yield batch(gathered)
            gathered, seen, total = [], 0, 0
    if gathered:
        yield batch(gathered)


def table_parts(
    maker: PartMaker, batches: Iterable[pa.RecordBatch], kind: PartKind = "table"
) -> Iterator[Part]:
    """The batches of a table, in parts."""
    gathered: list[pa.RecordBatch] = []
    rows: list[int] = []
    size = 0
    for first, batch in _portions(batches, maker):
        if batch.num_rows:
            gathered.append(batch)
        rows += range(first, first + batch.num_rows)
        size += batch.nbytes
        if maker.is_full(len(rows), size):
            yield from maker.close(kind, as_bytes(gathered), *_numbers(rows))
            gathered, rows, size = [], [], 0
    yield from maker.last(kind, as_bytes(gathered), *_numbers(rows))


def _numbers(rows: list[int]) -> tuple[int, tuple[int, ...]]:
    """The first row, and all of them where some are missing between them."""
    is_whole = not rows or rows[-1] - rows[0] == len(rows) - 1
    return (rows[0] if rows else 0), (() if is_whole else tuple(rows))


def as_bytes(batches: list[pa.RecordBatch]) -> bytes:
    """Batches of one schema as an Arrow IPC stream; of none, nothing."""
    if not batches:
        return b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue())


def from_bytes(data: bytes) -> pa.Table:
    """The table of an Arrow IPC stream."""
    return pa.ipc.open_stream(data).read_all()


def _portions(batches: Iterable[pa.RecordBatch], maker: PartMaker) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The batches without outdated metadata, cut where a part may end, with the number of their first row."""
    number = 0
    for batch in batches:
        metadata = batch.schema.metadata or {}
        kept = {key: value for key, value in metadata.items() if key not in OUTDATED_METADATA}
        batch = batch.replace_schema_metadata(kept or None)
        start = 0
        too_long = _too_long(batch, maker, number)
        for end in [*too_long, batch.num_rows]:
            piece = batch.slice(start, end - start)
            if too_long and piece.num_rows:  # a slice would hold the long texts too
                (piece,) = from_bytes(as_bytes([piece])).to_batches()
            rows = min(maker.settings.part_documents, READ_ROWS)
            while rows > 1 and piece.nbytes * rows > piece.num_rows * maker.settings.part_bytes:
                rows //= 2
            for offset in range(0, max(piece.num_rows, 1), rows):
                yield number + start + offset, piece.slice(offset, rows)
            start = end + 1
        number += batch.num_rows


def _too_long(batch: pa.RecordBatch, maker: PartMaker, number: int) -> list[int]:
    """The rows whose text is too long. They are put aside here, so that no part is larger for them."""
    place = batch.schema.get_field_index(maker.settings.field)  # -1 too if there are several
    if place < 0 or batch.schema.types[place] not in (pa.string(), pa.large_string()):
        return []
    column = batch.column(place)
    limit = maker.settings.max_document
    found = pc.indices_nonzero(pc.greater(pc.binary_length(column), limit)).to_pylist()
    for row in found:
        data = column[row].as_buffer()
        reason = f"a text of {data.size:,} bytes; {limit:,} at most (--max-document)"
        maker.put_aside(f"row {number + row}", "too long", reason, excerpt(bytes(data[:1_000])))
    return [int(row) for row in found]


def _whole_file(
    maker: PartMaker, read: Callable[[BinaryIO, PartMaker], Iterator[pa.RecordBatch]]
) -> Iterator[pa.RecordBatch]:
    """The batches of a file; where it cannot be read on, the rest is put aside."""
    rows = 0
    try:
        with open_bytes(maker.source.path) as handle:
            for batch in read(handle, maker):
                maker.position = handle.tell()
                yield batch
                rows += batch.num_rows
    except (InputError, pa.ArrowException, OSError) as error:
        maker.put_rest_aside(f"after row {rows - 1}" if rows else "", error)


def _parquet_batches(handle: BinaryIO, maker: PartMaker) -> Iterator[pa.RecordBatch]:
    # pre_buffer would hold all packed bytes of a row group.
    with pq.ParquetFile(handle, buffer_size=BUFFER, pre_buffer=False) as file:
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            # Long texts: as many rows as a part has, by the group's average.
            rows = maker.settings.part_bytes * group.num_rows // max(group.total_byte_size, 1)
            yield from file.iter_batches(max(1, min(rows, READ_ROWS)), row_groups=[number])


def _arrow_batches(handle: BinaryIO, maker: PartMaker) -> Iterator[pa.RecordBatch]:
    is_file = handle.read(len(_ARROW_MAGIC)) == _ARROW_MAGIC
    handle.seek(0)
    # A local file is mapped: its batches may be of any size, and are then no memory of this process.
    source = pa.memory_map(local) if (local := local_path(maker.source.path)) is not None else handle
    with pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source) as reader:
        batches = (reader.get_batch(n) for n in range(reader.num_record_batches)) if is_file else reader
        for batch in batches:
            _check_offsets(batch)
            yield batch


def _check_offsets(batch: pa.RecordBatch) -> None:
    """Raise ArrowInvalid for a damaged batch, which else would end the process when it is used."""
    for column in batch.columns:
        as_bytes = _BINARY.get(column.type)  # strings that are not UTF-8 are a matter of their rows
        (column if as_bytes is None else column.cast(as_bytes)).validate(full=True)
