"""Documents in a table of Arrow: a column of it holds the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from despin.corpus.added_columns import added_values, column_names
from despin.corpus.column_types import column_type
from despin.corpus.corpus_settings import CorpusSettings, OutputFormat
from despin.corpus.document_reader import Document, Finding
from despin.corpus.json_values import plain_rows
from despin.corpus.line_rows import Unusable, check_length, encoded
from despin.corpus.parts import Aside, Part, excerpt
from despin.corpus.sources.columnar import from_bytes
from despin.corpus.sources.text_files import FORMAT_COLUMN, TEXT_COLUMN
from despin.errors import InputError


@dataclass
class TableRows:
    """The rows of a part that hold a document, and what had to be put aside."""

    table: pa.Table
    documents: list[Document]
    settings: CorpusSettings
    asides: list[Aside] = field(default_factory=list)

    def render(self, chosen: Sequence[int], findings: Sequence[Finding], output: OutputFormat) -> bytes:
        """The rows with the columns that are added, as Parquet or as JSON lines."""
        table = chosen_rows(self.table, chosen)
        values = [added_values(findings[i], self.documents[i].text, self.settings) for i in chosen]
        for place, name in enumerate(column_names(self.settings)):
            kind = column_type(name.removeprefix(self.settings.prefix))
            table = table.append_column(name, pa.array([row[place] for row in values], kind))
        if output == "parquet":
            return as_parquet(table)
        return b"".join(encoded(row) + b"\n" for row in plain_rows(table))


def table_rows(part: Part, settings: CorpusSettings) -> TableRows:
    """The documents of a part. Raises InputError for a table without the column, or with a name taken."""
    if not part.data:
        return TableRows(pa.table({}), [], settings)
    table = from_bytes(part.data)
    name = TEXT_COLUMN if part.kind == "texts" else settings.field
    check_columns(table.schema, part.path, name, settings)
    formats = table[FORMAT_COLUMN].to_pylist() if part.kind == "texts" else [settings.format] * table.num_rows
    rows = TableRows(table, [], settings)
    kept: list[int] = []
    for index, value in enumerate(_as_binary(table[name], part.path, name)):
        try:
            rows.documents.append(Document(_text(value.as_py(), settings), formats[index]))
            kept.append(index)
        except Unusable as error:
            head = value.as_py()
            where = f"row {part.rows[index] if part.rows else part.first + index}"
            rows.asides.append(Aside(part.path, where, error.kind, error.reason, excerpt(head or b"")))
    rows.table = chosen_rows(table, kept)
    return rows


def chosen_rows(table: pa.Table, indices: Sequence[int]) -> pa.Table:
    """The rows of these indices, which ascend. As slices: `take` is not made for all types (string_view)."""
    if len(indices) == table.num_rows:
        return table
    slices: list[tuple[int, int]] = []
    for index in indices:
        if slices and slices[-1][1] == index:
            slices[-1] = (slices[-1][0], index + 1)
        else:
            slices.append((index, index + 1))
    if not slices:
        return table.slice(0, 0)
    return pa.concat_tables([table.slice(start, end - start) for start, end in slices])


def check_columns(schema: pa.Schema, path: str, text_column: str, settings: CorpusSettings) -> None:
    """Raise InputError for a table without the column, or with a name that is to be added."""
    if twice := sorted({name for name in schema.names if schema.names.count(name) > 1}):
        raise InputError(f"{path}: the column {twice[0]!r} is there twice; rename one")
    if text_column not in schema.names:
        raise InputError(
            f"{path}: no column {text_column!r}; columns: {', '.join(schema.names[:20])} (--field)"
        )
    for name in column_names(settings):
        if name in schema.names:
            raise InputError(f"{path}: a column {name!r} is there already; add --prefix")


def as_parquet(table: pa.Table) -> bytes:
    """A table as a Parquet file. Raises InputError for a type of column that Parquet does not have."""
    sink = pa.BufferOutputStream()
    try:
        pq.write_table(table, sink, compression="zstd")
    except pa.ArrowNotImplementedError as error:
        raise InputError(f"cannot be written as Parquet: {error}; --output jsonl") from None
    return bytes(sink.getvalue())


def _as_binary(column: pa.ChunkedArray, path: str, name: str) -> pa.ChunkedArray:
    """The bytes of a column of strings: they need not be valid UTF-8."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = pc.dictionary_decode(column), kind.value_type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise InputError(f"{path}: the column {name!r} holds {kind}, no strings (--field)")
    return column.cast(pa.binary_view() if pa.types.is_string_view(kind) else pa.large_binary())


def _text(value: bytes | None, settings: CorpusSettings) -> str:
    if value is None:
        raise Unusable("no text", "the text is null")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unusable("not UTF-8", f"byte {error.start} of the text is not UTF-8") from None
    check_length(text, settings)
    return text
