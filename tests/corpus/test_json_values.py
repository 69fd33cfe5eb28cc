"""Cells of all types of Arrow as JSON that every parser takes."""

from __future__ import annotations

import datetime
import decimal
import json
from typing import Any

import pyarrow as pa
import pytest

from despin.corpus.json_values import plain_rows
from despin.corpus.line_rows import encoded

UTC = datetime.UTC
INVALID = pa.Array.from_buffers(pa.string(), 1, pa.array([b"a\xff"]).buffers())


def row(*columns: Any) -> dict[str, Any]:
    """The first row of a table, through JSON without the constants that are none (NaN)."""
    table = pa.table(list(columns), names=[f"c{number}" for number in range(len(columns))])

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    (values,) = plain_rows(table)
    parsed: dict[str, Any] = json.loads(encoded(values), parse_constant=refuse)
    return parsed


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (pa.array([None], pa.int64()), None),
        (pa.array([True]), True),
        (pa.array([2**63 - 1]), 2**63 - 1),
        (pa.array([0.5], pa.float32()), 0.5),
        (pa.array([0.5], pa.float16()), 0.5),
        (pa.array([float("nan")]), None),
        (pa.array([float("inf")]), None),
        (pa.array([[1.0, float("-inf")]]), [1.0, None]),
        (pa.array([b"\x00\xff"]), "AP8="),
        (pa.array([decimal.Decimal("1.50")]), "1.50"),
        (pa.array([datetime.date(2024, 2, 29)]), "2024-02-29"),
        (pa.array([datetime.time(1, 2, 3)]), "01:02:03"),
        (pa.array([datetime.datetime(2024, 2, 29, 1, 2, 3)]), "2024-02-29T01:02:03"),
        (pa.array([datetime.datetime(2024, 2, 29, tzinfo=UTC)]), "2024-02-29T00:00:00+00:00"),
        (pa.array([datetime.timedelta(seconds=90)]), "0:01:30"),
        (pa.array([2**55], pa.timestamp("s")), "<value out of range: 36028797018963968>"),
        (pa.array([{"a": [{"b": b"x"}], "c": None}]), {"a": [{"b": "eA=="}], "c": None}),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), [["k", 1]]),
        (pa.array(["a"]).dictionary_encode(), "a"),
        (pa.array(["a"], pa.string_view()), "a"),
        (pa.array([bytes(16)], pa.uuid()), "00000000-0000-0000-0000-000000000000"),
        (INVALID, "a\\xff"),
        (pa.StructArray.from_arrays([INVALID, pa.array([1])], names=["a", "b"]), {"a": "a\\xff", "b": 1}),
        (pa.ListArray.from_arrays([0, 1], INVALID), ["a\\xff"]),
    ],
)
def test_a_cell(column: Any, value: Any) -> None:
    assert row(column)["c0"] == value


def test_nanoseconds_with_and_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    column = pa.array([1], pa.timestamp("ns"))
    assert row(column)["c0"].startswith("1970-01-01") and row(column)["c0"].endswith("000000001")
    from despin.corpus import json_values

    class Column(list[Any]):
        def to_pylist(self) -> list[Any]:
            raise ValueError("Nanosecond resolution; install pandas")

    assert json_values._column(Column([pa.scalar(1), pa.scalar(None, pa.int64())])) == [1, None]


def test_no_rows_and_half_surrogate_pairs() -> None:
    assert list(plain_rows(pa.table({"a": pa.array([], pa.int64())}))) == []
    assert json.loads(encoded({"a": "\ud800"})) == {"a": "\ud800"}
