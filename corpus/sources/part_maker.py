"""Gathers what a reader reads into parts of a bounded number of documents and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.parts import Aside, Part, PartKind, Source


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

    def put_aside(self, position: str, kind: str, reason: str, excerpt: str = "") -> None:
        """Note something that cannot be read as a document; it goes with the next part."""
        self.asides.append(Aside(self.source.path, position, kind, reason, excerpt))

    def is_full(self, documents: int, size: int) -> bool:
        """Whether so many documents of so many bytes are a part."""
        return documents >= self.settings.part_documents or size >= self.settings.part_bytes

    def close(self, kind: PartKind, data: bytes, first: int) -> Iterator[Part]:
        """Close a part; the one before it is given out."""
        if self._pending is not None:
            yield self._pending
        asides, self.asides = tuple(self.asides), []
        self._pending = Part(
            self.source.number, self._number, self.source.path, kind, data, first, asides, self.position
        )
        self._number += 1

    def last(self, kind: PartKind, data: bytes, first: int) -> Iterator[Part]:
        """Close the last part, which may be empty: then it only holds what was put aside."""
        if data or self.asides or self._pending is None:
            yield from self.close(kind, data, first)
        pending = self._pending
        assert pending is not None
        yield replace(pending, position=self.source.size or self.position, is_last=True)
