"""Clean text to measure harm on: documents from all over a file, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from despin.errors import InputError
from despin.metrics.harm import count_words
from despin.metrics.pairs import json_row, text_field

ENDINGS = (".txt", ".jsonl", ".txt.zst", ".jsonl.zst")


def read_clean(file: str, count: int) -> list[str]:
    """Documents of together at least ``count`` words (all where the file has fewer), in the file's order.

    A .txt file has a document on each line, a .jsonl file in the column ``text``; with .zst behind
    the name, both are read packed. Raises InputError for what cannot be read or has no text, and
    ModuleNotFoundError if a packed file is met and zstandard is not installed.
    """
    if not file.endswith(ENDINGS):
        raise InputError(f"{file}: the name must end in one of {', '.join(ENDINGS)}")
    lines = _read(file).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    taken: dict[int, str] = {}
    words = 0
    for index in spread(len(lines)):
        text = _document(file, index + 1, lines[index])
        if found := count_words(text):
            taken[index] = text
            words += found
        if words >= count:
            break
    if not taken:
        raise InputError(f"{file}: no text in it")
    return [taken[index] for index in sorted(taken)]


def spread(size: int) -> Iterator[int]:
    """Every index below ``size`` once, in an order whose every beginning lies evenly from 0 to ``size``.

    It is van der Corput's sequence in base 2: 0, 1/2, 1/4, 3/4, 1/8 … of the way.
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
    try:
        raw = Path(file).read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    return _unpacked(raw, file) if file.endswith(".zst") else raw


def _unpacked(raw: bytes, file: str) -> bytes:
    import zstandard

    out = []
    while raw:
        # Not stream_reader: it takes a file that was cut short for a whole one.
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            out.append(frame.decompress(raw))
        except zstandard.ZstdError as error:
            raise InputError(f"{file}: not a zstandard file: {error}") from None
        if not frame.eof:
            raise InputError(f"{file}: cut short; fetch or pack it again")
        raw = frame.unused_data
    return b"".join(out)
