"""What is given on the command line as sources: files, globs, folders, URLs and hub data sets."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import Any, NamedTuple

from despin.corpus.output_folder import ASIDE, DROPPED, RECORDS
from despin.corpus.parts import Source, SourceKind
from despin.corpus.storage import file_system, is_local_system, local_path, storage_errors
from despin.errors import InputError
from despin.infer.folder_listing import list_files
from despin.infer.resources import find_example
from despin.infer.text.formats import suffixes
from despin.metrics.compressed import COMPRESSIONS

OWN_FOLDERS = {RECORDS, DROPPED, ASIDE}
FILES_AT_ONCE = 2_000
"""Small files of a group that one reader reads."""
_KINDS: dict[str, SourceKind] = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "lines",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".warc": "warc",
    ".wet": "warc",
}
_PACKED: frozenset[SourceKind] = frozenset(["lines", "csv", "warc"])
"""Kinds that may be packed; the others pack their own columns."""
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+(:[\w.-]+)?")
_VERSIONS = ("ETag", "etag", "blob_id", "mtime", "LastModified")
"""What file systems call that which changes with a file's content."""
_SPECIAL = re.compile(r"[*?\[]")


class Entry(NamedTuple):
    """A file, as a file system lists it."""

    path: str
    size: int
    version: str


class Found(NamedTuple):
    """The files behind an input, by name."""

    entries: list[Entry]
    is_single: bool
    """Whether it is one file by itself."""
    links: Sequence[str] = ()
    """Links, pipes and their like in a folder, which are not followed."""


class Listed(NamedTuple):
    """The sources of a run, and the files that were left out: of no known kind, and links in folders."""

    sources: list[Source]
    left_out: list[str]


def find_sources(inputs: Sequence[str], split: str = "train", leave_out: str | None = None) -> Listed:
    """The sources behind the inputs, in their order, those of a folder by name.

    ``split``: of a hub data set. ``leave_out``: a local folder, that of the output. Raises InputError for an
    input that is not there, of no known kind, or without any document.
    """
    sources: list[Source] = []
    left_out: list[str] = []
    for given in inputs:
        if not given:
            raise InputError("'' is no file name")
        before = len(sources)
        if is_hub_name(given):
            sources.append(Source(len(sources), given, "hub", split=split))
            continue
        entries, single, links = _entries(given, leave_out)
        left_out += links
        texts: list[Entry] = []
        for entry in entries:
            kind = kind_of(entry.path)
            if kind is not None:
                sources.append(Source(len(sources), entry.path, kind, entry.size, entry.version))
            elif is_text_file(entry.path) or (single and suffixes.refusal(entry.path) is None):
                texts.append(entry)
            elif single:
                raise InputError(
                    f"{given}: of no kind that is read: {', '.join(_KINDS)}, text, HTML, Markdown"
                )
            else:
                left_out.append(entry.path)
        sources += _groups(given, texts, len(sources))
        if len(sources) == before:
            hint = "; links in a folder are not followed" if links else ""
            raise InputError(f"{given}: no file in it of a kind that is read{hint}")
    if not sources:
        raise InputError("no input is named")
    return Listed(sources, left_out)


def state_of(entry: Entry) -> str:
    """What changes when the file does."""
    return f"{entry.size}:{entry.version}"


def kind_of(path: str) -> SourceKind | None:
    """The kind of a file of documents by its name; None for prose and for what is not read."""
    name = path.lower()
    packed = next((suffix for suffix in COMPRESSIONS if name.endswith(suffix)), "")
    kind = _KINDS.get(Path(name.removesuffix(packed)).suffix)
    return None if packed and kind not in _PACKED else kind


def is_text_file(path: str) -> bool:
    """Whether a file's name tells a known format of prose."""
    return Path(path).suffix.lower() in suffixes.TEXT_SUFFIXES


