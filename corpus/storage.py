"""Files wherever fsspec reaches: local paths, ``s3://``, ``gs://``, ``hf://``, ``memory://``.

Local files are written beside their place and renamed; on an object store an upload shows up whole or not at
all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
from fsspec.core import has_magic

from despin.errors import InputError
from despin.infer.atomic_file import PREFIX, replace_file

READ_AT_ONCE = 1_024
"""Small files that are asked for together."""


@dataclass(frozen=True)
class Folder:
    """A folder that is written to."""

    root: str

    def __post_init__(self) -> None:
        file_system(self.root)

    def path(self, *names: str) -> str:
        """The path of something in it."""
        return "/".join([self.root.rstrip("/") or "/", *names])

    def write(self, data: bytes, *names: str) -> None:
        """Write a file whole. Raises InputError, which names it, if that fails."""
        path = self.path(*names)
        system, inner = file_system(path)
        if is_local(path):
            with replace_file(Path(inner)) as file:
                file.write(data)
            return
        with storage_errors(path):
            system.makedirs(inner.rpartition("/")[0], exist_ok=True)
            system.pipe_file(inner, data)

    def read(self, *names: str) -> bytes | None:
        """The content of a file, None if there is none. Raises InputError if it cannot be read."""
        path = self.path(*names)
        system, inner = file_system(path)
        with storage_errors(path):
            try:
                return cast(bytes, system.cat_file(inner))
            except FileNotFoundError:
                return None

    def sizes(self, *names: str) -> dict[str, int]:
        """The names of the files in a folder in it, with their sizes in bytes; none if it is missing."""
        return {name: size for name, size in self._entries(*names) if size is not None}

    def names(self, *names: str) -> set[str]:
        """The names of files and folders in a folder in it; none if it is missing."""
        return {name for name, _ in self._entries(*names)}

    def read_many(self, files: Sequence[str], *names: str) -> Iterator[bytes]:
        """The contents of files in a folder in it, in order; many at once from an object store.

        Files that are gone are passed over. Raises InputError if one cannot be read.
        """
        system, inner = file_system(self.path(*names))
        if is_local_system(system) or has_magic(inner):  # `cat` takes paths of many files for patterns
            contents = (self.read(*names, file) for file in files)
            yield from (content for content in contents if content is not None)
            return
        for start in range(0, len(files), READ_AT_ONCE):
            paths = [f"{inner.rstrip('/')}/{name}" for name in files[start : start + READ_AT_ONCE]]
            found = system.cat(paths, on_error="return")
            for path in paths:
                with storage_errors(path):
                    content = found.get(path, FileNotFoundError())
                    if isinstance(content, bytes):
                        yield content
                    elif not isinstance(content, FileNotFoundError):
                        raise content

    def remove_temporary(self, *names: str) -> None:
        """Remove what a killed process left half-written in a folder in it. Raises InputError if that fails.

        On an object store nothing is left that could be seen.
        """
        path = self.path(*names)
        system, inner = file_system(path)
        if not is_local_system(system) or not Path(inner).is_dir():
            return
        with storage_errors(path):
            for entry in Path(inner).iterdir():
                if entry.name.startswith(PREFIX):
                    entry.unlink(missing_ok=True)

    def _entries(self, *names: str) -> Iterator[tuple[str, int | None]]:
        """Names, and of files the size in bytes."""
        path = self.path(*names)
        system, inner = file_system(path)
        with storage_errors(path):
            system.invalidate_cache(inner)
            try:
                found = system.ls(inner, detail=True)
            except FileNotFoundError:
                return
        for entry in found:
            if str(entry["name"]).strip("/") == inner.strip("/"):  # a mark of an object store for the folder
                continue
            size = int(entry["size"] or 0) if entry["type"] == "file" else None
            yield str(entry["name"]).rstrip("/").rpartition("/")[2], size


def file_system(path: str) -> tuple[Any, str]:
    """The fsspec file system of a path, and the path in it. Raises InputError for an unknown protocol."""
    try:
        system, inner = fsspec.core.url_to_fs(path)
    except ImportError as error:
        raise InputError(f"{path}: {error}") from None
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    return system, str(inner)


def is_local(path: str) -> bool:
    """Whether a path leads to a file of this machine."""
    return is_local_system(file_system(path)[0])


def is_local_system(system: Any) -> bool:
    """Whether a file system of fsspec is that of this machine."""
    protocol = system.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


@contextmanager
def open_bytes(path: str) -> Iterator[BinaryIO]:
    """Open a file for reading. Raises InputError, which names it, if it cannot be opened or read."""
    system, inner = file_system(path)
    with storage_errors(path), system.open(inner, "rb") as handle:
        yield handle


@contextmanager
def storage_errors(path: str) -> Iterator[None]:
    """Errors of a file system as an InputError that names the path."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
