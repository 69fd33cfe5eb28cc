"""Whole runs from each kind of input to each kind of output, as those who read the output see it."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from despin.corpus import document_reader
from despin.corpus.cleaning import Outcome, clean_corpus
from despin.corpus.corpus_settings import CorpusSettings
from despin.errors import InputError

Run = Callable[..., Outcome]


class ByWord:
    """A first look that suspects a text by a word of it."""

    @classmethod
    def load(cls) -> ByWord:
        """As `despin.infer.decision.first_look`."""
        return cls()

    def look(self, text: str) -> Any:
        """Whether the word is in it."""
        is_suspect = "spun" in text
        spans = [(0, len(text))] if is_suspect else []
        return SimpleNamespace(
            words=len(text.split()), score=0.9 if is_suspect else 0.1, is_suspect=is_suspect, spans=spans
        )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run in this process, by the first look alone: ``run([input], out, mode="drop")``."""
    monkeypatch.setattr(document_reader, "FirstLook", ByWord)

    def call(inputs: list[Any], out: Any, split: str = "train", **settings: Any) -> Outcome:
        own = CorpusSettings(**{"read": "none", **settings})
        return clean_corpus([str(given) for given in inputs], str(out), own, workers=1, split=split)

    return call


def texts(count: int, spun: range) -> list[str]:
    """Texts of which some are to be found."""
    return [f"a spun text {n}" if n in spun else f"a text {n}" for n in range(count)]


def files(folder: Path) -> list[str]:
    """What a run has written, without its records."""
    found = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return sorted(name for name in found if not name.startswith("__despin"))


def documents(file: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


def test_dropped_documents_are_in_a_folder_of_their_own(run: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"text": text, "n": n}) for n, text in enumerate(texts(30, range(5, 20)))]
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    out = tmp_path / "out"
    outcome = run([tmp_path / "a.jsonl.gz"], out, mode="drop", part_documents=10)
    assert outcome.is_complete and outcome.statistics.verdicts["spun"] == 15
    assert files(out) == [  # the second part holds nothing but spun documents
        "__dropped/part-00000-000000.jsonl.gz",
        "__dropped/part-00000-000001.jsonl.gz",
        "part-00000-000000.jsonl.gz",
        "part-00000-000002.jsonl.gz",
    ]
    kept = [row for file in sorted(out.glob("part-*")) for row in documents(file)]
    assert [row["n"] for row in kept] == [*range(5), *range(20, 30)]
    dropped = [row for file in sorted(out.glob("__dropped/part-*")) for row in documents(file)]
    assert [row["n"] for row in dropped] == list(range(5, 20))
    assert all(row["spun_verdict"] == "spun" for row in dropped)


@pytest.mark.parametrize("mode", ["score", "correct", "drop"])
def test_a_reader_of_data_sets_reads_the_parquet_parts(run: Run, tmp_path: Path, mode: str) -> None:
    datasets = pytest.importorskip("datasets")
    wordings = texts(40, range(10, 20))
    table = pa.table({"text": wordings, "id": range(40), "tags": [[str(n)] * (n % 3) for n in range(40)]})
    pq.write_table(
        table.replace_schema_metadata({"huggingface": "{}", "pandas": "{}"}), tmp_path / "a.parquet"
    )
    out = tmp_path / "out"
    reading = "suspects" if mode == "correct" else "none"
    outcome = run([tmp_path / "a.parquet"], out, mode=mode, part_documents=10, read=reading)
    assert outcome.is_complete and outcome.statistics.documents == 40
    assert len(list(out.glob("*.parquet"))) == (3 if mode == "drop" else 4)
    schemas = [pq.read_schema(file) for file in sorted(out.glob("*.parquet"))]
    assert all(schema.equals(schemas[0], check_metadata=True) for schema in schemas)
    found = datasets.load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache"))
    expected = [n for n in range(40) if mode != "drop" or n not in range(10, 20)]
    assert found["id"] == expected and found["text"] == [wordings[n] for n in expected]
    assert found[5]["tags"] == table["tags"][expected[5]].as_py()
    if mode == "correct":
        assert found["restored"][:10] == wordings[:10] and found["edits"][0] == []
        assert "edits" in found.features and "start" in str(found.features["edits"])


