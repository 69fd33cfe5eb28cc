"""Files and standard input as text, byte for byte; files written whole or not at all."""

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
"""Bytes read at a time."""


def read_text(path: str) -> str:
    """The text of a file, or of standard input for ``-``. Line ends stay as they are.

    Raises InputError for what is missing, a directory, unreadable, or not UTF-8.
    """
    return "".join(read_chunks(path))


def read_chunks(path: str) -> Iterator[str]:
    """The same piece by piece, as it is read. Raises InputError when it comes to what is wrong."""
    name = "standard input" if path == "-" else path
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    try:
        with open_input(path) as file:
            # read1: what a pipe has at hand is not kept waiting for more.
            while raw := file.read1(CHUNK):
                done += len(raw)
                yield decoder.decode(raw)
            decoder.decode(b"", final=True)
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a directory, give the files in it") from None
    except UnicodeDecodeError as error:
        # The decoder counts from the bytes it still held when it got the last ones.
        at = done - len(error.object) + error.start
        raise InputError(f"{name}: not UTF-8 (byte {at}); convert it first") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {getattr(error, 'strerror', None) or error}") from None


@contextmanager
def open_input(path: str) -> Iterator[io.BufferedReader]:
    """A file, or standard input, for reading bytes; standard input stays open."""
    if path == "-":
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    with Path(find_example(path)).open("rb") as file:
        yield file


def write_text(path: Path, text: str, parents: bool = True) -> None:
    """Write beside, then rename: a reader sees the old file or the whole new one.

    Missing folders above ``path`` are made, unless ``parents`` is false.
    """
    with atomic_writer(path, parents) as write:
        write(text)


@contextmanager
def atomic_writer(path: Path, parents: bool = True) -> Iterator[Callable[[str], None]]:
    """`write_text` piece by piece: what is written takes its place when the block ends without an error."""
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".despin-")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as out:
            yield lambda text: _write(out, text, path)
        umask = os.umask(0)
        os.umask(umask)
        Path(fresh).chmod(0o666 & ~umask)
        Path(fresh).replace(path)
    except BaseException as error:
        Path(fresh).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(f"{path}: {error.strerror}") from None
        raise


def _write(out: BinaryIO, text: str, path: Path) -> None:
    try:
        out.write(text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def write_stdout(text: str) -> None:
    """Write to standard output as UTF-8, with no change to line ends.

    A reader that closed the pipe has what it wanted: the process ends quietly, with status 0.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
