from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from despin.errors import InputError
from despin.metrics.clean_text import read_clean, spread


@pytest.mark.parametrize("size", range(40))
def test_spread_meets_every_index_once(size: int) -> None:
    assert sorted(spread(size)) == list(range(size))


def test_spread_begins_with_the_file_as_a_whole() -> None:
    assert list(spread(8)) == [0, 4, 2, 6, 1, 5, 3, 7]


@pytest.mark.parametrize(("size", "taken"), [(1000, 10), (1000, 100), (777, 50)])
def test_any_beginning_of_spread_is_even(size: int, taken: int) -> None:
    order = spread(size)
    places = sorted(next(order) for _ in range(taken))
    gaps = [b - a for a, b in zip(places, [*places[1:], size])]
    assert max(gaps) <= 4 * size / taken


@pytest.fixture
def texts() -> list[str]:
    return [f"Document {n} has exactly six words." for n in range(64)]


def write(folder: Path, ending: str, texts: list[str]) -> str:
    lines = texts if ".txt" in ending else [json.dumps({"source": "mine", "text": t}) for t in texts]
    raw = "".join(f"{line}\n" for line in lines).encode()
    if ending.endswith(".zst"):
        zstandard = pytest.importorskip("zstandard")
        half = len(raw) // 2  # two frames, as tools that append write them
        raw = b"".join(zstandard.ZstdCompressor().compress(part) for part in (raw[:half], raw[half:]))
    file = folder / f"clean{ending}"
    file.write_bytes(raw)
    return str(file)


@pytest.mark.parametrize("ending", [".txt", ".jsonl", ".jsonl.zst", ".txt.zst"])
def test_documents_from_all_over_the_file(tmp_path: Path, texts: list[str], ending: str) -> None:
    found = read_clean(write(tmp_path, ending, texts), 24)
    assert found == [texts[n] for n in (0, 16, 32, 48)]
    assert read_clean(write(tmp_path, ending, texts), 10_000) == texts


def test_enough_documents_and_no_more(tmp_path: Path, texts: list[str]) -> None:
    file = write(tmp_path, ".txt", texts)
    assert [len(read_clean(file, n)) for n in (1, 6, 7, 24, 25)] == [1, 1, 2, 4, 5]


def test_empty_lines_and_a_byte_order_mark_are_no_documents(tmp_path: Path) -> None:
    file = tmp_path / "clean.txt"
    file.write_bytes(b"\xef\xbb\xbf\r\n\r\nOne line.\r\n\r\n")
    assert [t.strip() for t in read_clean(str(file), 100)] == ["One line."]


def test_line_separators_inside_a_document_do_not_end_it(tmp_path: Path) -> None:
    file = tmp_path / "clean.jsonl"
    file.write_text('{"text": "one\u2028two\x85three"}\n', encoding="utf-8")
    assert read_clean(str(file), 100) == ["one\u2028two\x85three"]


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("clean.csv", b"a,b\n", "clean.csv: the name must end in one of .txt, .jsonl"),
        ("clean.txt", b"\n\n", "clean.txt: no text in it"),
        ("clean.txt", b"", "clean.txt: no text in it"),
        ("clean.txt", b"fine\n\xff\n", "clean.txt:2: not UTF-8"),
        ("clean.jsonl", b'{"text": "a"}\n{"text": \n', "clean.jsonl:2: not valid JSON"),
        ("clean.jsonl", b'{"text": "a"}\n\xff\n', "clean.jsonl:2: not valid JSON"),
        (
            "clean.jsonl",
            b'{"body": "a"}\n',
            "clean.jsonl:1: the field 'text' is missing; the fields are body",
        ),
        ("clean.jsonl", b'["a"]\n', "clean.jsonl:1: expected a JSON object"),
        ("clean.jsonl", b'{"text": 3}\n', "clean.jsonl:1: the field 'text' must be a string, got int"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, raw: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_clean(str(tmp_path / name), 100)
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.txt", "folder.txt"])
def test_a_missing_file_and_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError, match=name):
        read_clean(str(tmp_path / name), 100)


def test_a_packed_file_that_was_cut_short(tmp_path: Path, texts: list[str]) -> None:
    file = Path(write(tmp_path, ".jsonl.zst", texts))
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(InputError, match="truncated"):
        read_clean(str(file), 100)


def test_a_file_that_is_not_packed(tmp_path: Path) -> None:
    pytest.importorskip("zstandard")
    (tmp_path / "clean.txt.zst").write_bytes(b"plain text, really")
    with pytest.raises(InputError, match="not a zstandard file"):
        read_clean(str(tmp_path / "clean.txt.zst"), 100)


def test_zstandard_is_needed_for_packed_files_alone(
    tmp_path: Path, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, packed = write(tmp_path, ".txt", texts), write(tmp_path, ".txt.zst", texts)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert read_clean(plain, 6)
    with pytest.raises(ModuleNotFoundError, match="zstandard"):
        read_clean(packed, 6)
