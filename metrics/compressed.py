"""Unpacking compressed text in bounded memory and to a bounded size: a few kB can hold gigabytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from despin.errors import InputError

COMPRESSIONS = {".zst": "zstandard", ".gz": "gzip", ".xz": "xz", ".bz2": "bzip2"}
"""Names of formats by the suffixes of their files."""
MAX_RATIO = 100
"""Bytes unpacked from one packed byte at most. Prose packs to a third or a fifth, JSON lines to a tenth."""
MIN_LIMIT = 64 << 20
"""Bytes that any file may unpack to."""
ZSTD_CHUNK = 1 << 10
"""Packed bytes given to zstandard at once. A block of 4 bytes can hold 128 KiB, so 32 MiB may come back."""
CHUNK = 1 << 20


def unpacked_chunks(file: str | Path) -> Iterator[bytes]:
    """The content of a file with one of the suffixes COMPRESSIONS, unpacked, in chunks.

    Raises InputError when it reaches what is no data of that format, an end that is too early, or more than
    MAX_RATIO times the file's size (and MIN_LIMIT); ModuleNotFoundError for .zst without zstandard.
    """
    limit, total = MIN_LIMIT, 0
    try:
        limit = max(MIN_LIMIT, MAX_RATIO * Path(file).stat().st_size)
        with Path(file).open("rb") as handle:
            for chunk in unpacked_stream(handle, Path(file).suffix.lower(), str(file)):
                total += len(chunk)
                if total > limit:
                    raise InputError(
                        f"{file}: unpacks to more than {limit >> 20:,} MiB, {MAX_RATIO} times its size or "
                        f"{MIN_LIMIT >> 20} MiB; if that is right, unpack it first"
                    )
                yield chunk
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from None


def file_lines(file: str | Path) -> Iterator[bytes]:
    """The lines of a file without their ends, unpacked if its name says so, in whatever case.

    What follows the last line end is a line if it is not empty. Raises as `unpacked_chunks`, and InputError
    if the file cannot be read.
    """
    rest = b""
    for chunk in unpacked_chunks(file) if Path(file).suffix.lower() in COMPRESSIONS else _plain_chunks(file):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _plain_chunks(file: str | Path) -> Iterator[bytes]:
    try:
        with Path(file).open("rb") as handle:
            while chunk := handle.read(CHUNK):
                yield chunk
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from None


def unpacked_stream(handle: BinaryIO, suffix: str, name: str) -> Iterator[bytes]:
    """What an open file holds, unpacked in chunks: without a limit, for a reader whose memory has one.

    Raises InputError, which begins with ``name``, when it reaches what is no data of that format or an end
    that is too early; ModuleNotFoundError for .zst without zstandard.
    """
    try:
        yield from _zstandard(handle, name) if suffix == ".zst" else _standard(handle, suffix)
    except EOFError:
        raise InputError(f"{name}: truncated; download or compress it again") from None
    except (lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{name}: not a {COMPRESSIONS[suffix]} file: {error}") from None
    except OSError as error:  # bz2 has no error of its own
        reason = error.strerror or f"not a {COMPRESSIONS[suffix]} file: {error}"
        raise InputError(f"{name}: {reason}") from None


def _standard(handle: BinaryIO, suffix: str) -> Iterator[bytes]:
    openers: dict[str, Callable[[BinaryIO], Any]] = {
        ".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open,
    }  # fmt: skip
    with openers[suffix](handle) as unpacked:
        # Not read, which at a broken place loses what it has unpacked before it.
        while chunk := unpacked.read1(CHUNK):
            yield chunk


def _zstandard(handle: BinaryIO, name: str) -> Iterator[bytes]:
    """As in zstandard's stream_reader, which however takes a truncated file for a whole one."""
    import zstandard

    frame: Any = None
    for packed in _pieces(handle):
        while packed:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            try:
                yield frame.decompress(packed)
            except zstandard.ZstdError as error:
                raise InputError(f"{name}: {_zstandard_fault(error)}") from None
            packed = frame.unused_data if frame.eof else b""
            if frame.eof:
                frame = None
    if frame is not None:
        raise EOFError


def _pieces(handle: BinaryIO) -> Iterator[bytes]:
    while packed := handle.read(CHUNK):
        for start in range(0, len(packed), ZSTD_CHUNK):
            yield packed[start : start + ZSTD_CHUNK]


def _zstandard_fault(error: Exception) -> str:
    if "too much memory" in str(error):
        return "packed with a window (--long) that takes too much memory; unpack it first"
    return f"not a zstandard file: {error}"
