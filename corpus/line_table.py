"""JSON lines that are written as Parquet: one schema for the whole run, taken from the first documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from despin.corpus.line_rows import LineRows
from despin.corpus.parts import Aside, Part, excerpt
from despin.corpus.table_rows import TableRows

_NOT_STORED = object()


def infer_schema(rows: LineRows) -> bytes:
    """The schema of documents, as Arrow IPC. A field that is null in all of them becomes a string."""
    schema = pa.Table.from_pylist(rows.values, pa.schema(_fields(rows.values))).schema
    return bytes(schema.serialize())


def as_table(rows: LineRows, part: Part, schema: bytes) -> TableRows:
    """The documents as a table; those that do not fit the schema are put aside."""
    known = pa.ipc.read_schema(pa.py_buffer(schema))
    table = TableRows(known.empty_table(), [], rows.settings, list(rows.asides))
    fitting: list[dict[str, Any]] = []
    for line, document, position, values in zip(rows.lines, rows.documents, rows.positions, rows.values):
        if (reason := _misfit(values, known)) is not None:
            table.asides.append(Aside(part.path, position, "other fields", reason, excerpt(line)))
            continue
        fitting.append(values)
        table.documents.append(document)
    if fitting:
        table.table = pa.Table.from_pylist(fitting, known)
    return table


def _fields(rows: Sequence[dict[str, Any]]) -> list[pa.Field]:
    names = dict.fromkeys(name for row in rows for name in row)
    fields = []
    for name in names:
        try:
            kind = pa.array([row.get(name) for row in rows]).type
        except (pa.ArrowException, OverflowError):
            kind = pa.null()
        fields.append(pa.field(name, pa.string() if pa.types.is_null(kind) else kind))
    return fields


def _misfit(values: dict[str, Any], schema: pa.Schema) -> str | None:
    """Why a document does not fit, None if it does."""
    for name in values:
        if name not in schema.names:
            return f"a field {name!r} that the first documents do not have; --output jsonl keeps it"
    for name, value in values.items():
        try:
            stored = pa.array([value], schema.field(name).type)[0].as_py()
        except (pa.ArrowException, OverflowError, UnicodeError, TypeError):
            stored = _NOT_STORED
        if not _holds(stored, value):
            return f"the field {name!r} is not as in the first documents; --output jsonl keeps it"
    return None


def _holds(stored: Any, value: Any) -> bool:
    """Whether a cell holds all of a value; a struct drops what it has no field for."""
    if isinstance(value, dict):
        return isinstance(stored, dict) and all(
            k in stored and _holds(stored[k], v) for k, v in value.items()
        )
    if isinstance(value, list):
        return isinstance(stored, list) and all(map(_holds, stored, value))
    return bool(stored == value) or (value != value and stored != stored)
