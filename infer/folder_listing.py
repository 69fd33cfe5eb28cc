"""The files of a folder and of those in it, in the order of their names."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from despin.errors import InputError
from despin.infer.targets import FileId, file_id


@dataclass
class Listing:
    """What a folder holds."""

    files: list[str] = field(default_factory=list)
    """Those that are wanted."""
    other: list[str] = field(default_factory=list)
    """Those that are not, and links."""
    errors: list[str] = field(default_factory=list)
    """What could not be listed, and why."""


def list_files(folder: str, is_wanted: Callable[[str], bool], leave_out: Path | None = None) -> Listing:
    """The files in ``folder`` and all folders below it.

    Hidden ones (with a name that begins with a dot) are passed over, and so is the folder ``leave_out``.
    Symbolic links are not followed: what they lead to is either in the folder anyway or was not asked for.
    Raises InputError if the folder itself cannot be listed.
    """
    listing = Listing()
    left_out = file_id(leave_out) if leave_out is not None else None
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            below = _list_one(current, is_wanted, listing, left_out)
        except OSError as error:
            if current == folder:
                raise InputError(f"{folder}: {error.strerror}") from None
            listing.errors.append(f"{current}: {error.strerror}")
            continue
        pending += reversed(below)
    listing.files.sort(key=lambda path: Path(path).parts)
    listing.other.sort(key=lambda path: Path(path).parts)
    return listing


def _list_one(
    folder: str, is_wanted: Callable[[str], bool], listing: Listing, left_out: FileId | None
) -> list[str]:
    below = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = os.path.join(folder, entry.name)  # noqa: PTH118 (a Path would drop the "./")
            if entry.is_dir(follow_symlinks=False):
                if left_out is None or file_id(path) != left_out:
                    below.append(path)
            elif entry.is_file(follow_symlinks=False) and is_wanted(entry.name):
                listing.files.append(path)
            else:
                listing.other.append(path)
    return below
