"""The examples of the documentation, run as they stand there, with the embedded model."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from despin import Despinner

CLEAN = "The board met on Monday."
Example = Callable[[str], str]
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def spun(root: Path) -> str:
    """A spun text."""
    return (root / "examples" / "spun-budget.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def restored(spun: str) -> str:
    """What it is restored to."""
    return Despinner().correct(spun).text


@pytest.fixture
def example(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spun: str) -> Example:
    """The code of an example of the page, in a folder that holds what the examples read."""
    page = (root / "docs" / "corpus-integrations.md").read_text(encoding="utf-8")
    lines = [json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate([CLEAN, None, spun])]
    (tmp_path / "articles.jsonl").write_text("".join(lines))
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "0.jsonl").write_text("".join(lines[::2]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def code(name: str) -> str:
        (found,) = re.findall(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", page, re.DOTALL)
        assert isinstance(found, str)
        return found

    return code


def after(code: str) -> dict[str, Any]:
    """The names that an example leaves."""
    names: dict[str, Any] = {}
    exec(compile(code, "example", "exec"), names)
    return names


def test_score(example: Example, despin: Run) -> None:
    command, *lines = example("score").splitlines()
    done = despin(*command.removeprefix("$ despin ").split())
    assert done.returncode == 4
    shown = [line.split("\t") for line in lines]
    written = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [(path, verdict) for path, _, verdict in written] == [
        (path, verdict) for path, _, verdict in shown
    ]
    # The model's int8 sums are rounded by the processor's own instructions.
    assert [float(s) for _, s, _ in written] == pytest.approx([float(s) for _, s, _ in shown], abs=0.05)


def test_datasets(example: Example, restored: str) -> None:
    pytest.importorskip("datasets")
    names = after(example("datasets"))
    rows = names["rows"]
    assert rows["spun_verdict"][:] == ["clean", None, "spun"]
    assert rows["restored"][:] == [CLEAN, None, restored]
    assert rows[2]["edits"][0]["start"] > 0 and names["clean"]["text"][:] == [CLEAN]


def test_pandas(example: Example, restored: str) -> None:
    pytest.importorskip("pandas")
    frame = after(example("pandas"))["frame"]
    assert list(frame["restored"])[::2] == [CLEAN, restored] and frame["edits"][2]


def test_spark(example: Example, restored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    settings: dict[str, Any] = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}
    try:
        spark = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    except PySparkRuntimeError as error:
        pytest.skip(f"no Java: {error}")
    try:
        rows = sorted(after(example("spark"))["rows"].collect(), key=lambda row: row.id)
    finally:
        spark.stop()
    assert [row.restored for row in rows] == [CLEAN, None, restored]
    assert rows[0].edits == [] and rows[1].edits is None and rows[2].edits[0].start > 0


def test_datatrove(example: Example, restored: str, spun: str, tmp_path: Path) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed: pip install 'despin[datatrove]'")
    (tmp_path / "script.py").write_text(example("datatrove"))
    subprocess.run([sys.executable, "script.py"], check=True, capture_output=True, timeout=120)
    texts = {name: texts_in(tmp_path / name) for name in ("restored", "kept", "spun")}
    assert texts == {"restored": [CLEAN, restored], "kept": [CLEAN], "spun": [spun]}


def texts_in(folder: Path) -> list[str]:
    """The texts in a folder of packed JSON lines."""
    return [json.loads(line)["text"] for file in folder.iterdir() for line in gzip.open(file)]


def test_spacy(example: Example, spun: str) -> None:
    pytest.importorskip("spacy", reason="spaCy is not installed")
    doc = after(example("spacy"))["nlp"](spun)
    assert doc._.spun_score > 0.9
    (edit, *_) = doc._.edits
    assert doc.char_span(edit.start, edit.end).text == edit.source
