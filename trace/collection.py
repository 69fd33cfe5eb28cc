"""The documents of a collection: text files, JSON lines, Parquet files, and folders of them.

A document's id is the path of its file as it was given, with the row's own id or its number behind a colon
where a file holds many. So the same collection gives the same ids if it is named in the same way.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from despin.errors import InputError
from despin.infer.files import read_text
from despin.infer.folder_listing import list_files
from despin.infer.text.formats.suffixes import TEXT_SUFFIXES, format_of, refusal
from despin.infer.text.reading import read_view
from despin.metrics.compressed import COMPRESSIONS, file_lines
from despin.metrics.pairs import json_row, text_field
from despin.trace.search_index import Document

LINES = (".jsonl", ".ndjson")
PARQUET = ".parquet"
ROWS = 1000
"""Rows of a Parquet file at once."""
MAX_BAD_ROWS = 5
"""Rows of a file that cannot be used and are named; of the others only the number is told."""


def read_collection(
    paths: Iterable[str], on_error: Callable[[InputError], None], text: str = "text", id: str = "id"
) -> Iterator[Document]:
    """The documents with a word in them, file by file in the order of the paths and names.

    ``text`` and ``id`` are the fields (columns) of the text and of the row's own id, where it has one. What
    cannot be used is given to ``on_error`` and left out: a path that does not exist, a folder without any
    document, a file, a line that is no object with a text, the second document of an id. Of a file's lines
    MAX_BAD_ROWS are named, the others counted.
    """
    seen: set[str] = set()
    for file in _files(paths, on_error):
        bad = _BadRows(file, on_error)
        try:
            for document in _documents(file, text, id, bad.add):
                if document.id in seen:
                    bad.add(InputError(f"{document.id}: this id occurs twice; ids must differ"))
                    continue
                seen.add(document.id)
                if any(map(str.isalnum, document.text)):
                    yield document
        except InputError as error:
            on_error(error)
        bad.tell_rest()


class _BadRows:
    """The rows of a file that cannot be used: the first are told one by one, then how many more there are."""

    def __init__(self, file: str, on_error: Callable[[InputError], None]) -> None:
        self._file, self._on_error, self._count = file, on_error, 0

    def add(self, error: InputError) -> None:
        self._count += 1
        if self._count <= MAX_BAD_ROWS:
            self._on_error(error)

    def tell_rest(self) -> None:
        if (more := self._count - MAX_BAD_ROWS) > 0:
            self._on_error(InputError(f"{self._file}: {more:,} more rows that cannot be used"))


def _files(paths: Iterable[str], on_error: Callable[[InputError], None]) -> Iterator[str]:
    for path in paths:
        if not Path(path).is_dir():
            yield path
            continue
        listing = list_files(path, lambda name: _kind(name) is not None)
        for message in listing.errors:
            on_error(InputError(message))
        if not listing.files:
            on_error(InputError(f"{path}: no document in it: none of its files has a known format"))
        yield from listing.files


def _kind(name: str) -> str | None:
    """The suffix by which a file is read, None for a file that is not."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        return suffixes[0] if len(suffixes) == 2 and suffixes[0] in LINES else None
    last = suffixes[-1] if suffixes else ""
    return last if last in LINES or last == PARQUET or last in TEXT_SUFFIXES else None


def _documents(file: str, text: str, id: str, on_bad_row: Callable[[InputError], None]) -> Iterator[Document]:
    kind = _kind(file)
    if kind in LINES:
        yield from _from_lines(file, text, id, on_bad_row)
    elif kind == PARQUET:
        yield from _from_parquet(file, text, id)
    elif kind is not None or Path(file).suffix.lower() not in COMPRESSIONS:
        yield Document(_shown(file), _view(file))
    else:
        raise InputError(f"{file}: only JSON lines may be compressed (name.jsonl{Path(file).suffix})")


def _shown(file: str) -> str:
    """A path as part of an id: bytes of its name that are no UTF-8 as escapes."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _view(file: str) -> str:
    """The text of a file as it is read, mark-up left out."""
    if (reason := refusal(file)) is not None:
        raise InputError(reason)
    source = read_text(file)
    format = format_of(file)
    return source if format == "text" else read_view(source, format).text


def _from_lines(
    file: str, text: str, id: str, on_bad_row: Callable[[InputError], None]
) -> Iterator[Document]:
    for number, line in enumerate(file_lines(file), 1):
        if line.strip():
            try:
                document = _row_document(json_row(line, f"{file}:{number}"), file, number, text, id)
            except InputError as error:
                on_bad_row(error)
                continue
            if document is not None:
                yield document


def _row_document(row: dict[str, Any], file: str, number: int, text: str, id: str) -> Document | None:
    """A line's document; None if its text is null, as in a table."""
    if text in row and row[text] is None:
        return None
    place = f"{file}:{number}"
    content = text_field(row, text, place)
    own = row.get(id)
    name = text_field({id: str(number if own is None else own)}, id, place)
    return Document(f"{_shown(file)}:{name}", content)


def _from_parquet(file: str, text: str, id: str) -> Iterator[Document]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(file) as parquet:
            names = parquet.schema_arrow.names
            if text not in names:
                raise InputError(f"{file}: no column {text!r}; the columns are {', '.join(names)}")
            columns = [text, id] if id in names else [text]
            number = 0
            for batch in parquet.iter_batches(ROWS, columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    yield from _parquet_document(file, number, row, text, id)
    except FileNotFoundError:
        raise InputError(f"{file}: no such file") from None
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{file}: not a Parquet file that can be read: {error}") from None


def _parquet_document(file: str, number: int, row: dict[str, Any], text: str, id: str) -> Iterator[Document]:
    value, own = row[text], row.get(id)
    if value is not None:
        if not isinstance(value, str):
            raise InputError(f"{file}:{number}: the column {text!r} holds {type(value).__name__}, not text")
        yield Document(f"{_shown(file)}:{number if own is None else own}", value)
