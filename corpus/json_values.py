"""The cells of an Arrow table as JSON can hold them."""

from __future__ import annotations

import base64
import datetime
import decimal
import math
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa


def plain_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows: dates in ISO 8601, bytes in base 64, decimals as strings, infinite numbers as null."""
    columns = [_column(column) for column in table.columns]
    for values in zip(*columns):
        yield dict(zip(table.column_names, values))


def _column(column: pa.ChunkedArray) -> list[Any]:
    try:
        return [plain_value(value) for value in column.to_pylist()]
    except (ValueError, OverflowError):
        # A cell that Python has no value for: a string that is not UTF-8, nanoseconds without pandas, the
        # year 10,000.
        return [_plain_scalar(scalar) for scalar in column]


def plain_value(value: Any) -> Any:
    """A value of a cell."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    convert = next((convert for kind, convert in _CONVERSIONS if isinstance(value, kind)), str)
    return convert(value)


_CONVERSIONS: list[tuple[Any, Callable[[Any], Any]]] = [
    (dict, lambda value: {str(key): plain_value(item) for key, item in value.items()}),
    ((list, tuple), lambda value: [plain_value(item) for item in value]),
    (bytes, lambda value: base64.b64encode(value).decode("ascii")),
    ((datetime.date, datetime.time), lambda value: value.isoformat()),
    ((datetime.timedelta, decimal.Decimal, uuid.UUID), str),
]
"""By type. All else, such as what an extension of Arrow makes, is written as a string."""


def _plain_scalar(scalar: Any) -> Any:
    if not scalar.is_valid:
        return None
    if isinstance(scalar, pa.DictionaryScalar):
        return _plain_scalar(scalar.value)
    if isinstance(scalar, pa.MapScalar):
        return [[_plain_scalar(item["key"]), _plain_scalar(item["value"])] for item in scalar.values]
    if isinstance(scalar, (pa.ListScalar, pa.LargeListScalar, pa.FixedSizeListScalar)):
        return [_plain_scalar(item) for item in scalar.values]
    if isinstance(scalar, pa.StructScalar):
        return {name: _plain_scalar(scalar[name]) for name in scalar}
    if isinstance(scalar, (pa.StringScalar, pa.LargeStringScalar, pa.StringViewScalar)):
        return bytes(scalar.as_buffer()).decode("utf-8", "backslashreplace")
    try:
        return plain_value(scalar.as_py())
    except (ValueError, OverflowError):
        return str(pa.array([scalar], scalar.type).cast(pa.string())[0])
