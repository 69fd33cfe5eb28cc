"""Comma- and tab-separated tables with a header. Every value stays a string: "007" is not 7."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.line_rows import Unusable, check_length
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.bounded_lines import line_limit, lines_of
from despin.corpus.sources.columnar import in_batches, table_parts
from despin.corpus.sources.csv_records import records_of
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import open_bytes
from despin.errors import InputError

UNREADABLE = "\udc80\udcff"
"""First and last of the characters that bytes which are no UTF-8 become (PEP 383)."""


def read_csv(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a CSV or TSV file. Rows of another length than the header's are put aside.

    Raises StorageError where the file cannot be reached.
    """
    maker = PartMaker(source, settings)
    names: list[str] = []

    def batch(rows: list[list[str]]) -> pa.RecordBatch:
        columns = zip(*rows) if rows else [()] * len(names)
        return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], names=names)

    rows = _rows(maker, names)
    yield from table_parts(maker, in_batches(maker, rows, batch, lambda row: sum(map(len, row))))


def _rows(maker: PartMaker, names: list[str]) -> Iterator[list[str] | None]:
    """The rows that fit the header, which is put into ``names``; None for one that is put aside."""
    path, limit = maker.source.path, line_limit(maker.settings)
    delimiter = "\t" if ".tsv" in [suffix.lower() for suffix in PurePosixPath(path).suffixes[-2:]] else ","
    place = None
    number = 1
    try:
        with open_bytes(path) as handle:
            for record in records_of(lines_of(handle, path, limit), delimiter, limit):
                maker.position = handle.tell()
                number = record.number
                kind, reason = record.kind, record.reason
                text = record.text or delimiter.join(record.values)
                if not kind and (byte := _unreadable(text)):
                    kind, reason = "not UTF-8", f"the byte {byte:#x} is not UTF-8"
                if not names:
                    names += _header(record.values, reason)
                    place = names.index(field) if (field := maker.settings.field) in names else None
                    continue
                if not kind and len(record.values) != len(names):
                    kind = "broken row"
                    reason = f"{len(record.values)} values where the header has {len(names)}"
                if not kind and place is not None:
                    try:
                        check_length(record.values[place], maker.settings)
                    except Unusable as error:
                        kind, reason = error.kind, error.reason
                if kind:
                    raw = text[:1_000].encode("utf-8", "surrogateescape")
                    maker.put_aside(f"line {number}", kind, reason, excerpt(raw))
                yield None if kind else record.values
    except InputError as error:
        maker.put_rest_aside(f"after line {number}" if names else "", error)


def _header(values: list[str], reason: str) -> list[str]:
    if reason:
        raise InputError(f"the header cannot be read: {reason}")
    if twice := sorted({name for name in values if values.count(name) > 1}):
        raise InputError(f"the name {twice[0]!r} stands twice in the header")
    return values


def _unreadable(text: str) -> int:
    """The first byte that is not UTF-8, 0 if there is none."""
    if text.isascii():
        return 0
    return next((ord(c) - 0xDC00 for c in text if UNREADABLE[0] <= c <= UNREADABLE[1]), 0)
