"""The steps in a pipeline of the real `datatrove`: JSON lines in, JSON lines out. The model is a stand-in."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from despin import ConfigError, Edit, revert_edits
from despin.corpus.document_reader import Document

pytest.importorskip("datatrove", reason="datatrove is not installed: pip install 'despin[datatrove]'")
pytest.importorskip("orjson", reason="datatrove reads JSON lines with orjson")

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from despin.corpus.datatrove_steps import DespinFormatter, SpunFilter

SPUN, RESTORED, CLEAN = "The decrease home met.", "The lower house met.", "The board met."
ROWS = [[SPUN, CLEAN, CLEAN], [CLEAN, SPUN]]
"""The texts of two files, one a task."""


def run(folder: Path, *steps: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What comes out of a pipeline of two tasks, and the statistics of its first step of ours."""
    (folder / "in").mkdir()
    for number, texts in enumerate(ROWS):
        lines = [
            json.dumps({"id": f"{number}/{i}", "text": t, "url": f"u{i}"}) + "\n" for i, t in enumerate(texts)
        ]
        (folder / "in" / f"{number}.jsonl").write_text("".join(lines))
    reader, writer = JsonlReader(str(folder / "in")), JsonlWriter(str(folder / "out"), compression=None)
    stats = LocalPipelineExecutor(
        [reader, *steps, writer], tasks=2, workers=1, logging_dir=str(folder / "logs")
    ).run()
    (own, *_) = [step for step in stats.stats if "Despin" in step.name]
    return read(folder / "out"), {name: metric.total for name, metric in own.stats.items()}


def read(folder: Path) -> list[dict[str, Any]]:
    """The documents in a folder, ordered by id."""
    lines = [line for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
    return sorted(map(json.loads, lines), key=lambda row: str(row["id"]))


def test_spun_documents_are_dropped_into_the_exclusion_writer(
    tmp_path: Path, groups: list[list[Document]]
) -> None:
    excluded = JsonlWriter(str(tmp_path / "spun"), compression=None)
    kept, stats = run(tmp_path, SpunFilter(excluded))
    assert [row["id"] for row in kept] == ["0/1", "0/2", "1/0"]
    assert {row["text"] for row in kept} == {CLEAN}
    assert kept[0]["metadata"]["url"] == "u1"
    assert kept[0]["metadata"]["spun_score"] == 0.125 and kept[0]["metadata"]["spun_verdict"] == "clean"
    dropped = read(tmp_path / "spun")
    assert [(row["id"], row["metadata"]["spun_score"]) for row in dropped] == [("0/0", 0.9), ("1/1", 0.9)]
    assert stats["dropped_spun"] == stats["spun_spun"] == 2 and stats["spun_clean"] == 3
    assert [len(group) for group in groups] == [3, 2]  # each task's documents share batches


def test_all_are_kept_with_their_scores(tmp_path: Path, groups: list[list[Document]]) -> None:
    kept, _ = run(tmp_path, SpunFilter(drop=False, prefix="d_", batch_size=2))
    assert [row["metadata"]["d_spun_verdict"] for row in kept] == ["spun", "clean", "clean", "clean", "spun"]
    assert [len(group) for group in groups] == [2, 1, 2]


def test_texts_are_restored(tmp_path: Path, groups: list[list[Document]]) -> None:
    rows, stats = run(tmp_path, DespinFormatter(format="markdown"))
    assert [row["text"] for row in rows] == [RESTORED, CLEAN, CLEAN, CLEAN, RESTORED]
    spun = rows[0]["metadata"]
    assert revert_edits(RESTORED, [Edit(**edit) for edit in spun["edits"]]) == SPUN
    assert (spun["url"], spun["spun_score"], spun["spun_verdict"]) == ("u0", 0.9, "spun")
    assert rows[1]["metadata"]["edits"] == []
    assert (stats["total"], stats["restored"], stats["edits"]) == (5, 2, 2)
    assert groups[0][0].format == "markdown"
    assert DespinFormatter().format(SPUN) == RESTORED and DespinFormatter().format(CLEAN) == CLEAN


def test_steps_travel_to_other_processes_and_check_their_arguments() -> None:
    assert pickle.loads(pickle.dumps(SpunFilter(threshold=0.5)))._reader.settings.threshold == 0.5
    with pytest.raises(ConfigError, match="read must be one of"):
        DespinFormatter(read="some")  # type: ignore[arg-type]
