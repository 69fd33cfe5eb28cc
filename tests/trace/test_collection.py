"""Reading a collection."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from despin.errors import InputError
from despin.trace.collection import read_collection


def read(*paths: Path, **fields: str) -> tuple[dict[str, str], list[str]]:
    """The texts by id, and the errors."""
    errors: list[InputError] = []
    documents = list(read_collection(map(str, paths), errors.append, **fields))
    return {d.id: d.text for d in documents}, [str(error) for error in errors]


def test_a_folder_of_files_of_all_kinds(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_text("plain text")
    (tmp_path / "b" / "page.html").write_text(
        "<html><body><p>a <b>page</b></p><script>x()</script></body></html>"
    )
    (tmp_path / "code.py").write_text("print('no prose')")
    (tmp_path / "empty.txt").write_text(" \n")
    rows = [{"id": "one", "text": "first"}, {"text": "second"}, {"id": 3, "text": ""}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "more.jsonl.gz").write_bytes(gzip.compress(b'{"text": "packed"}\n'))
    parquet.write_table(pyarrow.table({"text": ["third", None], "id": ["p", "q"]}), tmp_path / "t.parquet")
    found, errors = read(tmp_path)
    assert errors == []
    at = f"{tmp_path}/"
    assert found.pop(f"{at}b/page.html").split() == ["a", "page"]
    assert found == {
        f"{at}a.txt": "plain text",
        f"{at}rows.jsonl:one": "first",
        f"{at}rows.jsonl:2": "second",
        f"{at}more.jsonl.gz:1": "packed",
        f"{at}t.parquet:p": "third",
    }


def test_fields_of_other_names(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"url": "u", "body": "words"}')
    assert read(file, text="body", id="url") == ({f"{file}:u": "words"}, [])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.jsonl", b"{", "x.jsonl:1: not valid JSON"),
        ("x.jsonl", b'{"body": "a"}', "x.jsonl:1: the field 'text' is missing; the fields are body"),
        ("x.jsonl", b'{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}', "x.jsonl:1: this id occurs twice"),
        ("x.jsonl.gz", b"no gzip", "x.jsonl.gz: not a gzip file"),
        ("x.txt.gz", b"", "x.txt.gz: only JSON lines may be compressed (name.jsonl.gz)"),
        ("x.txt", b"\xff\xfea\x00\xff", "x.txt: "),
        ("x.parquet", b"no table", "x.parquet: not a Parquet file"),
        ("x.py", b"print()", "x.py: "),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_the_others_are_read(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_text("good")
    found, errors = read(tmp_path / name, tmp_path / "missing.txt", tmp_path / "z.txt")
    assert found[f"{tmp_path}/z.txt"] == "good"
    assert len(errors) == 2 and errors[0].startswith(f"{tmp_path}/{message}"), errors
    assert "missing.txt: no such file" in errors[1]
    assert "\n" not in "".join(errors)


def test_a_bad_row_costs_no_good_one(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    good = '{"id": "a", "text": "good"}'
    bad = [
        "{",
        "5",
        '{"body": "x"}',
        '{"text": 5}',
        '{"text": "\\ud800"}',
        '{"id": "\\ud800", "text": "x"}',
        good,
    ]
    file.write_text("\n".join([good, *bad, '{"text": null}', '{"id": "z", "text": "last"}']))
    found, errors = read(file)
    assert found == {f"{file}:a": "good", f"{file}:z": "last"}
    assert [error.removeprefix(f"{file}:")[:2] for error in errors[:5]] == ["2:", "3:", "4:", "5:", "6:"]
    assert errors[5:] == [f"{file}: 2 more rows that cannot be used"]


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    found, (error,) = read(tmp_path)
    assert not found and error.startswith(f"{tmp_path}: no document in it")


def test_a_name_that_is_no_utf_8_is_an_id_all_the_same(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("good")
    assert read(tmp_path) == ({f"{tmp_path}/caf\\xe9.txt": "good"}, [])
