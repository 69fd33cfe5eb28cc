"""Folders of prose: each file a document, in its own format."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Read = Callable[..., Any]


def test_each_file_has_its_format(read: Read, tmp_path: Path) -> None:
    for name in ("a.txt", "b.md", "deep/er/c.html", "d.TXT", ".hidden.txt", ".git/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"text of {name}")
    found = read(tmp_path)
    assert [(row["path"].removeprefix(f"{tmp_path}/"), row["format"]) for row in found.rows] == [
        ("a.txt", "text"),
        ("b.md", "markdown"),
        ("d.TXT", "text"),
        ("deep/er/c.html", "html"),
    ]
    assert found.formats == [row["format"] for row in found.rows]
    assert found.texts == [f"text of {row['path'].removeprefix(f'{tmp_path}/')}" for row in found.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(
    read: Read, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "a.txt").write_bytes("Käse\r\n".encode(encoding))
    assert read(tmp_path).texts == ["Käse\r\n"]


def test_what_cannot_be_read_is_put_aside_under_its_own_name(read: Read, tmp_path: Path) -> None:
    files = {
        "empty.txt": b"",
        "good.txt": b"a",
        "latin.txt": b"K\xe4se",
        "long.txt": b"a" * 101,
        "odd.txt": b"\xff\xfea",
        "wide.txt": "\ufeff".encode("utf-16-le") + ("語" * 45).encode("utf-16-le"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = read(tmp_path, max_document=100)
    assert found.texts == ["", "a"]
    assert [(Path(aside.path).name, aside.kind) for aside in found.asides] == [
        ("latin.txt", "not UTF-8"),
        ("long.txt", "too long"),
        ("odd.txt", "not UTF-8"),
        ("wide.txt", "too long"),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode elsewhere")
def test_a_name_that_is_not_utf_8(read: Read, tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.txt", "wb") as handle:  # noqa: PTH123
        handle.write(b"a")
    found = read(tmp_path)
    assert found.texts == ["a"] and found.rows[0]["path"].endswith("\\xff.txt")


def test_a_file_that_is_gone_meanwhile(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from despin.corpus.corpus_settings import CorpusSettings
    from despin.corpus.sources.listing import find_sources
    from despin.corpus.sources.reading_parts import read_parts

    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("a")
    (source,) = find_sources([str(tmp_path)]).sources
    (tmp_path / "a.txt").unlink()
    (part,) = read_parts(source, CorpusSettings())
    (aside,) = part.asides
    assert (aside.kind, Path(aside.path).name) == (
        "cannot be read",
        "a.txt",
    ) and "no such file" in aside.reason
    assert part.data
