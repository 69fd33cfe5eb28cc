"""JSON lines as Parquet: one schema, and what does not fit it is put aside, not bent."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Finding
from despin.corpus.line_rows import LineRows
from despin.corpus.line_table import as_table, infer_schema
from despin.corpus.parts import Part

CLEAN = Finding(1, 0.0, "clean")


def lines(*documents: Any) -> LineRows:
    """Documents as lines."""
    data = b"".join(json.dumps(document).encode() + b"\n" for document in documents)
    return LineRows.of(Part(0, 0, "a.jsonl", "lines", data, 1), CorpusSettings())


def written(first: LineRows, rows: LineRows) -> tuple[Any, list[tuple[str, str]]]:
    """What a Parquet reader finds of rows under the schema of the first documents; and what is put aside."""
    part = Part(0, 1, "a.jsonl", "lines", b"", 1)
    table = as_table(rows, part, infer_schema(first))
    findings = [CLEAN] * len(table.documents)
    data = table.render(range(len(findings)), findings, "parquet")
    asides = [(aside.position, aside.reason) for aside in table.asides]
    return pq.read_table(io.BytesIO(data)), asides


def test_types_are_those_of_the_first_documents() -> None:
    first = lines(
        {"text": "a", "n": 1, "x": 0.5, "tags": ["a"], "meta": {"lang": "en"}, "none": None},
        {"text": "b", "is": True},
    )
    table, asides = written(first, first)
    assert not asides
    assert table.to_pylist()[1] == {
        "text": "b", "n": None, "x": None, "tags": None, "meta": None, "none": None, "is": True,
        "spun_score": 0.0, "spun_verdict": "clean",
    }  # fmt: skip
    later, _ = written(first, lines({"text": "c"}))
    assert later.schema == table.schema


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"text": "a", "n": 1.5}, "'n' is not as in the first"),
        ({"text": "a", "n": True}, "'n' is not as in the first"),
        ({"text": "a", "n": "1"}, "'n' is not as in the first"),
        ({"text": "a", "n": 2**70}, "'n' is not as in the first"),
        ({"text": "a", "x": True}, "'x' is not as in the first"),
        ({"text": "a", "x": 2**53 + 1}, "'x' is not as in the first"),
        ({"text": "a", "meta": {"lang": "en", "new": 1}}, "'meta' is not as in the first"),
        ({"text": "a", "meta": ["en"]}, "'meta' is not as in the first"),
        ({"text": "a", "other": 1}, "a field 'other' that the first documents do not have"),
        ({"text": "a\ud800"}, "'text' holds half a surrogate pair"),
    ],
)
def test_what_does_not_fit_is_put_aside(document: dict[str, Any], reason: str) -> None:
    first = lines({"text": "a", "n": 1, "x": 0.5, "meta": {"lang": "en"}})
    table, asides = written(first, lines({"text": "b"}, document, {"text": "c", "x": 1}))
    assert table["text"].to_pylist() == ["b", "c"] and table["x"].to_pylist() == [None, 1.0]
    ((position, told),) = asides
    assert position == "line 2" and reason in told and "--output jsonl" in told


@pytest.mark.parametrize(
    "values", [[1, "a"], [{}, {}], [[], None], [{"a": {}}], [2**70, 1], [["\ud800"]], [{"a": 1}, [1]]]
)
def test_values_without_a_common_type_are_json_text(values: list[Any]) -> None:
    rows = lines(*({"text": "a", "odd": value} for value in values))
    table, asides = written(rows, rows)
    assert not asides and table.schema.field("odd").type == pa.string()
    assert [None if v is None else json.loads(v) for v in table["odd"].to_pylist()] == values
    later, asides = written(rows, lines({"text": "b", "odd": {"any": [1]}}))
    assert not asides and later["odd"].to_pylist() == ['{"any": [1]}'] and later.schema == table.schema


def test_deep_and_huge_values() -> None:
    for deep in ("[" * 300 + "]" * 300, '{"a": ' * 500 + "1" + "}" * 500):
        rows = lines({"text": "a", "deep": json.loads(deep)})
        table, asides = written(rows, rows)
        assert not asides and table["deep"][0].as_py() == deep
    huge = LineRows.of(
        Part(0, 0, "a.jsonl", "lines", b'{"text": "a", "n": ' + b"9" * 5_000 + b"}", 1), CorpusSettings()
    )
    table, asides = written(huge, huge)
    assert not asides and "9" * 5_000 in table["n"][0].as_py()
    _, asides = written(lines({"text": "a", "n": 1}), huge)
    assert len(asides) == 1
