"""Parquet and Arrow files: all types of strings, broken files, and parts of a bounded size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from despin.errors import InputError

Read = Callable[..., Any]
TEXTS = ["The house rose.", "", "Ein Satz, mit Umlauten: äöü.", None, "The end."]


def invalid_strings(*values: bytes) -> Any:
    """A column of strings that need not be UTF-8."""
    return pa.Array.from_buffers(pa.string(), len(values), pa.array(values, pa.binary()).buffers())


def write(path: Path, table: Any, batch: int = 2) -> None:
    """In the format that the name tells; ``.stream.arrow`` is the stream format."""
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=batch)
        return
    opened = pa.ipc.new_stream if ".stream" in path.name else pa.ipc.new_file
    with opened(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch)


NAMES = ["a.parquet", "a.arrow", "a.stream.arrow", "a.feather"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    ids=["string", "large_string", "string_view", "dictionary"],
)
def test_all_types_of_strings_are_read(read: Read, tmp_path: Path, name: str, kind: Any) -> None:
    column = pa.array(TEXTS).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(TEXTS, kind)
    write(tmp_path / name, pa.table({"id": range(5), "text": column}))
    found = read(tmp_path / name)
    assert found.texts == [text for text in TEXTS if text is not None]
    assert [row["id"] for row in found.rows] == [0, 1, 2, 4]
    assert found.kinds() == [("row 3", "no text")]


@pytest.mark.parametrize("name", NAMES)
def test_a_string_that_is_not_utf_8_is_put_aside(read: Read, tmp_path: Path, name: str) -> None:
    write(tmp_path / name, pa.table({"text": invalid_strings(b"a", b"\xff\xfe", b"b")}))
    found = read(tmp_path / name)
    assert found.texts == ["a", "b"] and found.kinds() == [("row 1", "not UTF-8")]


@pytest.mark.parametrize("name", NAMES)
def test_parts_are_bounded_and_rows_keep_their_numbers(read: Read, tmp_path: Path, name: str) -> None:
    texts = [f"{number} " + "a" * 1_000 for number in range(300)]
    texts[250] = "a" * 200_000
    write(tmp_path / name, pa.table({"text": texts}), batch=150)
    found = read(tmp_path / name, part_bytes=40_000, max_document=100_000)
    assert len(found.texts) == 299 and found.kinds() == [("row 250", "too long")]
    sizes = [len(part.data) for part in found.parts]
    assert len(sizes) >= 5 and max(sizes) < 100_000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("long_rows", [[0], [4], [0, 1, 2, 3, 4], [1, 3], [2]])
def test_rows_keep_their_numbers_behind_those_that_are_too_long(
    read: Read, tmp_path: Path, name: str, long_rows: list[int]
) -> None:
    texts = ["a" * 1_000 if number in long_rows else TEXTS[number] for number in range(5)]
    write(tmp_path / name, pa.table({"text": texts}))
    found = read(tmp_path / name, max_document=100)
    expected = [(f"row {number}", "too long") for number in long_rows]
    if 3 not in long_rows:
        expected.append(("row 3", "no text"))
    assert sorted(found.kinds()) == sorted(expected)
    assert found.texts == [text for text in texts if text is not None and len(text) < 100]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_a_truncated_file_is_put_aside(read: Read, tmp_path: Path, name: str, share: float) -> None:
    file = tmp_path / name
    write(file, pa.table({"text": [f"The house {n} rose." for n in range(1_000)]}), batch=100)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share) // 8 * 8 + (4 if share else 0)])
    found = read(file)
    ((position, kind),) = found.kinds()
    assert kind == "broken file" and found.asides[0].reason and "\n" not in found.asides[0].reason
    if "stream" in name and share:  # the other formats have their index at the end
        assert len(found.texts) >= 100 and position == f"after row {len(found.texts) - 1}"
    else:
        assert not found.texts and position == ""


@pytest.mark.parametrize("name", NAMES)
def test_damage_in_the_middle(read: Read, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    write(file, pa.table({"text": [f"The house {n} rose." for n in range(1_000)]}), batch=100)
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 300] = b"\xff" * 300
    file.write_bytes(data)
    found = read(file)  # what is read depends on where the damage is; it ends, and tells it
    assert len(found.texts) < 1_000 and found.asides


@pytest.mark.parametrize("name", NAMES)
def test_no_rows(read: Read, tmp_path: Path, name: str) -> None:
    write(tmp_path / name, pa.table({"text": pa.array([], pa.string())}))
    found = read(tmp_path / name)
    assert not found.texts and not found.asides


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"body": ["a"]}), "no column 'text'; columns: body"),
        (pa.table({"text": [1]}), "holds int64, no strings"),
        (pa.table({"text": ["a"], "spun_score": [0.5]}), "'spun_score' is there already; add --prefix"),
        (pa.table([["a"], ["b"]], names=["text", "text"]), "'text' is there twice"),
    ],
)
def test_a_table_that_cannot_be_used(read: Read, tmp_path: Path, table: Any, message: str) -> None:
    write(tmp_path / "a.arrow", table)
    with pytest.raises(InputError, match=message):
        read(tmp_path / "a.arrow")


def test_metadata_that_would_be_wrong_is_dropped_and_other_kept(read: Read, tmp_path: Path) -> None:
    schema = pa.schema([("text", pa.string())], {b"pandas": b"{}", b"huggingface": b"{}", b"mine": b"x"})
    write(tmp_path / "a.parquet", pa.table({"text": ["a"]}, schema=schema))
    (part,) = read(tmp_path / "a.parquet").parts
    assert pa.ipc.open_stream(part.data).schema.metadata == {b"mine": b"x"}
