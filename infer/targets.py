"""Where output goes, checked before anything is written: no input is overwritten, nothing written twice."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from despin.errors import InputError
from despin.infer.atomic_file import check_replaceable
from despin.infer.resources import EXAMPLE, find_example

FileId = tuple[int, int]
"""Device and inode: two names have the same if they lead to one file."""


class Source(NamedTuple):
    """An input, and where its output goes in the output folder."""

    path: str
    """As given; ``-`` is standard input."""
    place: Path
    """Relative, without ``..``."""


def file_id(path: str | Path) -> FileId | None:
    """Which file a path leads to; None if to none."""
    try:
        status = os.stat(path)  # noqa: PTH116 (16,000 Paths would take longer than the calls)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def place_of(path: str) -> Path:
    """Where the output for a path goes in the output folder: the relative path as it is given.

    Of an absolute path, and of one that leads out of the working directory, the last name alone is taken.
    """
    if path == "-":
        return Path("stdin.txt")
    if path.startswith(EXAMPLE):
        return Path(Path(find_example(path)).name)
    normal = Path(os.path.normpath(path))
    if normal.is_absolute() or ".." in normal.parts:
        return Path(normal.name if normal.name != ".." else normal.resolve().name)
    return normal


class Inputs:
    """The files that are read, to be asked whether a path is one of them, under whatever name."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_path: dict[str, str] = {}
        self._by_id: dict[FileId, str] = {}
        for path in paths:
            if path == "-":
                self._add_stdin()
                continue
            file = find_example(path)
            self._by_path[os.path.abspath(file)] = path  # noqa: PTH100
            if (identity := file_id(file)) is not None:
                self._by_id[identity] = path

    def _add_stdin(self) -> None:
        """Standard input may be a file too: ``despin correct < text >> text``."""
        try:
            status = os.fstat(0)
        except OSError:  # closed
            return
        if stat.S_ISREG(status.st_mode):
            self._by_id[status.st_dev, status.st_ino] = "standard input"

    def find(self, path: str | Path) -> str | None:
        """The input that ``path`` leads to, by name, by a link or as another name of the file; else None."""
        if found := self._by_path.get(os.path.abspath(path)):  # noqa: PTH100
            return found
        identity = file_id(path)
        return None if identity is None else self._by_id.get(identity)

    def check_stdout(self, descriptor: int = 1) -> None:
        """Raise InputError if standard output is appended to an input, which would never end."""
        try:
            status = os.fstat(descriptor)
        except OSError:
            return
        found = self._by_id.get((status.st_dev, status.st_ino))
        if found is not None and stat.S_ISREG(status.st_mode):
            raise InputError(f"{found}: is standard output too")


def check_outputs(option: str, outputs: Iterable[str | Path], inputs: Iterable[str]) -> None:
    """Raise InputError if an output would overwrite an input, or must not be replaced."""
    known = Inputs(inputs)
    for output in outputs:
        if (overwritten := known.find(output)) is not None:
            raise InputError(f"{option}: {overwritten} would be overwritten; give another place")
        check_replaceable(Path(output))


def plan_outputs(
    sources: Sequence[Source], folder: Path, suffix: str, others: Iterable[str] = ()
) -> list[Path]:
    """The output file of each source, in order; ``others`` are files that are read besides.

    Raises InputError if two sources have one output, if one would overwrite an input or lie in another as
    if that were a folder, or if something is there that must not be replaced. Time is linear in the number
    of sources.
    """
    targets: dict[Path, str] = {}
    for source in sources:
        target = folder / source.place.with_name(source.place.name + suffix)
        if target in targets:
            raise InputError(f"--output: {targets[target]} and {source.path} would both be {target}")
        targets[target] = source.path
    folders = {parent for target in targets for parent in target.parents}
    for target in targets:
        if target in folders:
            raise InputError(f"--output: {target} would be a file and a folder")
    check_outputs("--output", targets, [*(source.path for source in sources), *others])
    return list(targets)


def plan_in_place(
    paths: Iterable[str], backup: str | None, others: Iterable[str] = ()
) -> list[tuple[str, Path, Path | None]]:
    """Each path with the file that it leads to and the file for its old content, if a suffix is given.

    A file that is named twice is taken once. Raises InputError for standard input, and where a file must not
    be replaced, a backup exists, or a backup would be one of the files.
    """
    known = Inputs(others)
    plan: dict[Path, tuple[str, Path, Path | None]] = {}
    for path in paths:
        if path == "-" or path.startswith(EXAMPLE):
            raise InputError(f"--in-place: {path} is no file of yours")
        file = Path(os.path.realpath(path))
        if known.find(file) is not None:
            raise InputError(f"--in-place: {path} is read for an option too")
        if file.exists():
            check_replaceable(file)
        plan.setdefault(file, (path, file, file.with_name(file.name + backup) if backup else None))
    for path, _, kept in plan.values():
        if kept is not None and (kept in plan or os.path.lexists(kept)):
            raise InputError(f"{path}: the backup {kept} exists already; move it or give another suffix")
    return list(plan.values())
