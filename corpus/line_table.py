"""JSON lines that are written as Parquet: one schema for the whole run, taken from the first documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from despin.corpus.line_rows import LineRows
from despin.corpus.parts import Aside, Part, excerpt
from despin.corpus.table_rows import TableRows

JSON_TEXT = {b"despin": b"JSON"}
"""Metadata of a column of JSON as text, since its values in the first documents have no common type."""
MAX_DEPTH = 32
"""Lists and objects inside one another, of a type."""
_NOT_STORED = object()
_NO_ROOM = (pa.ArrowException, OverflowError, UnicodeError, TypeError, RecursionError)


def infer_schema(rows: LineRows) -> bytes:
    """The schema of documents, as Arrow IPC.

    A field that is null in all of them becomes a string. One whose values have no common type, or hold
    objects or lists that are empty in all of them, is written as JSON text.
    """
    names = dict.fromkeys(name for row in rows.values for name in row)
    schema = pa.schema([_field(name, [row.get(name) for row in rows.values]) for name in names])
    return bytes(schema.serialize())


def as_table(rows: LineRows, part: Part, schema: bytes) -> TableRows:
    """The documents as a table; those that do not fit the schema are put aside."""
    known = pa.ipc.read_schema(pa.py_buffer(schema))
    as_text = {name for name in known.names if known.field(name).metadata == JSON_TEXT}
    values = [_with_text(row, as_text) for row in rows.values]
    table = _whole(values, known)
    if table is not None:
        return TableRows(table, rows.documents, rows.settings, list(rows.asides))
    result = TableRows(known.empty_table(), [], rows.settings, list(rows.asides))
    fitting: list[dict[str, Any]] = []
    for line, document, position, row in zip(rows.lines, rows.documents, rows.positions, values):
        if (reason := _misfit(row, known)) is not None:
            result.asides.append(Aside(part.path, position, "other fields", reason, excerpt(line)))
            continue
        fitting.append(row)
        result.documents.append(document)
    if fitting:
        result.table = pa.Table.from_pylist(fitting, known)
    return result


def _field(name: str, values: Sequence[Any]) -> pa.Field:
    try:
        kind = pa.array(values).type
    except UnicodeError:
        kind = pa.string() if all(isinstance(value, (str, type(None))) for value in values) else None
    except _NO_ROOM:
        kind = None
    if kind is not None and pa.types.is_null(kind):
        kind = pa.string()
    if kind is None or not _is_definite(kind):
        return pa.field(name, pa.string(), metadata=JSON_TEXT)
    return pa.field(name, kind)


def _is_definite(kind: pa.DataType, depth: int = 0) -> bool:
    """Whether a type says of all its parts what they hold, and is not too deep for those who read it."""
    if depth > MAX_DEPTH:
        return False
    if pa.types.is_struct(kind):
        inner = [kind.field(number).type for number in range(kind.num_fields)]
        return bool(inner) and all(_is_definite(each, depth + 1) for each in inner)
    if pa.types.is_list(kind):
        return _is_definite(kind.value_type, depth + 1)
    return not pa.types.is_null(kind)


def _with_text(row: dict[str, Any], as_text: set[str]) -> dict[str, Any]:
    """The values, those of some columns as JSON text."""
    if not as_text:
        return row
    return {
        name: _json_text(value) if name in as_text and value is not None else value
        for name, value in row.items()
    }


def _json_text(value: Any) -> Any:
    try:
        return json.dumps(value, default=str)
    except RecursionError:
        return _NOT_STORED


def _whole(values: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table | None:
    """The table of all rows, None if one of them does not fit."""
    names = set(schema.names)
    try:
        table = pa.Table.from_pylist(values, schema)
        stored = table.to_pylist()
    except _NO_ROOM:
        return None
    fits = all(
        row.keys() <= names and all(_holds(cells[name], value) for name, value in row.items())
        for row, cells in zip(values, stored)
    )
    return table if fits else None


def _misfit(values: dict[str, Any], schema: pa.Schema) -> str | None:
    """Why a document does not fit, None if it does."""
    for name in values:
        if name not in schema.names:
            return f"a field {name!r} that the first documents do not have; --output jsonl keeps it"
    for name, value in values.items():
        try:
            stored = pa.array([value], schema.field(name).type)[0].as_py()
        except UnicodeError:
            return f"the field {name!r} holds half a surrogate pair; --output jsonl keeps it"
        except _NO_ROOM:
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
    if isinstance(value, bool) != isinstance(stored, bool):
        return False
    return bool(stored == value) or (value != value and stored != stored)
