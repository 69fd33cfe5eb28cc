"""JSON lines, packed or not: nothing but what is broken is lost, and its place and reason are told."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from despin.corpus.sources.bounded_lines import bounded_lines

Read = Callable[..., Any]
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": lambda data: bytes(zstandard.ZstdCompressor().compress(data)),
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


def lines(count: int) -> bytes:
    """So many good lines."""
    return b"".join(b'{"text": "The house %d rose."}\n' % number for number in range(count))


@pytest.mark.parametrize("suffix", PACKERS)
def test_all_packings_are_read(read: Read, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.jsonl{suffix}"
    file.write_bytes(PACKERS[suffix](b"\xef\xbb\xbf" + lines(50)))
    found = read(file, part_documents=20)
    assert found.texts == [f"The house {number} rose." for number in range(50)]
    assert [part.first for part in found.parts] == [1, 21, 41] and not found.asides


@pytest.mark.parametrize("suffix", [suffix for suffix in PACKERS if suffix])
def test_of_a_truncated_archive_what_comes_before_is_kept(read: Read, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.jsonl{suffix}"
    # Two members, of which the second is cut: bzip2 unpacks whole blocks alone.
    packed = PACKERS[suffix](lines(30_000))
    file.write_bytes(packed + PACKERS[suffix](lines(30_000))[:-20])
    found = read(file)
    assert len(found.texts) >= 30_000
    ((position, kind),) = found.kinds()
    assert kind == "broken file" and position == f"after line {len(found.texts)}"
    assert "truncated" in found.asides[0].reason and str(file) not in found.asides[0].reason


def test_of_a_truncated_gzip_file_no_line_that_can_be_unpacked_is_lost(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    data = lines(5_000)
    packed = gzip.compress(data)[:-100]
    file.write_bytes(packed)
    unpacked = zlib.decompressobj(31).decompress(packed)
    assert len(read(file).texts) == unpacked.count(b"\n") > 4_000


def test_an_archive_that_ends_in_its_first_line(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(lines(1)) + b"junk")
    found = read(file)
    assert found.texts == ["The house 0 rose."] and found.kinds() == [("after line 1", "broken file")]


def test_what_is_no_archive(read: Read, tmp_path: Path) -> None:
    for suffix in (".gz", ".zst", ".xz", ".bz2"):
        file = tmp_path / f"a.jsonl{suffix}"
        file.write_bytes(lines(1))
        found = read(file)
        assert found.texts == [] and found.kinds() == [("after line 0", "broken file")]


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b'{"text": "a"}\r\n{"text": "b"}\r\n', ["a", "b"]),
        (b'{"text": "a"}\n\n  \n{"text": "b"}', ["a", "b"]),
        (b'\xef\xbb\xbf{"text": "a"}', ["a"]),
        (b"\xef\xbb\xbf", []),
        (b"", []),
        (b"\n\n", []),
        (b'{"text": ""}\n', [""]),
        (b'{"text": "a", "text": "b"}\n', ["b"]),
        (b'{"text": "a", "n": NaN}\n', ["a"]),
        (b'{"text": "a", "n": ' + b"9" * 5_000 + b"}\n", ["a"]),
        (b'{"text": "\\ud800"}\n', ["\ud800"]),
        (b'{"text": "\\u0000"}\n', ["\x00"]),
        ('{"text": "a\u2028b\u0085c"}\n'.encode(), ["a\u2028b\u0085c"]),
    ],
)
def test_what_is_a_document(read: Read, tmp_path: Path, data: bytes, texts: list[str]) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(data)
    found = read(file)
    assert found.texts == texts and not found.asides


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b'{"text": "a"', "not JSON"),
        (b'{"text": "a"} {"text": "b"}', "not JSON"),
        (b'["a"]', "not JSON"),
        (b'"a"', "not JSON"),
        (b'{"text": "a\tb"}', "not JSON"),
        (b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not JSON"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b"{}", "no field"),
        (b'{"Text": "a"}', "no field"),
        (b'{"text": null}', "no text"),
        (b'{"text": 7}', "no text"),
        (b'{"text": ' + b"9" * 5_000 + b"}", "no text"),
        (b'{"text": true}', "no text"),
        (b'{"text": ["a"]}', "no text"),
        (b'{"text": {"a": "b"}}', "no text"),
        (b'{"text": "a", "spun_score": 1}', "name taken"),
    ],
)
def test_what_is_put_aside(read: Read, tmp_path: Path, line: bytes, kind: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(lines(1) + line + b"\n" + lines(1))
    found = read(file)
    assert len(found.texts) == 2 and found.kinds() == [("line 2", kind)]
    (aside,) = found.asides
    assert aside.path == str(file) and aside.reason and "\n" not in aside.reason
    assert aside.excerpt and len(aside.excerpt) <= 1_000


def test_long_lines_and_long_texts_are_put_aside_and_the_numbers_of_the_others_stay_right(
    read: Read, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    long_line = b'{"text": "' + b"a" * 500 + b'"}\n'
    long_text = b'{"text": "' + b"a" * 150 + b'"}\n'
    file.write_bytes(long_line + lines(1) + long_text + b"?\n" + lines(1) + long_line[:-1])
    found = read(file, max_document=100)
    assert len(found.texts) == 2
    assert sorted(found.kinds()) == [
        ("line 1", "too long"),
        ("line 3", "too long"),
        ("line 4", "not JSON"),
        ("line 6", "too long"),
    ]
    assert "512 bytes; 400 at most" in found.asides[0].reason


def test_what_is_put_aside_closes_a_part_too(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes((b"a" * 500 + b"\n") * 100)
    found = read(file, max_document=100, part_documents=20)
    assert max(len(part.asides) for part in found.parts) <= 20 and len(found.asides) == 100


@pytest.mark.parametrize(
    "text",
    ['[{"text": "a"}]', '[{"text": "a"},\n{"text": "b"}]', "[\n{}\n]", '{\n "text": "a"\n}\n', "\n{\r\n}"],
)
def test_other_json_is_put_aside_once_with_what_makes_lines_of_it(
    read: Read, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    found = read(file)
    assert not found.texts and found.kinds() == [("", "not JSON lines")] and "jq -c" in found.asides[0].reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_marked_utf_16_is_named(read: Read, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes('{"text": "a"}\n'.encode(encoding))
    found = read(file)
    assert not found.texts and encoding in found.asides[0].reason


@given(st.lists(st.sampled_from([b"", b"a", b"\n", b"bc\nd", b"x" * 9, b"\n\n", b"yy" * 20])), st.data())
def test_lines_are_the_same_whatever_the_chunks(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)])]
    found = list(bounded_lines(chunks, 10))
    assert found == list(bounded_lines([whole], 10))
    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert len(found) == len(expected)
    for line, content in zip(found, expected):
        if len(content) <= 10:
            assert line == (content + b"\n", None)
        else:
            assert line == (content[:10], len(content))


def test_parts_are_the_same_packed_and_unpacked(read: Read, tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    data = lines(1_000)
    plain.write_bytes(data)
    packed.write_bytes(b"".join(gzip.compress(data[start : start + 77]) for start in range(0, len(data), 77)))
    parts = [read(file, part_bytes=3_000, part_documents=150).parts for file in (plain, packed)]
    assert len(parts[0]) > 5
    assert [(p.data, p.first) for p in parts[0]] == [(p.data, p.first) for p in parts[1]]
