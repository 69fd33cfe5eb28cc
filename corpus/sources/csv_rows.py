"""Comma- and tab-separated tables with a header. Every value stays a string: "007" is not 7."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.json_lines import OVERHEAD, bounded_lines, unpacked_chunks_of
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.sources.tables import READ_ROWS, table_parts
from despin.corpus.storage import open_bytes
from despin.errors import InputError

UNREADABLE = "\udc80\udcff"
"""First and last of the characters that bytes which are no UTF-8 become (PEP 383)."""


def read_csv(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a CSV or TSV file. Rows of another length than the header's are put aside."""
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _batches(maker))


def _batches(maker: PartMaker) -> Iterator[pa.RecordBatch]:
    names: list[str] | None = None
    rows: list[list[str]] = []
    size = 0
    for values in _rows(maker):
        if names is None:
            names = values
            continue
        rows.append(values)
        size += sum(map(len, values))
        if len(rows) == READ_ROWS or size >= maker.settings.part_bytes:
            yield _batch(names, rows)
            rows, size = [], 0
    if rows and names is not None:
        yield _batch(names, rows)


def _batch(names: list[str], rows: list[list[str]]) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows)]
    return pa.RecordBatch.from_arrays(columns, names=names)


def _rows(maker: PartMaker) -> Iterator[list[str]]:
    """The header and the rows that fit it; the others are put aside."""
    names: list[str] | None = None
    limit = OVERHEAD * maker.settings.max_document
    csv.field_size_limit(limit)
    try:
        with open_bytes(maker.source.path) as handle:
            lines = _lines(maker, unpacked_chunks_of(handle, maker.source), limit)
            reader = csv.reader(
                lines, delimiter="\t" if ".tsv" in maker.source.path.rpartition("/")[2] else ","
            )
            while True:
                try:
                    values = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    maker.put_aside(f"line {reader.line_num}", "broken row", str(error))
                    continue
                maker.position = handle.tell()
                if not values:
                    continue
                where = f"line {reader.line_num}"
                if any(UNREADABLE[0] <= c <= UNREADABLE[1] for value in values for c in value):
                    raw = ",".join(values).encode("utf-8", "surrogateescape")
                    maker.put_aside(where, "not UTF-8", "bytes that are not UTF-8", excerpt(raw))
                elif names is None:
                    if len(set(values)) < len(values):
                        raise InputError(f"{maker.source.path}: a name stands twice in the header")
                    names = values
                    yield values
                elif len(values) != len(names):
                    reason = f"{len(values)} values where the header has {len(names)}"
                    maker.put_aside(where, "broken row", reason, excerpt(",".join(values)))
                else:
                    yield values
    except InputError as error:
        maker.put_aside("" if names is None else "at the end", "broken file", str(error))


def _lines(maker: PartMaker, chunks: Iterator[bytes], limit: int) -> Iterator[str]:
    """The lines with their ends, as `csv` wants them: line breaks inside quotes are its own affair."""
    for number, line in enumerate(bounded_lines(chunks, limit), 1):
        if line.length is not None:
            reason = f"a line of {line.length:,} bytes; {limit:,} at most (--max-document)"
            maker.put_aside(f"line {number}", "too long", reason, excerpt(line.data))
            continue
        yield line.data.decode("utf-8", "surrogateescape")
