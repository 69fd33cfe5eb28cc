"""One part from its data to the bytes of its files: the same for the same part, wherever it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from despin.corpus.corpus_settings import OutputFormat
from despin.corpus.corpus_statistics import Statistics
from despin.corpus.document_reader import Document, DocumentReader, Finding
from despin.corpus.line_rows import LineRows, encoded
from despin.corpus.packing import packed
from despin.corpus.parts import Aside, Part
from despin.errors import InputError


class Rows(Protocol):
    """The documents of a part, in whatever form they came."""

    documents: list[Document]
    asides: list[Aside]
    """What had to be put aside of the part."""

    def render(self, chosen: Sequence[int], findings: Sequence[Finding], output: OutputFormat) -> bytes:
        """The documents of these indices with the columns that are added, not packed."""


@dataclass
class PartResult:
    """What is written of a part."""

    data: bytes
    """Its documents, in the output format."""
    dropped: bytes
    """In the mode ``drop``: the documents that were left out, in the output format; else empty."""
    asides: bytes
    """What was put aside, as JSON lines; mostly empty."""
    statistics: Statistics


def process_part(part: Part, reader: DocumentReader, output: OutputFormat, schema: bytes = b"") -> PartResult:
    """Read the documents of a part and render it.

    ``schema``: of JSON lines that are written as Parquet (`despin.corpus.line_table`), else empty. A table
    that cannot be used is put aside whole.
    """
    settings = reader.settings
    try:
        rows = _rows(part, reader, output, schema)
    except InputError as error:
        rows = LineRows([], [], [Aside(part.path, "", "no column", str(error))], settings)
    findings = reader.read(rows.documents)
    statistics = Statistics()
    for finding in findings:
        statistics.count(finding)
    asides = [*part.asides, *rows.asides]
    statistics.count_asides(asides)
    is_dropped = [settings.mode == "drop" and finding.verdict == "spun" for finding in findings]
    kept = [index for index, dropped in enumerate(is_dropped) if not dropped]
    dropped = [index for index, dropped in enumerate(is_dropped) if dropped]
    return PartResult(
        packed(rows.render(kept, findings, output), output) if kept else b"",
        packed(rows.render(dropped, findings, output), output) if dropped else b"",
        b"".join(encoded(aside.to_dict()) + b"\n" for aside in asides),
        statistics,
    )


def _rows(part: Part, reader: DocumentReader, output: OutputFormat, schema: bytes) -> Rows:
    if part.kind != "lines":
        from despin.corpus.table_rows import table_rows

        return table_rows(part, reader.settings)
    rows = LineRows.of(part, reader.settings)
    if output == "parquet":
        from despin.corpus.line_table import as_table

        return as_table(rows, part, schema)
    return rows
