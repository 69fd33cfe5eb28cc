"""Files and standard input as text, byte for byte; files written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


class InputError(Exception):
    """An input that cannot be used; the message is one line and names it."""


def read_text(path: str) -> str:
    """The text of a file, or of standard input for ``-``. Line ends stay as they are.

    Raises InputError for what is missing, a directory, unreadable, or not UTF-8.
    """
    name = "standard input" if path == "-" else path
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a directory, give the files in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 (byte {error.start}); convert it first") from None


def write_text(path: Path, text: str, parents: bool = True) -> None:
    """Write beside, then rename: a reader sees the old file or the whole new one.

    Missing folders above ``path`` are made, unless ``parents`` is false.
    """
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".despin-")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode("utf-8"))
        umask = os.umask(0)
        os.umask(umask)
        Path(fresh).chmod(0o666 & ~umask)
        Path(fresh).replace(path)
    except BaseException as error:
        Path(fresh).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(f"{path}: {error.strerror}") from None
        raise


def emit(text: str) -> None:
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
