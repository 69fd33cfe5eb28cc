"""Tables keep all their columns, rows and types in Parquet, and become valid JSON."""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Finding
from despin.corpus.parts import Part
from despin.corpus.sources.columnar import as_bytes
from despin.corpus.table_rows import chosen_rows, table_rows
from despin.errors import InputError

CORRECT = CorpusSettings(mode="correct")
CLEAN = Finding(1, 0.25, "clean")
WIDE = pa.table(
    {
        "text": pa.array(["a", None, "b", "c"], pa.large_string()),
        "day": [datetime.date(2024, 1, day) for day in (1, 2, 3, 4)],
        "tags": [["x"], [], None, ["y", "z"]],
        "meta": [{"lang": "en", "raw": b"\xff"}] * 4,
        "kind": pa.array(["p", "q", "p", "p"]).dictionary_encode(),
        "view": pa.array(["v"] * 4, pa.string_view()),
        "share": [0.5, float("nan"), None, 1.0],
    }
)


def part_of(table: Any) -> Part:
    """A table as a reader gives it."""
    return Part(0, 0, "a.parquet", "table", as_bytes(table.to_batches(2)), 0)


def test_parquet_keeps_all_columns_and_types() -> None:
    rows = table_rows(part_of(WIDE), CORRECT)
    assert [aside.position for aside in rows.asides] == ["row 1"]
    written = pq.read_table(io.BytesIO(rows.render([0, 1, 2], [CLEAN] * 3, "parquet")))
    expected = chosen_rows(WIDE, [0, 2, 3])
    for name in ("text", "day", "tags", "meta", "share"):
        assert written[name].type == WIDE[name].type, name
    assert str(written.select(WIDE.column_names).to_pylist()) == str(expected.to_pylist())  # NaN is not NaN
    assert written.column_names == [*WIDE.column_names, "spun_score", "spun_verdict", "restored", "edits"]
    assert written["restored"].to_pylist() == ["a", "b", "c"] and written["edits"].to_pylist() == [[], [], []]


def test_the_schema_is_that_of_all_parts() -> None:
    rows = table_rows(part_of(WIDE), CORRECT)
    schemas = [
        pq.read_schema(io.BytesIO(rows.render(chosen, [CLEAN] * 3, "parquet")))
        for chosen in ([0], [1, 2], [])
    ]
    assert schemas[0].equals(schemas[1]) and schemas[0].equals(schemas[2])


def test_json_is_valid_whatever_the_cells() -> None:
    rows = table_rows(part_of(WIDE), CorpusSettings())
    values = [json.loads(line) for line in rows.render([0, 2], [CLEAN] * 3, "jsonl").splitlines()]
    assert values[0] == {
        "text": "a", "day": "2024-01-01", "tags": ["x"], "meta": {"lang": "en", "raw": "/w=="}, "kind": "p",
        "view": "v", "share": 0.5, "spun_score": 0.25, "spun_verdict": "clean",
    }  # fmt: skip
    assert values[1]["text"] == "c" and b"NaN" not in rows.render([0, 1, 2], [CLEAN] * 3, "jsonl")


@pytest.mark.parametrize("indices", [[], [0], [3], [0, 1, 2, 3], [0, 1, 3], [1, 2]])
def test_rows_are_chosen_of_any_type(indices: list[int]) -> None:
    chosen = chosen_rows(WIDE, indices)
    everything = WIDE.to_pylist()
    assert str(chosen.to_pylist()) == str([everything[index] for index in indices])
    assert chosen.schema == WIDE.schema


def test_a_type_that_parquet_has_not_is_an_error_that_says_what_to_do() -> None:
    odd = pa.table({"text": ["a"], "odd": pa.array([pa.MonthDayNano((1, 2, 3))])})
    rows = table_rows(part_of(odd), CorpusSettings())
    with pytest.raises(InputError, match=r"cannot be written as Parquet: .*--output jsonl") as caught:
        rows.render([0], [CLEAN], "parquet")
    assert "\n" not in str(caught.value)
    assert json.loads(rows.render([0], [CLEAN], "jsonl"))["odd"]


def test_a_part_without_documents() -> None:
    rows = table_rows(Part(0, 0, "a.parquet", "table", b"", 0), CorpusSettings())
    assert rows.documents == [] and rows.asides == []
