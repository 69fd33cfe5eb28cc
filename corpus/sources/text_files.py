"""A group of files of prose as a table: path, format and text."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.sources.tables import READ_ROWS, table_parts
from despin.corpus.storage import open_bytes
from despin.errors import InputError
from despin.infer.encodings import Decoder
from despin.infer.text.formats.suffixes import format_of

CHUNK = 1 << 16
FORMAT_COLUMN = "format"
TEXT_COLUMN = "text"
SCHEMA = pa.schema([("path", pa.string()), (FORMAT_COLUMN, pa.string()), (TEXT_COLUMN, pa.string())])


def read_text_files(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a group of files. What is not UTF-8 (or marked UTF-16 or 32) is put aside."""
    maker = PartMaker(source, settings)
    yield from table_parts(maker, _batches(maker), "texts")


def _batches(maker: PartMaker) -> Iterator[pa.RecordBatch]:
    rows: list[dict[str, str]] = []
    size = 0
    for path in maker.source.files:
        text = _text(maker, path)
        if text is None:
            continue
        rows.append({"path": path, FORMAT_COLUMN: format_of(path), "text": text})
        size += len(text)
        if len(rows) == READ_ROWS or size >= maker.settings.part_bytes:
            yield pa.RecordBatch.from_pylist(rows, SCHEMA)
            rows, size = [], 0
    if rows:
        yield pa.RecordBatch.from_pylist(rows, SCHEMA)


def _text(maker: PartMaker, path: str) -> str | None:
    """The text of a file, a byte-order mark included; None if it is put aside."""
    limit = maker.settings.max_document
    try:
        with open_bytes(path) as handle:
            data = handle.read(limit + 1)
            maker.position += len(data)
            if len(data) > limit:
                reason = f"more than {limit:,} bytes (--max-document)"
                maker.put_aside(path, "too long", reason)
                return None
    except InputError as error:
        maker.put_aside(path, "cannot be read", str(error))
        return None
    decoder = Decoder(path)
    try:
        text = "".join(decoder.decode(iter([data] if data else [])))
        (decoder.mark + text).encode("utf-8")
    except (InputError, UnicodeEncodeError) as error:
        maker.put_aside(path, "not UTF-8", str(error))
        return None
    return decoder.mark + text
