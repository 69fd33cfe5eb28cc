"""A sample of clean text on which harm is measured: documents from all parts of a file, reproducibly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from despin.errors import InputError
from despin.metrics.compressed import unpacked_chunks
from despin.metrics.harm import count_words
from despin.metrics.pairs import json_row, text_field

SUFFIXES = (".txt", ".jsonl", ".txt.zst", ".jsonl.zst")


def read_clean(file: str, count: int) -> list[str]:
    """Documents with at least ``count`` words in total (or all documents), in the file's order.

    A .txt file has one document a line, a .jsonl file one JSON object a line with the field ``text``; both
    may be compressed (.zst). Raises InputError for a file that cannot be read or contains no text, and
    ModuleNotFoundError for a compressed file if zstandard is not installed.
    """
    if not file.endswith(SUFFIXES):
        raise InputError(f"{file}: the name must end in one of {', '.join(SUFFIXES)}")
    lines = _read(file).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    sample: dict[int, str] = {}
    words = 0
    for index in spread(len(lines)):
        text = _document(file, index + 1, lines[index])
        if words_in_text := count_words(text):
            sample[index] = text
            words += words_in_text
        if words >= count:
            break
    if not sample:
        raise InputError(f"{file}: no text in it")
    return [sample[index] for index in sorted(sample)]


def spread(size: int) -> Iterator[int]:
    """A permutation of 0 to ``size - 1`` of which every prefix covers the range evenly.

    It is van der Corput's sequence in base 2: 0, 1/2, 1/4, 3/4, 1/8 … of the range.
    """
    bits = max(0, size - 1).bit_length()
    for number in range(1 << bits):
        index = int(f"{number:0{bits}b}"[::-1], 2) if bits else 0
        if index < size:
            yield index


def _document(file: str, number: int, line: bytes) -> str:
    place = f"{file}:{number}"
    if ".jsonl" in Path(file).suffixes:
        return text_field(json_row(line, place), "text", place) if line.strip() else ""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{place}: not UTF-8; convert it first") from None


def _read(file: str) -> bytes:
    if file.endswith(".zst"):
        return b"".join(unpacked_chunks(file))
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
