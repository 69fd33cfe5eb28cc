"""Gathers what a reader reads into parts of a bounded number of documents and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Aside, Part, PartKind, Source
from despin.corpus.storage import StorageError


@dataclass
class PartMaker:
    """Numbers the parts of a source. The last one is closed by `last`, so that it can say so."""

    source: Source
    settings: CorpusSettings
    asides: list[Aside] = field(default_factory=list)
    position: int = 0
    """Bytes of the source that were read so far."""
    _number: int = 0
    _pending: Part | None = None

    def put_aside(
        self, position: str, kind: str, reason: str, excerpt: str = "", path: str | None = None
    ) -> None:
        """Note something that cannot be read as a document; it goes with the next part.

        ``path``: of the file, where the source is a group of files.
        """
        self.asides.append(Aside(path or self.source.path, position, kind, reason, excerpt))

    def put_rest_aside(self, position: str, error: Exception) -> None:
        """Note that the source cannot be read on for what it holds.

        Raises StorageError where it could not be reached: then the source is not done, and is read again
        when the run is started again.
        """
        if isinstance(error, StorageError):
            raise error
        reason = " ".join(str(error).split()).removeprefix(f"{self.source.path}: ")
        self.put_aside(position, "broken file", reason or type(error).__name__)

    def is_full(self, documents: int, size: int) -> bool:
        """Whether so many documents of so many bytes, and what was put aside since, are a part."""
        return (
            documents + len(self.asides) >= self.settings.part_documents or size >= self.settings.part_bytes
        )

    def close(self, kind: PartKind, data: bytes, first: int, rows: tuple[int, ...] = ()) -> Iterator[Part]:
        """Close a part; the one before it is given out."""
        if self._pending is not None:
            yield self._pending
        asides, self.asides = tuple(self.asides), []
        own = self.source
        self._pending = Part(
            own.number, self._number, own.path, kind, data, first, asides, self.position, rows=rows
        )
        self._number += 1

    def last(self, kind: PartKind, data: bytes, first: int, rows: tuple[int, ...] = ()) -> Iterator[Part]:
        """Close the last part, which may be empty: then it only holds what was put aside."""
        if data or self.asides or self._pending is None:
            yield from self.close(kind, data, first, rows)
        pending = self._pending
        assert pending is not None
        yield replace(pending, position=self.source.size or self.position, is_last=True)
