"""Reading text without changing a byte, and writing files atomically."""

from __future__ import annotations

import codecs
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from despin.errors import InputError
from despin.infer.resources import find_example

CHUNK = 1 << 16
"""Bytes per read."""


def read_text(path: str) -> str:
    """The text of a file, or of standard input for ``-``, with its line ends unchanged.

    Raises InputError if it does not exist, is a directory, cannot be read, or is not UTF-8.
    """
    return "".join(read_chunks(path))


def read_chunks(path: str) -> Iterator[str]:
    """`read_text` in chunks, as they are read. Raises InputError when it reaches the problem."""
    name = "standard input" if path == "-" else path
    decoder = codecs.getincrementaldecoder("utf-8")()
    bytes_read = 0
    try:
        with open_input(path) as file:
            # read1 returns what a pipe has ready instead of waiting for a full chunk.
            while raw := file.read1(CHUNK):
                bytes_read += len(raw)
                yield decoder.decode(raw)
            decoder.decode(b"", final=True)
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a directory, give the files in it") from None
    except UnicodeDecodeError as error:
        # The error's offset counts from the bytes that the decoder had buffered before the last chunk.
        offset = bytes_read - len(error.object) + error.start
        raise InputError(f"{name}: not UTF-8 (byte {offset}); convert it first") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {getattr(error, 'strerror', None) or error}") from None


@contextmanager
def open_input(path: str) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input for ``-``, for reading bytes; standard input is not closed."""
    if path == "-":
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    with Path(find_example(path)).open("rb") as file:
        yield file


def write_text(path: Path, text: str, parents: bool = True) -> None:
    """Write a file atomically, through a temporary file: a reader sees the old content or all of the new.

    Missing parent folders are created unless ``parents`` is false. Raises InputError if writing fails.
    """
    with atomic_writer(path, parents) as write:
        write(text)


@contextmanager
def atomic_writer(path: Path, parents: bool = True) -> Iterator[Callable[[str], None]]:
    """`write_text` in parts: the file is replaced when the block ends without an error."""
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".despin-")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as out:
            yield lambda text: _write(out, text, path)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(f"{path}: {error.strerror}") from None
        raise


def _write(out: BinaryIO, text: str, path: Path) -> None:
    try:
        out.write(text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def write_stdout(text: str) -> None:
    """Write to standard output as UTF-8, with line ends unchanged.

    If the reader has closed the pipe, the process exits silently with status 0.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Otherwise Python reports the error again when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
