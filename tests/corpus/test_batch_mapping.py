"""`map_batch`: its columns, their types in Arrow, rows without a text, one model a process, processes."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from despin import ConfigError, Despinner
from despin.corpus import CorpusSettings, map_batch, process_reader
from despin.corpus.column_types import TypedColumn, column_type
from despin.corpus.document_reader import Document
from despin.corpus.process_reader import ProcessReader

SPUN, RESTORED, CLEAN = "The decrease home met.", "The lower house met.", "The board met."
EDIT = {"start": 4, "end": 17, "source": "decrease home", "replacement": "lower house", "confidence": 0.75}


def test_the_columns_that_are_added(groups: list[list[Document]]) -> None:
    batch = {"text": [SPUN, CLEAN], "url": ["a", "b"]}
    assert map_batch(batch) == {
        "spun_score": [0.9, 0.125],
        "spun_verdict": ["spun", "clean"],
        "restored": [RESTORED, CLEAN],
        "edits": [[EDIT], []],
    }
    assert map_batch(batch, mode="score", prefix="d_") == {
        "d_spun_score": [0.9, 0.125],
        "d_spun_verdict": ["spun", "clean"],
    }
    assert groups[0] == [Document(SPUN), Document(CLEAN)] and list(batch) == ["text", "url"]
    map_batch({"page": ["<p>x</p>"]}, "page", format="html")
    assert groups[-1] == [Document("<p>x</p>", "html")]


def test_rows_without_a_text_get_none(groups: list[list[Document]]) -> None:
    added = map_batch({"text": [None, SPUN, float("nan"), 7, "", b"x", ["y"]]})
    assert added["spun_score"] == [None, 0.9, None, None, 0.125, None, None]
    assert added["restored"] == [None, RESTORED, None, None, "", None, None]
    assert added["edits"] == [None, [EDIT], None, None, [], None, None]
    assert all(column == [] for column in map_batch({"text": []}).values())


@pytest.mark.parametrize(
    ("batch", "arguments", "message"),
    [
        ({"body": ["x"]}, {}, "no column 'text'; columns: body"),
        ({"text": ["x"], "edits": [1]}, {}, "a column 'edits' is there already"),
        ({"text": ["x"]}, {"mode": "drop"}, "filter by spun_verdict"),
        ({"text": ["x"]}, {"mode": "all"}, "mode must be one of"),
        ({"text": ["x"]}, {"threshold": 2}, "threshold must be between 0 and 1"),
        ({"text": ["x"]}, {"threshold": "0.5"}, "threshold must be a number, got '0.5'"),
        ({"text": ["x"]}, {"field": ["text"]}, "field must be a string"),
        ({"text": "a single row"}, {}, "holds one text, no column of them; map with batched=True"),
    ],
)
def test_wrong_arguments_are_refused(batch: dict[str, Any], arguments: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        map_batch(batch, **arguments)


def test_columns_of_arrow(groups: list[list[Document]]) -> None:
    pa = pytest.importorskip("pyarrow")
    expected = map_batch({"text": [SPUN, None]})
    table = pa.table({"text": [SPUN, None], "url": ["a", "b"]})
    for batch in (table, table.to_batches()[0], {"text": table["text"]}, {"text": pa.array([SPUN, None])}):
        assert map_batch(batch) == expected
    with pytest.raises(ConfigError, match="no column 'body'; columns: text, url"):
        map_batch(table, "body")


def test_a_column_knows_its_type_in_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    several: list[list[Any]] = [[], [None], [[]], [[EDIT]]]
    for values in several:
        column = TypedColumn("edits", values)
        assert pa.array(column).type == column_type("edits") and pa.array(column).to_pylist() == values
        assert pickle.loads(pickle.dumps(column)).name == "edits"
    assert pa.array(TypedColumn("spun_score", [None])).type == pa.float64()


def test_batches_without_an_edit_do_not_spoil_a_data_set(groups: list[list[Document]]) -> None:
    """Guessed from the first batch, the types would be null and list<null>."""
    datasets = pytest.importorskip("datasets")
    rows = datasets.Dataset.from_dict({"text": [None] * 50 + [CLEAN] * 50 + [SPUN], "id": range(101)})
    added = rows.map(map_batch, batched=True, batch_size=25, writer_batch_size=25)
    assert added.column_names == ["text", "id", "spun_score", "spun_verdict", "restored", "edits"]
    assert added[100] == {
        "text": SPUN,
        "id": 100,
        "spun_score": 0.9,
        "spun_verdict": "spun",
        "restored": RESTORED,
        "edits": [EDIT],
    }
    assert added[0]["edits"] is None and added[60]["edits"] == []
    kept = added.filter(lambda verdict: verdict != "spun", input_columns="spun_verdict")
    assert len(kept) == 100


def test_pandas(groups: list[list[Document]]) -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"text": [SPUN, None]}, index=[7, 9])
    frame = frame.assign(**map_batch(frame, mode="score"))
    assert frame.loc[7, "spun_score"] == 0.9 and pd.isna(frame.loc[9, "spun_score"])


def test_one_model_a_process_whatever_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[Any, Any]] = []

    class Model:
        def __init__(self, checkpoint: str | None, threads: int) -> None:
            made.append((checkpoint, threads))

        def with_options(self, **options: Any) -> tuple[Model, dict[str, Any]]:
            return self, options

    monkeypatch.setattr(process_reader, "Despinner", Model)
    process_reader._loaded.cache_clear()
    try:
        for threshold in (None, 0.5):
            reader = pickle.loads(pickle.dumps(ProcessReader(CorpusSettings(threshold=threshold))))
            for _ in range(2):
                assert reader.despinner[1] == {"min_score": threshold, "point": "natural"}
        assert made == [(None, 1)]
        ProcessReader(CorpusSettings(checkpoint="other"), threads=2).despinner  # noqa: B018
        assert made == [(None, 1), ("other", 2)]
        process = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: process + 1)  # as behind a fork
        reader.despinner  # noqa: B018
        assert made[2:] == [(None, 1)]
    finally:
        process_reader._loaded.cache_clear()


def test_in_processes_forked_from_one_that_has_the_model(tiny_checkpoint: Path) -> None:
    datasets = pytest.importorskip("datasets")
    texts = [SPUN, None, CLEAN, "Workers mentioned that costs rose again."] * 3
    arguments: dict[str, Any] = {"checkpoint": str(tiny_checkpoint), "read": "all", "threshold": 0.0}
    here = map_batch({"text": texts}, **arguments)
    rows = datasets.Dataset.from_dict({"text": texts})
    added = rows.map(map_batch, batched=True, batch_size=2, num_proc=2, fn_kwargs=arguments)
    assert {name: added[name][:] for name in here} == here
    despinner = Despinner(tiny_checkpoint, min_score=0.0)
    for row in added:
        if row["text"] is not None:
            correction = despinner.correct(row["text"])
            assert (row["spun_score"], row["restored"]) == (correction.score, correction.text)
            assert [(e["start"], e["replacement"]) for e in row["edits"]] == [
                (e.start, e.replacement) for e in correction.edits
            ]
    assert any(added["edits"])
