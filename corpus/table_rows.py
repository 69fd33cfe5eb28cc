"""Documents in a table of Arrow: a column of it holds the text."""

from __future__ import annotations

import base64
import datetime
import decimal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from despin.corpus.added_columns import added_values, column_names
from despin.corpus.column_types import column_type
from despin.corpus.corpus_settings import CorpusSettings, OutputFormat
from despin.corpus.document_reader import Document, Finding
from despin.corpus.line_rows import Unusable, check_length, encoded
from despin.corpus.parts import Aside, Part, excerpt
from despin.corpus.sources.tables import from_bytes
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
        table = self.table
        if len(chosen) < table.num_rows:
            table = table.take(pa.array(chosen, pa.int64()))
        values = [added_values(findings[i], self.documents[i].text, self.settings) for i in chosen]
        for place, name in enumerate(column_names(self.settings)):
            kind = column_type(name.removeprefix(self.settings.prefix))
            table = table.append_column(name, pa.array([row[place] for row in values], kind))
        if output == "parquet":
            return _as_parquet(table)
        return b"".join(encoded(plain_values(row)) + b"\n" for row in table.to_pylist())


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
            where = f"row {part.first + index}"
            rows.asides.append(Aside(part.path, where, *error.args, excerpt(head if head else b"")))
    if len(kept) < table.num_rows:
        rows.table = table.take(pa.array(kept, pa.int64()))
    return rows


def check_columns(schema: pa.Schema, path: str, text_column: str, settings: CorpusSettings) -> None:
    """Raise InputError for a table without the column, or with a name that is to be added."""
    if text_column not in schema.names:
        raise InputError(
            f"{path}: no column {text_column!r}; columns: {', '.join(schema.names[:20])} (--field)"
        )
    for name in column_names(settings):
        if name in schema.names:
            raise InputError(f"{path}: a column {name!r} is there already; add --prefix")


def _as_parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def plain_values(value: Any) -> Any:
    """A value of a cell as JSON can hold it: dates in ISO 8601, bytes in base 64, decimals as strings."""
    if isinstance(value, dict):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_values(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (datetime.date, datetime.time, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (datetime.timedelta, decimal.Decimal)):
        return str(value)
    return value


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
