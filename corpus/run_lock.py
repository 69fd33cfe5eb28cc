"""One run at a time in a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from despin.corpus.storage import file_system, is_local
from despin.errors import InputError


@contextmanager
def hold(out: str) -> Iterator[None]:
    """Hold the folder while the block runs. Raises InputError if another run holds it.

    The system lets go of it when the process ends, however it does. Nothing is held on an object store, on
    Windows, and where a file system has no locks: two runs there do the same work twice, to the same end.
    """
    if not is_local(out):
        yield
        return
    folder = Path(file_system(out)[1])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if not folder.is_dir():
            reason = "is no folder" if folder.exists() else error.strerror
            raise InputError(f"{out}: {reason}") from None
        yield  # a folder is not opened on Windows
        return
    try:
        _lock(handle, out)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, out: str) -> None:
    with suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{out}: another run of despin corpus is at work here") from None
        except OSError:  # a file system without locks
            return
