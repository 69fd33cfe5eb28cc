"""A run as a whole: the same bytes however it is done, ended and begun again."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

from despin.corpus.cleaning import clean_corpus
from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.output_folder import OutputFolder
from despin.corpus.storage import Folder
from despin.corpus.task import Progress
from despin.errors import DespinError, InputError

Digests = Callable[[Path], dict[str, str]]


@pytest.fixture
def calm(lines: Path, settings: CorpusSettings, tmp_path: Path, digests: Digests) -> dict[str, str]:
    """What an undisturbed run ends with."""
    assert clean_corpus([str(lines)], str(tmp_path / "calm"), settings, workers=1).is_complete
    found = digests(tmp_path / "calm")
    assert len(found) == 20 + 20 + 2  # parts, records, the run and the manifest
    return found


def test_processes_make_no_difference(
    lines: Path, settings: CorpusSettings, tmp_path: Path, digests: Digests, calm: dict[str, str]
) -> None:
    outcome = clean_corpus([str(lines)], str(tmp_path / "three"), settings, workers=3)
    assert outcome.is_complete and outcome.statistics.documents == 200
    assert digests(tmp_path / "three") == calm


def test_threads_and_processes_make_no_difference_to_the_model(
    lines: Path, tmp_path: Path, digests: Digests, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_bytes(b"".join(lines.read_bytes().splitlines(keepends=True)[:4]))
    settings = CorpusSettings("correct", read="all", part_documents=2, checkpoint=str(tiny_checkpoint))
    outs = []
    for cores, workers in ((1, 1), (2, 1), (2, 2)):
        monkeypatch.setattr("despin.corpus.cleaning.available_cores", lambda cores=cores: cores)
        outs.append(tmp_path / f"{cores}-{workers}")
        outcome = clean_corpus([str(few)], str(outs[-1]), settings, workers=workers)
        assert outcome.statistics.documents_read == 4
    assert digests(outs[0]) == digests(outs[1]) == digests(outs[2])


def test_what_is_missing_or_broken_is_done_again(
    lines: Path, settings: CorpusSettings, tmp_path: Path, digests: Digests, calm: dict[str, str]
) -> None:
    draw = random.Random(0)
    folder = tmp_path / "calm"
    for path in draw.sample(sorted(folder.rglob("part-*")), 10):
        path.unlink()
    broken = draw.sample(sorted(folder.rglob("part-*")), 6)
    for path in broken:
        path.write_bytes(path.read_bytes()[:-1])
    records = sorted((folder / "__despin").glob("part-*"))[:3]
    for path, (value, other) in zip(records, [('"part-0', '"port-0'), (": 10,", ': "x",'), ("}", "")]):
        path.write_text(path.read_text("utf-8").replace(value, other), "utf-8")
    first, *_, last = sorted((folder / "__despin").glob("part-*"))
    first.write_bytes(last.read_bytes())  # a whole record, but of another part
    for where in (folder, folder / "__despin"):
        (where / ".despin-0123456789ab").write_bytes(b"half")
    assert clean_corpus([str(lines)], str(folder), settings, workers=1).is_complete
    assert digests(folder) == calm


def test_a_finished_run_is_left_as_it_is(
    lines: Path, settings: CorpusSettings, tmp_path: Path, calm: dict[str, str]
) -> None:
    parts = sorted((tmp_path / "calm").glob("part-*"))
    times = [path.stat().st_mtime_ns for path in parts]
    outcome = clean_corpus([str(lines)], str(tmp_path / "calm"), settings, workers=1, begin=pytest.fail)
    assert outcome.is_complete and outcome.statistics.documents == 200
    assert [path.stat().st_mtime_ns for path in parts] == times


def test_another_run_s_folder_is_refused(
    lines: Path, settings: CorpusSettings, tmp_path: Path, calm: dict[str, str]
) -> None:
    out = str(tmp_path / "calm")
    with pytest.raises(InputError, match="other settings: mode was 'score', is 'drop'"):
        clean_corpus([str(lines)], out, replace(settings, mode="drop"), workers=1)
    copy = tmp_path / "other.jsonl"
    shutil.copy2(lines, copy)
    with pytest.raises(InputError, match=f"without {copy}"):
        clean_corpus([str(lines), str(copy)], out, settings, workers=1)
    os.utime(lines, ns=(0, 0))
    with pytest.raises(InputError, match=f"{lines} has changed since"):
        clean_corpus([str(lines)], out, settings, workers=1)


def test_a_folder_with_other_files_is_refused(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "photographs").mkdir(parents=True)
    with pytest.raises(InputError, match="holds photographs but no run of despin corpus"):
        clean_corpus([str(lines)], str(out), settings, workers=1)
    with pytest.raises(InputError, match="is no folder"):
        clean_corpus([str(lines)], str(lines), settings, workers=1)


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_wrong_arguments_are_refused(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    for inputs, out, workers, message in (
        ([], "out", 1, "no input is named"),
        (["", str(lines)], "out", 1, "'' is no file name"),
        ([str(lines)], "", 1, "'' is no folder name"),  # else it would be the root of the file system
        ([str(lines)], "out", -1, "workers must be a whole number, 0 or more, got -1"),
    ):
        with pytest.raises(DespinError, match=f"^{message}$"):
            clean_corpus(inputs, out and str(tmp_path / out), settings, workers=workers)
    assert not (tmp_path / "out").exists()


def test_one_input_and_paths(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    forms: list[Any] = [lines, str(lines), [lines]]
    for number, given in enumerate(forms):
        outcome = clean_corpus(given, tmp_path / f"out-{number}", settings, workers=1)
        assert outcome.statistics.documents == 200


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are Unicode there")
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".txt", ".parquet"])
def test_a_name_that_is_not_utf8(suffix: str, settings: CorpusSettings, tmp_path: Path) -> None:
    path = tmp_path / f"caf\udce9{suffix}"
    content = {".jsonl": b'{"text": "a b"}\nx\n', ".csv": b'text\na b\n"x\n', ".txt": b"a b"}
    if suffix == ".parquet":
        pq = pytest.importorskip("pyarrow.parquet")
        pa = pytest.importorskip("pyarrow")
        with path.open("wb") as file:
            pq.write_table(pa.table({"text": ["a b", None]}), file)
    else:
        path.write_bytes(content[suffix])
    for _ in range(2):  # then resumed
        outcome = clean_corpus(path, tmp_path / "out", settings, workers=1)
        assert not outcome.failures and outcome.statistics.documents == 1
        assert sum(outcome.statistics.asides.values()) == (suffix != ".txt")
    with pytest.raises(InputError, match="holds another run"):
        clean_corpus([path, path], tmp_path / "out", settings, workers=1)


def test_files_that_change_meanwhile_are_told(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    texts = [tmp_path / "texts" / f"{number},.txt" for number in range(3)]
    for text in texts:
        text.write_text("a b")

    def begin(sources: object) -> Callable[[Progress], None]:
        return lambda progress: change()

    def change() -> None:
        with lines.open("a") as file:
            file.write("{}\n")
        texts[1].write_text("another text")
        texts[2].unlink(missing_ok=True)

    given: list[Any] = [lines, tmp_path / "texts"]
    outcome = clean_corpus(given, tmp_path / "out", settings, workers=1, begin=begin)
    assert outcome.changed == [str(lines), str(texts[1])] and not outcome.is_complete
    given = [lines, tmp_path / "texts" / "0,.txt", f"file://{tmp_path}/texts/1,.txt"]
    assert clean_corpus(given, tmp_path / "other", settings, workers=1).changed == []


def test_two_runs_at_once_are_refused(lines: Path, settings: CorpusSettings, tmp_path: Path) -> None:
    out = str(tmp_path / "out")

    def again(sources: object) -> None:
        clean_corpus([str(lines)], out, settings, workers=1)

    with pytest.raises(InputError, match="another run of despin corpus is at work"):
        clean_corpus([str(lines)], out, settings, workers=1, begin=again)  # type: ignore[arg-type]


def test_a_source_that_went_away_fails_alone(
    lines: Path, settings: CorpusSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from despin.corpus import task

    other = tmp_path / "other.jsonl"
    shutil.copy2(lines, other)
    read = task.read_parts

    def fail_for_the_first(source: object, settings: CorpusSettings) -> object:
        if source.number == 0:  # type: ignore[attr-defined]
            raise InputError("the hub is not there")
        return read(source, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(task, "read_parts", fail_for_the_first)
    outcome = clean_corpus([str(lines), str(other)], str(tmp_path / "out"), settings, workers=1)
    assert outcome.failures == {str(lines): "the hub is not there"}
    assert outcome.statistics.documents == 200 and not outcome.is_complete


def test_an_object_store(
    lines: Path, settings: CorpusSettings, digests: Digests, calm: dict[str, str]
) -> None:
    import hashlib

    import fsspec

    out = "memory://corpus-run/out"
    assert clean_corpus([str(lines)], out, settings, workers=1).is_complete
    system = fsspec.filesystem("memory")
    system.rm("/corpus-run/out/__despin/part-00000-000003.json")
    assert clean_corpus([str(lines)], out, settings, workers=1).is_complete
    found = system.find("/corpus-run/out")
    assert {
        name.removeprefix("/corpus-run/out/"): hashlib.sha256(system.cat_file(name)).hexdigest()
        for name in found
    } == calm


def test_after_failures_in_a_row_a_run_ends(
    lines: Path, settings: CorpusSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise MemoryError("no more")

    monkeypatch.setattr("despin.corpus.task.process_part", fail)
    outcome = clean_corpus([str(lines)], str(tmp_path / "out"), settings, workers=1)
    assert list(outcome.failures.values()) == ["MemoryError: no more"] * 5
    assert not outcome.is_complete


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not sys.platform.startswith("linux") or shutil.which("mount") is None:
        pytest.skip("needs mount")
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True
    ).returncode:
        pytest.skip("may not mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk(
    lines: Path,
    settings: CorpusSettings,
    digests: Digests,
    calm: dict[str, str],
    small_disk: Path,
    workers: int,
) -> None:
    out = small_disk / "out"
    outcome = clean_corpus([str(lines)], str(out), settings, workers=workers)
    assert len(outcome.failures) == 5 and not outcome.is_complete
    assert all("No space left on device" in reason for reason in outcome.failures.values())
    assert 0 < outcome.statistics.documents < 200
    for name, digest in digests(out).items():  # nothing is half-written
        assert calm[name] == digest or name.endswith("manifest.json")
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    assert clean_corpus([str(lines)], str(out), settings, workers=workers).is_complete
    assert digests(out) == calm


def test_a_full_disk_is_one_line(
    despin: Callable[..., subprocess.CompletedProcess[bytes]], lines: Path, small_disk: Path
) -> None:
    done = despin(
        "corpus",
        lines,
        "--out",
        small_disk / "out",
        "--read",
        "none",
        "--workers",
        "1",
        "--part-documents",
        "10",
    )
    assert done.returncode == 3
    said = done.stderr.decode().splitlines()
    assert all(line.startswith("despin: ") for line in said)
    assert "5 parts could not be done" in said[-1] and "No space left on device" in said[-1]


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_a_folder_that_cannot_be_written(
    lines: Path, settings: CorpusSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Folder, data: bytes, *names: str) -> None:
        raise InputError(f"{self.path(*names)}: Permission denied")

    monkeypatch.setattr(Folder, "write", refuse)
    with pytest.raises(InputError, match=r"run\.json: Permission denied"):
        clean_corpus([str(lines)], str(tmp_path / "out"), settings, workers=1)


def test_the_manifest_names_each_file(tmp_path: Path, calm: dict[str, str]) -> None:
    manifest = json.loads((tmp_path / "calm" / "__despin" / "manifest.json").read_text("utf-8"))
    assert manifest["parts"] == 20
    assert {file["name"]: file["sha256"] for file in manifest["files"]} == {
        name: digest for name, digest in calm.items() if not name.startswith("__despin")
    }
    records = list(OutputFolder(Folder(str(tmp_path / "calm")), "jsonl").records())
    assert [record.is_last for record in records] == [False] * 19 + [True]
