"""What the inputs of a run lead to: files, folders, globs, URLs, names of data sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from despin.corpus.sources.listing import find_sources, is_hub_name, kind_of
from despin.errors import InputError


def names(folder: Path, *inputs: str | Path, out: str | Path | None = None) -> list[str]:
    """The paths of the sources, below the folder, of groups those of their files."""
    listed = find_sources([str(given) for given in inputs], leave_out=None if out is None else str(out))
    assert [source.number for source in listed.sources] == list(range(len(listed.sources)))
    paths = [path for source in listed.sources for path in (source.files or [source.path])]
    return [path.removeprefix(f"{folder}/") for path in paths]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of many kinds, hidden ones, and an output folder of an earlier run."""
    for name in (
        "b.jsonl", "a.parquet", "deep/c.jsonl.gz", "deep/d.csv", "e.txt", "deep/f.md", "g.warc.gz", "h.png",
        ".hidden.jsonl", ".git/i.jsonl", "old/part-00000-000000.jsonl", "old/__aside/part-00000-000000.jsonl",
        "old/__despin/run.json", "old/__dropped/part-00000-000000.jsonl", "_posts/j.md",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


def test_a_folder(folder: Path) -> None:
    expected = [
        "a.parquet", "b.jsonl", "deep/c.jsonl.gz", "deep/d.csv", "g.warc.gz", "old/part-00000-000000.jsonl",
        "_posts/j.md", "deep/f.md", "e.txt",
    ]  # fmt: skip
    assert names(folder, folder) == expected
    assert [Path(path).name for path in find_sources([str(folder)]).left_out] == ["h.png"]
    assert names(folder, folder, out=folder / "old") == [name for name in expected if "old" not in name]
    assert names(folder, f"file://{folder}", out=f"file://{folder}/old") == [
        n for n in expected if "old" not in n
    ]


def test_globs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(folder, f"{folder}/**/*.jsonl*", out=folder / "old") == ["b.jsonl", "deep/c.jsonl.gz"]
    monkeypatch.chdir(folder)
    assert names(folder, "deep/*") == ["deep/c.jsonl.gz", "deep/d.csv", "deep/f.md"]
    assert names(folder, "./b.jsonl", "e.txt") == ["./b.jsonl", "e.txt"]
    (folder / "odd[1].jsonl").write_text("x")
    assert names(folder, "odd[1].jsonl") == ["odd[1].jsonl"]
    with pytest.raises(InputError, match=r"^none\*.jsonl: no file of such a name$"):
        find_sources(["none*.jsonl"])


def test_an_object_store_is_listed_as_a_folder_is() -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for name in ("b.jsonl", "a.txt", ".hidden.jsonl", "out/part.jsonl", "old/__aside/x.jsonl", "old/y.jsonl"):
        system.pipe_file(f"/listing/{name}", b"x")
    found = find_sources(["memory://listing"], leave_out="memory://listing/out").sources
    assert [source.path for source in found[:2]] == [
        "memory:///listing/b.jsonl",
        "memory:///listing/old/y.jsonl",
    ]
    assert found[2].files == ("memory:///listing/a.txt",) and len(found) == 3
    found = find_sources(["memory://listing/*.jsonl"]).sources
    assert "memory:///listing/b.jsonl" in [source.path for source in found]
    assert find_sources(["memory://listing/b.jsonl"]).sources[0].size == 1
    for given in ("memory://listing/none", "memory://listing/none*.jsonl"):
        with pytest.raises(InputError, match="no "):
            find_sources([given])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("none.jsonl", r"^none.jsonl: no such file$"),
        ("none/none.txt", r"no such file"),
        ("a.png", r"^a.png: of no kind that is read"),
        ("empty", r"^empty: no file in it of a kind that is read$"),
        ("foo://bar", r"Protocol not known: foo"),
        ("a.parquet.gz", r"of no kind that is read"),
    ],
)
def test_errors_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("a.png", "a.parquet.gz"):
        (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match=message) as caught:
        find_sources([given])
    assert "\n" not in str(caught.value)


def test_names_of_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for name in ("owner/name", "owner/name-1.5", "owner/name:en"):
        assert is_hub_name(name)
        assert find_sources([name], split="test").sources[0].split == "test"
    for name in ("data/corpus", "owner/name.jsonl", "owner/a.txt", "owner/a.pdf", "a", "a/b/c", "s3://a/b"):
        assert not is_hub_name(name)


def test_kinds() -> None:
    assert kind_of("A.JSONL.ZST") == "lines" and kind_of("x.warc.wet.gz") == "warc"
    assert kind_of("a.parquet") == "parquet" and kind_of("a.parquet.gz") is None and kind_of("a.txt") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes by name")
def test_what_can_be_read_only_once_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    for given in (str(tmp_path / "pipe.jsonl"), os.devnull):
        with pytest.raises(InputError, match=rf"^{given}: is no regular file; write what it gives to one"):
            find_sources([given])
    with pytest.raises(InputError, match=r"^-: .* no standard input"):
        find_sources(["-"])
    with pytest.raises(InputError, match=r": no file in it of a kind that is read; links in a folder"):
        find_sources([str(tmp_path)])
    (tmp_path / "a.txt").write_text("x")
    assert find_sources([str(tmp_path)]).left_out == [str(tmp_path / "pipe.jsonl")]
