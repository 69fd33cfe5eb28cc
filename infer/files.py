"""Reading text without changing a byte, and writing files atomically."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from despin.errors import InputError
from despin.infer.atomic_file import replace_file
from despin.infer.encodings import CONVERT, UTF_8, Decoder
from despin.infer.resources import find_example

CHUNK = 1 << 16
"""Bytes per read."""


def read_text(path: str, encoding: str = UTF_8) -> str:
    """The text of a file, or of standard input for ``-``, with its line ends unchanged.

    A byte-order mark decides the encoding, and is the first character of the text. Raises InputError if
    the file does not exist, is a directory, cannot be read, or is not in the encoding.
    """
    source = TextSource(path, encoding)
    text = "".join(source.chunks())
    return source.mark + text


class TextSource:
    """The text of a file, or of standard input for ``-``, in chunks as they are read."""

    def __init__(self, path: str, encoding: str = UTF_8, hint: str = CONVERT) -> None:
        """``encoding``: of a file without a byte-order mark; ``hint``: what to do if it is not UTF-8.

        Raises ConfigError for an unknown encoding.
        """
        self.path, self.name = path, "standard input" if path == "-" else path
        self._decoder = Decoder(self.name, encoding, hint)

    @property
    def encoding(self) -> str:
        """As asked for, or after the first chunk as the byte-order mark says."""
        return self._decoder.encoding

    @property
    def mark(self) -> str:
        """After the first chunk: the byte-order mark (U+FEFF) if the file has one, else empty."""
        return self._decoder.mark

    def chunks(self) -> Iterator[str]:
        """The text without a byte-order mark. Raises InputError when it reaches a problem."""
        try:
            with open_input(self.path) as file:
                # read1 returns what a pipe has ready instead of waiting for a full chunk.
                yield from self._decoder.decode(iter(lambda: file.read1(CHUNK), b""))
        except FileNotFoundError:
            raise InputError(f"{self.name}: no such file") from None
        except IsADirectoryError:
            raise InputError(f"{self.name}: is a directory, give the files in it") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{self.name}: {getattr(error, 'strerror', None) or error}") from None


@contextmanager
def open_input(path: str) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input for ``-``, for reading bytes; standard input is not closed."""
    if path == "-":
        if sys.stdin is None:
            raise InputError("standard input: is closed")
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
    with replace_file(path, parents=parents) as file:
        yield lambda text: file.write(text.encode("utf-8"))


def write_stdout(text: str | bytes) -> None:
    """Write to standard output, text as UTF-8, with line ends unchanged.

    If the reader has closed the pipe, the process exits silently with status 0.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8") if isinstance(text, str) else text)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Otherwise Python reports the error again when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