def is_hub_name(given: str) -> bool:
    """Whether an input names a hub data set (``owner/name`` or ``owner/name:configuration``) and no file."""
    if not _HUB_NAME.fullmatch(given) or Path(given).exists() or Path(given).parent.is_dir():
        return False
    return kind_of(given) is None and not is_text_file(given) and suffixes.refusal(given) is None


def _groups(given: str, texts: Sequence[Entry], number: int) -> Iterator[Source]:
    """The files of prose of an input, in groups."""
    for start in range(0, len(texts), FILES_AT_ONCE):
        group = texts[start : start + FILES_AT_ONCE]
        version = ",".join(map(state_of, group))
        yield Source(
            number + start // FILES_AT_ONCE,
            given,
            "files",
            sum(entry.size for entry in group),
            version,
            tuple(entry.path for entry in group),
        )


def _entries(given: str, leave_out: str | None) -> Found:
    """The files behind an input."""
    path = find_example(given)
    system, inner = file_system(path)
    with storage_errors(given):
        if is_local_system(system):
            return _local_entries(inner if "://" in path else path, leave_out)
        if _SPECIAL.search(path) and not system.exists(inner):
            found = system.glob(inner, detail=True)
            infos = [info for info in found.values() if info["type"] == "file"]
            if not infos:
                raise InputError(f"{given}: no file of such a name")
            return Found(sorted(_described(system, infos, leave_out, None)), False)
        if not system.exists(inner):
            raise InputError(f"{given}: no such file")
        if not system.isdir(inner):
            return Found(list(_described(system, [system.info(inner)], None, None)), True)
        infos = [
            info
            for name, info in system.find(inner, detail=True).items()
            if not any(part.startswith(".") for part in name.removeprefix(inner).split("/"))
        ]
        return Found(sorted(_described(system, infos, leave_out, inner)), False)


def _local_entries(path: str, leave_out: str | None) -> Found:
    """As `_entries`, with the names as they are given, whatever the working directory."""
    place = Path(path)
    output = None if leave_out is None or (local := local_path(leave_out)) is None else Path(local)
    if place.is_dir():
        listing = list_files(path, lambda name: True, output)
        if listing.errors:
            raise InputError(listing.errors[0])
        names = [name for name in listing.files if not _is_record(name, path)]
        return Found([local_entry(name) for name in names], False, listing.other)
    if _SPECIAL.search(path) and not place.exists():
        found = glob(path, recursive=True)  # noqa: PTH207 (a Path would drop the "./")
        names = sorted(name for name in found if Path(name).is_file())
        if output is not None:
            names = [name for name in names if not Path(name).resolve().is_relative_to(output.resolve())]
        if not names:
            raise InputError(f"{path}: no file of such a name")
        return Found([local_entry(name) for name in names], False)
    return Found([local_entry(path)], True)


def local_entry(path: str) -> Entry:
    """A file of this machine. Raises InputError for a pipe or a device."""
    if path == "-" and not Path(path).exists():
        raise InputError("-: a run that can be resumed reads no standard input; write it to a file first")
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe can be read but once, a run reads its input again
        raise InputError(f"{path}: is no regular file; write what it gives to one first")
    return Entry(path, status.st_size, str(status.st_mtime_ns))


def _is_record(name: str, folder: str) -> bool:
    """Whether a file in a folder is what an earlier run of `despin corpus` notes beside its result."""
    return not OWN_FOLDERS.isdisjoint(name.removeprefix(folder).split("/")[:-1])


def _described(
    system: Any, infos: Iterable[dict[str, Any]], leave_out: str | None, folder: str | None
) -> Iterator[Entry]:
    """Files: of ``folder`` without the records of an earlier run, and without the folder ``leave_out``."""
    other, output = (None, "") if leave_out is None else file_system(leave_out)
    for info in infos:
        name = str(info["name"])
        if type(other) is type(system) and name.startswith(f"{output.rstrip('/')}/"):
            continue
        if folder is None or not _is_record(name, folder):
            version = next((info[key] for key in _VERSIONS if info.get(key)), "")
            yield Entry(str(system.unstrip_protocol(name)), int(info.get("size") or 0), str(version))
