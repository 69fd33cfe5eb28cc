"""Files wherever fsspec reaches: whole or not at all, and errors of one line."""

from __future__ import annotations

import builtins
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from despin.corpus.storage import Folder, StorageError, file_system, open_bytes
from despin.errors import InputError


@pytest.fixture(params=["local", "URL", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    """An empty folder."""
    roots = {
        "local": str(tmp_path / "new"),
        "URL": f"file://{tmp_path}/new/",
        "memory": f"memory:/{tmp_path}/new",
    }
    return Folder(roots[request.param])


def test_a_folder_is_written_and_read(folder: Folder) -> None:
    assert folder.sizes() == {} and folder.read("a") is None and folder.sizes("deep") == {}
    folder.write(b"one", "a")
    folder.write(b"three", "a")
    folder.write(b"", "deep", "b")
    assert folder.read("a") == b"three" and folder.read("deep", "b") == b""
    assert folder.sizes() == {"a": 5} and folder.sizes("deep") == {"b": 0}
    with open_bytes(folder.path("a")) as handle:
        assert handle.read(2) == b"th" and handle.tell() == 2 and handle.read() == b"ree"


def test_a_handle_can_be_used_by_other_libraries(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\ntwo\n")
    with open_bytes(str(tmp_path / "a")) as handle:
        assert handle.readable() and handle.seekable()
        assert io.BufferedReader(handle).readlines() == [b"one\n", b"two\n"]  # type: ignore[type-var]


@pytest.mark.parametrize("path", ["none", "memory://none/a", "."])
def test_what_cannot_be_opened(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError, match=f"^{path}: ") as caught, open_bytes(path):
        pass
    assert "\n" not in str(caught.value)


def test_errors_while_reading_are_told_from_those_of_the_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreliable(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise TimeoutError("the line\nwent dead")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.open", lambda *args: Unreliable())
    with pytest.raises(StorageError, match="the line went dead"), open_bytes("memory://a") as handle:
        handle.read()
    with pytest.raises(OSError, match="mine"), open_bytes("memory://a") as handle:
        raise OSError("mine")


def test_protocols_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"^foo://a: Protocol not known: foo$"):
        file_system("foo://a")
    with pytest.raises(InputError, match=r"^foo://a: "):
        Folder("foo://a")
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name.partition(".")[0] == "paramiko":
            raise ModuleNotFoundError("No module named 'paramiko'", name="paramiko")
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match="paramiko") as caught:
        file_system("sftp://host/a")
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The URL of a folder on an object store, by moto's server."""
    server = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    patch = pytest.MonkeyPatch()
    running = server.ThreadedMotoServer(port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    patch.setenv("AWS_ACCESS_KEY_ID", "x")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    patch.setenv("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}")
    fsspec.config.set_conf_env(fsspec.config.conf)
    fsspec.filesystem("s3").mkdir("corpus")
    yield "s3://corpus"
    running.stop()
    patch.undo()
    fsspec.config.conf.pop("s3", None)


def test_an_object_store(bucket: str) -> None:
    folder = Folder(f"{bucket}/new")
    test_a_folder_is_written_and_read(folder)
    with pytest.raises(StorageError, match=r"^s3://none/a: ") as caught, open_bytes("s3://none/a"):
        pass
    assert "\n" not in str(caught.value)


def test_a_run_on_an_object_store_is_resumed(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    from despin.corpus.cleaning import clean_corpus
    from despin.corpus.corpus_settings import CorpusSettings

    system = fsspec.filesystem("s3")
    for name in ("a", "b"):
        lines = b"".join(b'{"text": "The house %d rose."}\n' % number for number in range(100))
        system.pipe_file(f"corpus/in/{name}.jsonl", lines)

    def run(out: str) -> tuple[dict[str, bytes], int]:
        settings = CorpusSettings(read="none", part_documents=30)
        outcome = clean_corpus([f"{bucket}/in"], f"{bucket}/{out}", settings, workers=1)
        assert not outcome.failures
        names = system.find(f"corpus/{out}")
        found = {name.removeprefix(f"corpus/{out}/"): system.cat_file(name) for name in names}
        return found, outcome.statistics.documents

    whole, documents = run("one")
    assert documents == 200 and sum(name.startswith("part-") for name in whole) == 8
    run("two")
    for name in (
        "__despin/part-00000-000002.json",
        "__despin/part-00001-000000.json",
        "part-00001-000001.jsonl",
    ):
        system.rm_file(f"corpus/two/{name}")
    assert run("two") == (whole, documents)
