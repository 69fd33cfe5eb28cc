"""A group of files of prose as a table: path, format and text."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.line_rows import Unusable, check_length
from despin.corpus.parts import Part, Source, excerpt
from despin.corpus.sources.columnar import in_batches, table_parts
from despin.corpus.sources.part_maker import PartMaker
from despin.corpus.storage import open_bytes
from despin.errors import InputError
from despin.infer.encodings import Decoder
from despin.infer.text.formats.suffixes import format_of

FORMAT_COLUMN = "format"
TEXT_COLUMN = "text"
SCHEMA = pa.schema([("path", pa.string()), (FORMAT_COLUMN, pa.string()), (TEXT_COLUMN, pa.string())])


def read_text_files(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a group of files. What is not UTF-8 (or marked UTF-16 or 32) is put aside."""
    maker = PartMaker(source, settings)
    rows = (_row(maker, path) for path in source.files)
    batches = in_batches(
        maker, rows, lambda rows: pa.RecordBatch.from_pylist(rows, SCHEMA), lambda row: len(row[TEXT_COLUMN])
    )
    yield from table_parts(maker, batches, "texts")


def _row(maker: PartMaker, path: str) -> dict[str, str] | None:
    """The row of a file; None if it is put aside."""
    limit = maker.settings.max_document
    data = b""
    try:
        with open_bytes(path) as handle:
            data = handle.read(limit + 1)
        maker.position += len(data)
        if len(data) > limit:
            raise Unusable("too long", f"more than {limit:,} bytes (--max-document)")
        text = _decoded(data, path)
        check_length(text, maker.settings)
    except InputError as error:
        maker.put_aside("", "cannot be read", str(error), path=path)
    except Unusable as error:
        maker.put_aside("", error.kind, error.reason, excerpt(data), path=path)
    else:
        # The name of a file need not be UTF-8 (PEP 383).
        name = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return {"path": name, FORMAT_COLUMN: format_of(path), TEXT_COLUMN: text}
    return None


def _decoded(data: bytes, path: str) -> str:
    """The text without its byte-order mark."""
    try:
        text = "".join(Decoder(path).decode(iter([data] if data else [])))
        text.encode("utf-8")
    except (InputError, UnicodeEncodeError) as error:
        raise Unusable("not UTF-8", str(error)) from None
    return text
