"""Packed text is unpacked whole and to a bounded size, or refused in one line."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from despin.errors import InputError
from despin.metrics import compressed
from despin.metrics.compressed import COMPRESSIONS, file_lines, unpacked_chunks

zstandard = pytest.importorskip("zstandard")
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".zst": lambda content: bytes(zstandard.ZstdCompressor().compress(content)),
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}
CONTENT = b"".join(b"The house %d rose.\n" % n for n in range(20_000))


def packed(folder: Path, suffix: str, parts: Iterable[bytes]) -> Path:
    """A file of parts that are packed one by one, which all four formats allow."""
    file = folder / f"a.txt{suffix}"
    file.write_bytes(b"".join(PACKERS[suffix](part) for part in parts))
    return file


def refusal(file: Path) -> str:
    """The line with which a file is refused."""
    with pytest.raises(InputError) as caught:
        list(unpacked_chunks(file))
    assert str(caught.value).startswith(f"{file}: ") and "\n" not in str(caught.value)
    return str(caught.value)


def test_all_formats_are_tried() -> None:
    assert PACKERS.keys() == COMPRESSIONS.keys()


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("parts", [[b""], [CONTENT], [CONTENT[:9], b"", CONTENT[9:]]])
def test_content_comes_back_whole(tmp_path: Path, suffix: str, parts: list[bytes]) -> None:
    assert b"".join(unpacked_chunks(packed(tmp_path, suffix, parts))) == b"".join(parts)


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.999])
def test_a_truncated_file_is_no_shorter_one(tmp_path: Path, suffix: str, share: float) -> None:
    file = packed(tmp_path, suffix, [CONTENT])
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    assert "truncated" in refusal(file)


@pytest.mark.parametrize("suffix", PACKERS)
def test_another_format_is_named(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.txt{suffix}"
    file.write_bytes(CONTENT)
    assert f"not a {COMPRESSIONS[suffix]} file" in refusal(file)
    assert "No such file" in refusal(tmp_path / f"none{suffix}")


@pytest.mark.parametrize("suffix", PACKERS)
def test_no_more_than_the_limit_is_unpacked(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 2 << 20
    monkeypatch.setattr(compressed, "MIN_LIMIT", limit)
    monkeypatch.setattr(compressed, "CHUNK", 1 << 16)
    file = packed(tmp_path, suffix, [bytes(64 << 20)])
    monkeypatch.setattr(compressed, "MAX_RATIO", limit // file.stat().st_size)
    size = 0
    with pytest.raises(InputError, match="unpacks to more than 2 MiB"):
        for chunk in unpacked_chunks(file):
            size += len(chunk)
    assert size <= limit


@pytest.mark.parametrize("suffix", ["", *PACKERS, ".GZ"])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_lines_of_a_file_are_those_of_its_content(tmp_path: Path, suffix: str, end: bytes) -> None:
    content = CONTENT + b"\nlast" + end
    file = tmp_path / f"a.txt{suffix}"
    file.write_bytes(PACKERS[suffix.lower()](content) if suffix else content)
    assert list(file_lines(file)) == content.removesuffix(b"\n").split(b"\n")


def test_a_missing_file_of_lines_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.jsonl: No such file"):
        list(file_lines(tmp_path / "a.jsonl"))
