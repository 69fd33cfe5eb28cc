"""Web archives: the pages of WARC files and the plain texts of WET files (ISO 28500), read by warcio."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.line_rows import Unusable, check_length
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.bounded_lines import unpacked_chunks_of
from despin.corpus.sources.columnar import in_batches, table_parts
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.sources.text_files import FORMAT_COLUMN, TEXT_COLUMN
from despin.corpus.storage import StorageError, open_bytes
from despin.errors import ConfigError, InputError
from despin.infer.encodings import find_encoding, marked_encoding

SCHEMA = pa.schema(
    [
        ("url", pa.string()),
        ("date", pa.string()),
        ("record_id", pa.string()),
        (FORMAT_COLUMN, pa.string()),
        (TEXT_COLUMN, pa.string()),
    ]
)
_FORMATS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
HEAD = 2_048
"""Bytes of a page in which its own statement of its encoding is looked for (HTML: the first 1,024)."""
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""What the web calls by these names (WHATWG, Encoding Standard, section 4.2)."""


def read_web_archive(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a WARC or WET file: its texts and HTML pages; other records are passed over.

    Raises StorageError where the file cannot be reached.
    """
    maker = PartMaker(source, settings)
    batches = in_batches(
        maker,
        _rows(maker),
        lambda rows: pa.RecordBatch.from_pylist(rows, SCHEMA),
        lambda row: len(row[TEXT_COLUMN]),
    )
    yield from table_parts(maker, batches, "texts")


def _rows(maker: PartMaker) -> Iterator[dict[str, str] | None]:
    from warcio.archiveiterator import ArchiveIterator

    path = maker.source.path
    number = 0
    try:
        with open_bytes(path) as handle:
            # Unpacked here: warcio takes a truncated member for a whole one, and no single member.
            archive = ArchiveIterator(_Unpacked(unpacked_chunks_of(handle, path)))
            for record in archive:
                maker.position = handle.tell()
                yield _row(maker, record, f"record {number + 1}")
                _read_to_end(record)
                number += 1
    except StorageError:
        raise
    except Exception as error:  # on what is no archive warcio raises whatever comes, AttributeError too
        maker.put_rest_aside(f"after record {number}" if number else "", error)


def _row(maker: PartMaker, record: Any, where: str) -> dict[str, str] | None:
    """The document of a record; None if it holds none, or was put aside."""
    http = record.http_headers if record.rec_type == "response" else None
    if record.rec_type not in ("response", "conversion", "resource"):
        return None
    headers = http or record.rec_headers
    content_type = str(headers.get_header("Content-Type") or "")
    format = _FORMATS.get(content_type.partition(";")[0].strip().lower())
    if format is None or (http is not None and not str(http.get_statuscode() or "").startswith("2")):
        return None
    limit = maker.settings.max_document
    url = _readable(record.rec_headers.get_header("WARC-Target-URI"))
    data = b""
    try:
        data = _content(record.content_stream(), limit + 1)
        if len(data) > limit:
            raise Unusable("too long", f"more than {limit:,} bytes (--max-document)")
        if record.raw_stream.limit and not record.raw_stream.read(1):
            raise InputError("truncated; download it again")
        text = _decoded(data, content_type, format)
        check_length(text, maker.settings)
    except Unusable as error:
        maker.put_aside(where, error.kind, f"{url}: {error.reason}", excerpt(data))
        return None
    return {
        "url": url,
        "date": _readable(record.rec_headers.get_header("WARC-Date")),
        "record_id": _readable(record.rec_headers.get_header("WARC-Record-ID")),
        FORMAT_COLUMN: format,
        TEXT_COLUMN: text,
    }


def _content(stream: Any, limit: int) -> bytes:
    """The first ``limit`` bytes: warcio's readers give what they have at hand."""
    data = bytearray()
    while len(data) < limit and (chunk := stream.read(limit - len(data))):
        data += chunk
    return bytes(data)


def _read_to_end(record: Any) -> None:
    """Raise InputError for a record that is shorter than it says."""
    while record.raw_stream.read(io.DEFAULT_BUFFER_SIZE):
        pass
    if record.raw_stream.limit > 0:
        raise InputError("truncated; download it again")


def _decoded(data: bytes, content_type: str, format: str) -> str:
    """The text in the encoding that its byte-order mark, the HTTP header or the page states; else UTF-8."""
    stated = _CHARSET.search(content_type)
    name = marked_encoding(data[:4]) or (stated[1] if stated else "")
    if not name and format == "html" and (meta := _META_CHARSET.search(data[:HEAD])):
        name = meta[1].decode("ascii")
    name = name or "utf-8"
    try:
        encoding = find_encoding(name)
        text = data.decode(_READ_AS.get(encoding, encoding)).removeprefix("\ufeff")
        text.encode("utf-8")
    except (ConfigError, UnicodeError):
        raise Unusable("not UTF-8", f"not in the encoding that it states, {name}") from None
    return text


def _readable(value: str | None) -> str:
    """A header's value as UTF-8 can hold it."""
    return (value or "").encode("utf-8", "backslashreplace").decode("utf-8")


class _Unpacked(io.RawIOBase):
    """A stream of chunks as an open file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest, self._position = chunks, memoryview(b""), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        self._position += len(taken)
        return len(taken)

    def tell(self) -> int:
        return self._position