def test_inputs_of_all_kinds_together(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.table({"text": ["parquet"], "x": [float("nan")]}), folder / "a.parquet")
    (folder / "b.jsonl").write_text('{"text": "lines"}\n?\n')
    (folder / "c.csv").write_text("text,n\ncsv,007\n")
    (folder / "d.md").write_text("markdown")
    (folder / "e.png").write_bytes(b"")
    outcome = run([folder], tmp_path / "out")
    found = [row for file in sorted((tmp_path / "out").glob("part-*")) for row in documents(file)]
    assert [row["text"] for row in found] == ["parquet", "lines", "csv", "markdown"]
    assert found[0]["x"] is None and found[2]["n"] == "007" and found[3]["path"].endswith("d.md")
    assert outcome.statistics.asides == {"not JSON": 1} and not outcome.is_complete
    assert [Path(path).name for path in outcome.left_out] == ["e.png"]
    assert documents(tmp_path / "out" / "__aside" / "part-00001-000000.jsonl")[0]["position"] == "line 2"
    outcome = run([folder], tmp_path / "parquet", output="parquet")
    tables = [pq.read_table(file) for file in sorted((tmp_path / "parquet").glob("part-*"))]
    assert [table["text"][0].as_py() for table in tables] == ["parquet", "lines", "csv", "markdown"]


def test_the_schema_of_lines_is_that_of_the_first_documents_there_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    (tmp_path / "b.jsonl").write_text('?\n{"text": "one", "n": 1}\n')
    (tmp_path / "c.jsonl").write_text('{"text": "two", "n": "2"}\n{"text": "three"}\n')
    outcome = run([tmp_path / f"{name}.jsonl" for name in "abc"], tmp_path / "out", output="parquet")
    tables = [pq.read_table(file) for file in sorted((tmp_path / "out").glob("part-*"))]
    assert [table.select(["text", "n"]).to_pylist() for table in tables] == [
        [{"text": "one", "n": 1}],
        [{"text": "three", "n": None}],
    ]
    assert outcome.statistics.asides == {"not JSON": 1, "other fields": 1}


@pytest.mark.parametrize("output", [None, "parquet"])
def test_no_documents_at_all(run: Run, tmp_path: Path, output: str | None) -> None:
    (tmp_path / "a.jsonl").write_text("\n")
    outcome = run([tmp_path / "a.jsonl"], tmp_path / "out", output=output)
    assert outcome.is_complete and outcome.statistics.documents == 0 and files(tmp_path / "out") == []


def test_in_memory_from_start_to_end(run: Run) -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    name = f"/{uuid.uuid4().hex}"
    system.pipe_file(f"{name}/in/a.jsonl", b'{"text": "a"}\n')
    for _ in range(2):  # the second run finds all done, and not its own output among the inputs
        assert run([f"memory:/{name}"], f"memory:/{name}/out").statistics.documents == 1
    assert json.loads(system.cat_file(f"{name}/out/part-00000-000000.jsonl"))["text"] == "a"


def test_an_output_folder_in_the_input_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n')
    for _ in range(2):
        assert run([tmp_path], tmp_path / "out").statistics.documents == 1


def test_an_earlier_result_is_scored_again_without_its_records(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n?\n{"text": "a spun text"}\n')
    run([tmp_path / "a.jsonl"], tmp_path / "one", mode="drop")
    outcome = run([tmp_path / "one"], tmp_path / "two", prefix="again_")
    assert outcome.statistics.documents == 1 and outcome.is_complete


@pytest.mark.parametrize(
    ("name", "data", "settings", "message"),
    [
        ("a.jsonl", b'{"body": "a"}\n', {}, "line 1: no field 'text'; fields: body"),
        ("a.jsonl", b'{"text": "a", "spun_score": 1}\n', {}, "'spun_score' is there already; add --prefix"),
        ("a.json", b'[{"text": "a"},\n{"text": "b"}]', {}, "a JSON array; `jq -c"),
        ("a.jsonl.gz", b"junk", {}, "not a gzip file"),
        ("a.csv", b"text,text\na,b\n", {}, "'text' stands twice in the header"),
        ("a.csv", b"body\na\n", {}, "no column 'text'; columns: body"),
        ("a.parquet", b"junk", {}, "a.parquet: "),
        ("a.warc", b"junk", {}, "a.warc: "),
        ("a.txt", b"\xff\xff", {}, "not UTF-8"),
    ],
)
def test_what_cannot_be_right_is_refused_at_once(
    run: Run, tmp_path: Path, name: str, data: bytes, settings: dict[str, Any], message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        run([tmp_path / name], tmp_path / "out", **settings)
    assert message in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / name)) and not (tmp_path / "out").exists()


def test_a_type_that_parquet_has_not_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    table = pa.table({"text": ["a"], "odd": pa.array([pa.MonthDayNano((1, 2, 3))])})
    with pa.ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(InputError, match=r"cannot be written as Parquet: .*--output jsonl"):
        run([tmp_path / "a.arrow"], tmp_path / "out")
    assert run([tmp_path / "a.arrow"], tmp_path / "out", output="jsonl").is_complete
