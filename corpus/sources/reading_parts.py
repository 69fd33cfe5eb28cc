"""The reader of each kind of source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Part, Source, SourceKind

_READERS: dict[SourceKind, tuple[str, str]] = {
    "lines": ("json_lines", "read_json_lines"),
    "csv": ("csv_rows", "read_csv"),
    "parquet": ("columnar", "read_parquet"),
    "arrow": ("columnar", "read_arrow"),
    "files": ("text_files", "read_text_files"),
    "warc": ("web_archive", "read_web_archive"),
    "hub": ("hub_data_set", "read_hub"),
}
"""Module and function. Imported where used: each needs a package of its own."""


def read_parts(source: Source, settings: CorpusSettings) -> Iterator[Part]:
    """The parts of a source, one at least; always the same ones for the same content and settings.

    What cannot be read is put aside with the part that it belongs to. Raises, while they are read,
    StorageError for a source that cannot be reached, and ModuleNotFoundError without the reader's package.
    """
    module, name = _READERS[source.kind]
    reader = getattr(import_module(f"despin.corpus.sources.{module}"), name)
    return cast(Callable[[Source, CorpusSettings], Iterator[Part]], reader)(source, settings)
