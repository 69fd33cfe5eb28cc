"""Files that are replaced whole: a reader, or a signal at any moment, finds the old content or the new."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from despin.errors import InputError

PREFIX = ".despin-"
"""What the names of temporary files begin with. They lie beside the file that they will replace."""
_lock = threading.RLock()
"""Held while a temporary file comes or goes, and for ever once `remove_temporary_files` has begun."""
_temporary: set[str] = set()


class ReplacedFile:
    """What is written to take a file's place; see `replace_file`."""

    def __init__(self, path: Path, out: BinaryIO) -> None:
        self.path, self._out, self.is_discarded = path, out, False

    def write(self, data: bytes) -> None:
        """Add bytes. Raises InputError, which names the file, if that fails."""
        with _named(self.path):
            self._out.write(data)

    def discard(self) -> None:
        """Leave the file as it is after all."""
        self.is_discarded = True


@contextmanager
def replace_file(
    path: Path, *, parents: bool = True, in_place: bool = False, backup: Path | None = None
) -> Iterator[ReplacedFile]:
    """Write a file through a temporary one, which takes its place when the block ends without an error.

    Missing ``parents`` are created. A file that exists keeps its permissions; with ``in_place`` also its
    times, extended attributes and, as far as the system allows, its owner, and it must be the same at the
    end as at the start. The old content is kept as ``backup``, which must not exist. Raises InputError if
    the file must not be replaced (`check_replaceable`) or writing fails.
    """
    check_replaceable(path)
    with _named(path):
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat() if path.exists() else None
        handle, temporary = _create(path.parent, 0o666 if before is None else 0o600)
    out = None
    try:
        with _named(path):
            out = os.fdopen(handle, "wb")
        file = ReplacedFile(path, out)
        yield file
        with _named(path):
            out.flush()
            if before is not None and not file.is_discarded:
                _copy_attributes(path, before, temporary, in_place)
                if in_place:  # it may be the only copy: a crash of the machine must not take it
                    os.fsync(out.fileno())
            out.close()
            if not file.is_discarded:
                _commit(temporary, path, before if in_place else None, backup)
    finally:
        with suppress(OSError):  # what is left in the buffer cannot be written either
            if out is not None:
                out.close()
            else:
                os.close(handle)
        _remove(temporary)


def check_replaceable(path: Path) -> None:
    """Raise InputError if something is at ``path`` that must not be replaced by a new file."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    if stat.S_ISLNK(status.st_mode):
        raise InputError(
            f"{path}: is a symbolic link and is not written through; remove it, or give its target"
        )
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path}: is a directory")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path}: is no regular file")
    # The bits too: for the superuser every file is writable.
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise InputError(f"{path}: is read-only")


def remove_temporary_files() -> None:
    """Remove all temporary files, for good: no file of this process is replaced afterwards.

    For a process that ends now; a thread that is about to replace a file waits for ever.
    """
    _lock.acquire()
    for name in list(_temporary):
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108


@contextmanager
def end_postponed() -> Iterator[None]:
    """Have `remove_temporary_files`, and with it an end by a signal, wait for what the block begins."""
    with _lock:
        yield


def _create(folder: Path, mode: int) -> tuple[int, str]:
    while True:
        name = str(folder / f"{PREFIX}{secrets.token_hex(6)}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with _lock, suppress(FileExistsError):
            handle = os.open(name, flags, mode)
            _temporary.add(name)
            return handle, name


def _copy_attributes(path: Path, before: os.stat_result, temporary: str, in_place: bool) -> None:
    if in_place:
        if hasattr(os, "chown"):
            with suppress(OSError):  # another's file, where only its group or the folder lets us write
                os.chown(temporary, before.st_uid, before.st_gid)
        shutil.copystat(path, temporary)
    else:
        Path(temporary).chmod(stat.S_IMODE(before.st_mode))


def _commit(temporary: str, path: Path, before: os.stat_result | None, backup: Path | None) -> None:
    with _lock:
        if before is not None and _identity(path.stat()) != _identity(before):
            raise InputError(f"{path}: was changed by something else meanwhile; left as that left it")
        if backup is not None:
            _keep(path, backup)
        Path(temporary).replace(path)
        _temporary.discard(temporary)


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _keep(path: Path, backup: Path) -> None:
    """Give the content a second name, or copy it where the file system has one name a file."""
    with _named(backup):
        try:
            os.link(path, backup)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):
            handle, temporary = _create(backup.parent, 0o600)
            os.close(handle)
            try:
                shutil.copy2(path, temporary)
                if backup.exists():
                    raise FileExistsError(17, "File exists", str(backup)) from None
                Path(temporary).replace(backup)
                _temporary.discard(temporary)
            except BaseException:
                _remove(temporary)
                raise


def _remove(temporary: str) -> None:
    """Remove a temporary file that has not taken its place."""
    with _lock:
        if temporary in _temporary:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            _temporary.discard(temporary)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of the system as an InputError that names the file."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # a name with a null character
        raise InputError(f"{path}: {error}") from None
