"""The reader of each kind of source."""

from __future__ import annotations

from collections.abc import Iterator

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source


def read_parts(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a source, one at least; always the same ones for the same content and settings.

    What cannot be read is put aside with the part that it belongs to. Raises InputError for a source that
    cannot be opened at all, where it is no file, and ModuleNotFoundError without the reader's package.
    """
    # Imported where used: each needs a package of its own.
    if source.kind == "lines":
        from despin.corpus.sources.json_lines import read_json_lines

        return read_json_lines(source, settings)
    if source.kind == "csv":
        from despin.corpus.sources.csv_rows import read_csv

        return read_csv(source, settings)
    if source.kind == "files":
        from despin.corpus.sources.text_files import read_text_files

        return read_text_files(source, settings)
    if source.kind == "warc":
        from despin.corpus.sources.web_archive import read_web_archive

        return read_web_archive(source, settings)
    from despin.corpus.sources import tables

    return {"parquet": tables.read_parquet, "arrow": tables.read_arrow, "hub": tables.read_hub}[source.kind](
        source, settings
    )
