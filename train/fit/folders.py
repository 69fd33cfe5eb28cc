"""Folders replaced as a whole: readers see the old one or the new one, also after an interruption."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""Constants of Linux's renameat2."""


def replace_folder(fresh: Path, target: Path) -> None:
    """Move a finished folder to ``target``, whose former content is removed. Both are on one file system.

    On Linux the two exchange their names in one step, so that ``target`` exists at all times. Where that is
    not supported, the former folder is renamed to ``NAME.old`` for a moment, from which `recover_folder`
    restores it after an interruption.
    """
    old = _old(target)
    if target.exists() and _exchange(fresh, target):
        shutil.rmtree(fresh)
        return
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def recover_folder(target: Path) -> None:
    """Undo a `replace_folder` that was interrupted."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)


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
