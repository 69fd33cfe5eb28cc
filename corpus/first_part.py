"""What is looked at before a run begins: whether the options fit the first documents, and their schema."""

from __future__ import annotations

from collections.abc import Sequence

from despin.corpus.corpus_settings import CorpusSettings, OutputFormat
from despin.corpus.line_rows import LineRows
from despin.corpus.parts import Part, Source
from despin.corpus.sources.reading_parts import read_parts
from despin.corpus.storage import StorageError
from despin.errors import InputError

REFUSED_AT_ONCE = ("no field", "name taken")
"""Kinds of reasons that, if all documents of the first part have them, are a wrong option."""


def check_sources(sources: Sequence[Source], settings: CorpusSettings, output: OutputFormat) -> bytes:
    """The schema of JSON lines that are written as Parquet (`despin.corpus.line_table`), else empty.

    Raises InputError where an option cannot be right, or the only source holds nothing that can be read.
    """
    try:
        part = next(read_parts(sources[0], settings))
    except StorageError:
        if len(sources) == 1:
            raise
    else:
        _check(part, settings, output)
        if len(sources) == 1 and part.is_last and not part.data and part.asides:
            raise InputError(f"{part.asides[0].path}: {part.asides[0].reason}")
    if output != "parquet":
        return b""
    return _schema([source for source in sources if source.kind == "lines"], settings)


def _check(part: Part, settings: CorpusSettings, output: OutputFormat) -> None:
    if part.kind == "lines":
        rows = LineRows.of(part, settings)
        wrong = [aside for aside in rows.asides if aside.kind in REFUSED_AT_ONCE]
        if wrong and not rows.documents:
            raise InputError(f"{part.path}: {wrong[0].position}: {wrong[0].reason}")
    elif part.data:
        from despin.corpus.table_rows import as_parquet, table_rows

        table = table_rows(part, settings).table
        if output == "parquet":
            try:
                as_parquet(table.slice(0, 0))
            except InputError as error:
                raise InputError(f"{part.path}: {error}") from None


def _schema(sources: Sequence[Source], settings: CorpusSettings) -> bytes:
    """That of the first part that holds a document; of none, the text alone."""
    from despin.corpus.line_table import infer_schema

    if not sources:
        return b""
    for source in sources:
        for part in read_parts(source, settings):
            rows = LineRows.of(part, settings)
            if rows.documents:
                return infer_schema(rows)
    return infer_schema(LineRows([], [], [], settings, values=[{settings.field: ""}]))
