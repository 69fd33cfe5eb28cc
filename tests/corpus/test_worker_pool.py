"""Workers that die, parts that kill them, and that nothing is left of either."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.done_parts import DoneParts
from despin.corpus.output_folder import OutputFolder
from despin.corpus.sources.listing import find_sources
from despin.corpus.storage import Folder
from despin.corpus.task import Progress, Task
from despin.corpus.worker_pool import LocalWorkers
from despin.errors import DespinError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


@pytest.fixture
def deadly_tasks(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("deadly_tasks")


def run(task: Task, path: Path, workers: int) -> tuple[dict[str, str], list[Progress]]:
    reports: list[Progress] = []
    sources = find_sources([str(path)]).sources
    return LocalWorkers(workers).run(task, sources, DoneParts(), reports.append), reports


def folder(tmp_path: Path) -> OutputFolder:
    return OutputFolder(Folder(str(tmp_path / "out")), "jsonl")


def mark(path: Path, number: int) -> None:
    """Put a word into a document, at which DeadlyTask kills its process."""
    rows = path.read_text("utf-8").splitlines()
    rows[number] = rows[number].replace("rain", "deadly")
    path.write_text("\n".join(rows) + "\n", "utf-8")


def test_a_worker_that_dies_is_replaced_and_its_part_done(
    lines: Path, settings: CorpusSettings, tmp_path: Path, deadly_tasks: Any
) -> None:
    mark(lines, 77)
    deaths = tmp_path / "deaths"
    task = deadly_tasks.DeadlyTask(settings, folder(tmp_path), deaths=str(deaths), limit=1)
    failures, reports = run(task, lines, 2)
    assert failures == {} and deaths.read_bytes() == b"x"
    assert sorted(report.name for report in reports) == [f"part-00000-{n:06d}" for n in range(20)]


def test_a_part_that_kills_each_worker_is_a_failure_and_the_rest_goes_on(
    lines: Path, settings: CorpusSettings, tmp_path: Path, deadly_tasks: Any
) -> None:
    mark(lines, 77)
    deaths = tmp_path / "deaths"
    task = deadly_tasks.DeadlyTask(settings, folder(tmp_path), deaths=str(deaths), limit=100)
    failures, reports = run(task, lines, 2)
    assert list(failures) == ["part-00000-000007"] and "ended 2 times" in failures["part-00000-000007"]
    assert deaths.read_bytes() == b"xx"
    assert sum(report.record is not None for report in reports) == 19


def test_workers_that_never_begin_are_one_error(
    lines: Path, settings: CorpusSettings, tmp_path: Path, deadly_tasks: Any
) -> None:
    with pytest.raises(DespinError, match="cannot be started"):
        run(deadly_tasks.UnreadableTask(settings, folder(tmp_path)), lines, 2)


def test_an_end_in_the_middle_ends_the_workers(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    seen = []

    def stop(progress: Progress) -> None:
        seen.extend(p for p in psutil.Process().children(recursive=True) if p.pid not in before)
        raise KeyboardInterrupt

    sources = find_sources([str(lines)]).sources
    with pytest.raises(KeyboardInterrupt):
        LocalWorkers(2).run(Task(settings, folder(tmp_path)), sources, DoneParts(), stop)
    assert len(seen) >= 2
    assert [process for process in seen if is_worker(process)] == []
    assert not list(tmp_path.rglob(".despin-*"))


def is_worker(process: Any) -> bool:
    """Whether it runs still, and is not the one that Python keeps for all of them."""
    import psutil

    try:
        return "resource_tracker" not in " ".join(process.cmdline())
    except psutil.Error:
        return False
