"""A Ray cluster of node processes on this machine, one of which is killed in the middle."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")
pytest.importorskip("ray")
pytest.importorskip("psutil")

from despin.bench.corpora.node_processes import NodeProcesses
from despin.corpus.cleaning import clean_corpus
from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.task import Progress
from despin.errors import DespinError, InputError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="node processes")
Digests = Callable[[Path], dict[str, str]]


@pytest.fixture(scope="module")
def nodes() -> Iterator[NodeProcesses]:
    """A cluster of three nodes."""
    with NodeProcesses.started() as started:
        yield started


@pytest.fixture
def calm(lines: Path, settings: CorpusSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three sources, given by relative paths, of which ``calm`` is an undisturbed run without Ray."""
    names = ["a.jsonl", "b.jsonl", "c.jsonl"]
    for name in names:
        (tmp_path / name).write_bytes(lines.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert clean_corpus(names, "calm", settings, workers=1).is_complete
    return names


def test_a_node_that_is_killed_makes_no_difference(
    nodes: NodeProcesses,
    calm: list[str],
    settings: CorpusSettings,
    digests: Digests,
    capfd: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []

    def begin(sources: object) -> Callable[[Progress], None]:
        def report(progress: Progress) -> None:
            if len(done) == 5:
                nodes.kill_one(random.Random(0))
            done.append(progress.name)

        return report

    capfd.readouterr()
    outcome = clean_corpus(calm, "killed", settings, ray=nodes.address, begin=begin)
    said = capfd.readouterr()
    assert outcome.failures == {} and outcome.is_complete
    assert len(set(done)) == 60
    assert digests(Path("killed")) == digests(Path("calm"))
    assert (said.out, said.err) == ("", ""), "Ray is quiet"


def test_a_run_is_resumed(
    nodes: NodeProcesses, calm: list[str], settings: CorpusSettings, digests: Digests
) -> None:
    before = digests(Path("calm"))
    for path in sorted(Path("calm").rglob("part-0000[12]-*"))[::3]:
        path.unlink()
    assert clean_corpus(calm, "calm", settings, ray=nodes.address).is_complete
    assert digests(Path("calm")) == before


def test_failures_are_counted_and_the_rest_goes_on(
    nodes: NodeProcesses, lines: Path, settings: CorpusSettings, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (out / "__despin" / "part-00000-000007.json").mkdir(parents=True)  # a file cannot be written there
    outcome = clean_corpus([str(lines)], str(out), settings, ray=nodes.address)
    assert list(outcome.failures) == ["part-00000-000007"]
    assert "is a directory" in outcome.failures["part-00000-000007"]
    assert outcome.statistics.documents == 190 and not outcome.is_complete


def test_a_folder_that_is_not_shared_is_one_error(
    nodes: NodeProcesses, lines: Path, settings: CorpusSettings
) -> None:
    with pytest.raises(InputError, match="a folder that they share"):
        clean_corpus([str(lines)], "memory://not-shared/out", settings, ray=nodes.address)


def test_no_cluster_is_one_error(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    with pytest.raises(DespinError, match=r"--ray 127\.0\.0\.1:1: cannot connect to a cluster"):
        clean_corpus([str(lines)], str(tmp_path / "out"), settings, ray="127.0.0.1:1")
