"""Web archives: the pages of WARC files and the plain texts of WET files (ISO 28500), read by warcio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.sources.tables import READ_ROWS, table_parts
from despin.corpus.sources.text_files import FORMAT_COLUMN, TEXT_COLUMN
from despin.corpus.storage import open_bytes
from despin.errors import ConfigError, InputError
from despin.infer.encodings import find_encoding

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


def read_web_archive(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a WARC or WET file: its texts and HTML pages; other records are passed over."""
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _batches(maker), "texts")


def _batches(maker: PartMaker) -> Iterator[pa.RecordBatch]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    rows: list[dict[str, str]] = []
    size = number = 0
    try:
        with open_bytes(maker.source.path) as handle:
            for number, record in enumerate(ArchiveIterator(handle), 1):
                maker.position = handle.tell()
                row = _row(maker, record, f"record {number}")
                if row is None:
                    continue
                rows.append(row)
                size += len(row[TEXT_COLUMN])
                if len(rows) == READ_ROWS or size >= maker.settings.part_bytes:
                    yield pa.RecordBatch.from_pylist(rows, SCHEMA)
                    rows, size = [], 0
    except (InputError, ArchiveLoadFailed, OSError, EOFError) as error:
        maker.put_aside(f"after record {number}", "broken file", " ".join(str(error).split()))
    if rows:
        yield pa.RecordBatch.from_pylist(rows, SCHEMA)


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
    data = _content(record.content_stream(), limit + 1)
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    if len(data) > limit:
        maker.put_aside(
            where, "too long", f"{url}: more than {limit:,} bytes (--max-document)", excerpt(data)
        )
        return None
    text = _decoded(data, content_type, format)
    if text is None:
        maker.put_aside(where, "not UTF-8", f"{url}: not in the encoding that it states", excerpt(data))
        return None
    return {
        "url": url,
        "date": str(record.rec_headers.get_header("WARC-Date") or ""),
        "record_id": str(record.rec_headers.get_header("WARC-Record-ID") or ""),
        FORMAT_COLUMN: format,
        TEXT_COLUMN: text,
    }


def _content(stream: Any, limit: int) -> bytes:
    """The first ``limit`` bytes: warcio's readers give what they have at hand."""
    data = bytearray()
    while len(data) < limit and (chunk := stream.read(limit - len(data))):
        data += chunk
    return bytes(data)


def _decoded(data: bytes, content_type: str, format: str) -> str | None:
    """The text in the encoding that the HTTP header or the page states, by default UTF-8."""
    stated = _CHARSET.search(content_type)
    encoding = stated[1] if stated else "utf-8"
    if not stated and format == "html" and (meta := _META_CHARSET.search(data[:HEAD])):
        encoding = meta[1].decode("ascii")
    try:
        text = data.decode(find_encoding(encoding))
        text.encode("utf-8")
    except (ConfigError, UnicodeError):
        return None
    return text
