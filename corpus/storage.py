"""Files wherever fsspec reaches: local paths, ``s3://``, ``gs://``, ``hf://``, ``memory://``.

Local files are written beside their place and renamed; on an object store an upload shows up whole or not at
all.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
from fsspec.core import has_magic

from despin.errors import DespinError, InputError
from despin.infer.atomic_file import PREFIX, replace_file

READ_AT_ONCE = 1_024
"""Small files that are asked for together."""


class StorageError(InputError):
    """A file that cannot be reached, whatever it holds: another time it may be."""


@dataclass(frozen=True)
class Folder:
    """A folder that is written to."""

    root: str

    def __post_init__(self) -> None:
        if not self.root:
            raise InputError("'' is no folder name")
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

    def read_many(self, files: Sequence[str], *names: str) -> Iterator[tuple[str, bytes]]:
        """The names and contents of files in a folder in it, in order; many at once from an object store.

        Files that are gone are passed over. Raises InputError if one cannot be read.
        """
        system, inner = file_system(self.path(*names))
        if is_local_system(system) or has_magic(inner):  # `cat` takes paths of many files for patterns
            contents = ((file, self.read(*names, file)) for file in files)
            yield from ((file, content) for file, content in contents if content is not None)
            return
        for start in range(0, len(files), READ_AT_ONCE):
            asked = files[start : start + READ_AT_ONCE]
            paths = [f"{inner.rstrip('/')}/{name}" for name in asked]
            found = system.cat(paths, on_error="return")
            for name, path in zip(asked, paths):
                with storage_errors(path):
                    content = found.get(path, FileNotFoundError())
                    if isinstance(content, bytes):
                        yield name, content
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
    with storage_errors(path):
        try:
            system, inner = fsspec.core.url_to_fs(path)
        except ImportError as error:
            raise InputError(f"{path}: {_missing_package(error)}") from None
        except ValueError as error:
            raise InputError(f"{path}: {' '.join(str(error).split())}") from None
    return system, str(inner)


def _missing_package(error: ImportError) -> str:
    """What to do about it: fsspec says which package a protocol takes, an import only which module."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"needs the Python package {error.name.partition('.')[0]}"
    return " ".join(str(error).split())


def is_local(path: str) -> bool:
    """Whether a path leads to a file of this machine."""
    return is_local_system(file_system(path)[0])


def local_path(path: str) -> str | None:
    """The path of a file of this machine, which may be given as a URL; None for another one."""
    system, inner = file_system(path)
    return inner if is_local_system(system) else None


def is_local_system(system: Any) -> bool:
    """Whether a file system of fsspec is that of this machine."""
    protocol = system.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


@contextmanager
def open_bytes(path: str) -> Iterator[BinaryIO]:
    """Open a file for reading. Raises StorageError if it cannot be opened, and where it cannot be read."""
    system, inner = file_system(path)
    with storage_errors(path):
        handle = system.open(inner, "rb")
    with handle:
        yield cast(BinaryIO, _StoredFile(handle, path))


class _StoredFile(io.RawIOBase):
    """An open file whose errors are a StorageError, so that they are told from those of its content."""

    def __init__(self, handle: Any, path: str) -> None:
        self._handle, self._path = handle, path

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._handle.seekable())

    def read(self, size: int | None = -1) -> bytes:
        with storage_errors(self._path):
            return cast(bytes, self._handle.read(-1 if size is None else size))

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        with storage_errors(self._path):
            return int(self._handle.seek(offset, whence))

    def tell(self) -> int:
        return int(self._handle.tell())


@contextmanager
def storage_errors(path: str) -> Iterator[None]:
    """Errors of a file system as a StorageError that names the path."""
    try:
        yield
    except DespinError:
        raise
    except FileNotFoundError:
        raise StorageError(f"{path}: no such file") from None
    except OSError as error:
        raise StorageError(f"{path}: {' '.join(str(error.strerror or error).split())}") from None
    except Exception as error:  # botocore, aiohttp and others have bases of their own
        reason = " ".join(str(error).split())
        raise StorageError(f"{path}: {type(error).__name__}: {reason}") from None
