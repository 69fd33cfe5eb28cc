"""Folders replaced as a whole: readers see the old one or the new one, also after an interruption."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from despin.errors import InputError
from despin.infer.digests import DIGESTS_FILE, DamagedFolder, check_digests

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""Constants of Linux's renameat2."""


def replace_folder(fresh: Path, target: Path) -> None:
    """Move a finished folder to ``target``, whose former content is removed. Both are on one file system.

    The content of ``fresh`` is on the disk before its name is changed, so that a power cut leaves no empty
    files either. On Linux the two exchange their names in one step, so that ``target`` exists at all times.
    Where that is not supported, the former folder is renamed to ``NAME.old`` for a moment, from which
    `recover_folder` restores it after an interruption. Raises OSError; ``target`` is the old one then.
    """
    _sync_content(fresh)
    recover_folder(target)
    old = _old(target)
    if target.exists() and _exchange(fresh, target):
        old = fresh
    else:
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            with suppress(OSError):
                recover_folder(target)
            raise
    # From here on the new folder is in place: what fails now fails the next time too, or does not matter.
    with suppress(OSError):
        _sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder. Raises OSError naming the first file that could not be copied."""
    try:
        shutil.copytree(source, target)
    except shutil.Error as error:  # one with a list of all of them
        _, file, reason = error.args[0][0]
        raise OSError(f"{file}: cannot be written: {reason}") from None


def emptied(folder: Path) -> Path:
    """Make ``folder`` an empty one and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def require_undamaged(weights: Path, remedy: str = "copy or train it again") -> None:
    """Raise InputError, with a ``remedy``, if a file of a folder of weights differs from its digest.

    Folders of earlier versions have no digests.
    """
    recover_folder(weights)
    try:
        if (weights / DIGESTS_FILE).exists():
            check_digests(weights)
    except DamagedFolder as error:
        raise InputError(
            f"{weights} is damaged: {error}; {remedy} (after a change of your own: "
            f"despin train digests {weights})"
        ) from None


def recover_folder(target: Path) -> None:
    """Undo a `replace_folder` that was interrupted."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)


@contextmanager
def edited_folder(folder: Path) -> Iterator[Path]:
    """A copy of ``folder`` to change, which replaces it when the block ends without an error.

    So a checkpoint whose files and digests belong together is never seen with only some of them changed.
    Raises OSError if copying or replacing fails; ``folder`` is the old one then.
    """
    folder = folder.resolve()  # exchanging the name of a link would leave a folder in its place
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        copy_folder(folder, part)
        yield part
        replace_folder(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sync_content(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        _sync(path)


def _sync(path: Path) -> None:
    """Have a file's or folder's content written to the disk."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems sync no folders
            raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        os.close(handle)


def _old(target: Path) -> Path:
    return target.with_name(target.name + ".old")


def _exchange(first: Path, second: Path) -> bool:
    """Exchange the names of two folders; False if system or file system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    done = rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return bool(done == 0)
