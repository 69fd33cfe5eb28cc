"""What a run's workers do: parts, each from its data to its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import DocumentReader
from despin.corpus.output_folder import OutputFolder, PartRecord
from despin.corpus.part_result import process_part
from despin.corpus.parts import Part, Source
from despin.corpus.sources.reading_parts import read_parts


@dataclass(frozen=True)
class Task:
    """All that who works on a part must know, on this machine or another. May be pickled."""

    settings: CorpusSettings
    folder: OutputFolder
    schema: bytes = b""
    threads: int = 1
    """Threads of each worker's model."""

    def reader(self) -> DocumentReader:
        """A reader of documents, to be kept by a worker."""
        return DocumentReader(self.settings, self.threads)

    def do(self, part: Part, reader: DocumentReader) -> PartRecord:
        """Do a part and store it. Raises InputError if it cannot be written."""
        return self.folder.store(part, process_part(part, reader, self.folder.output, self.schema))


class Executor(Protocol):
    """Does parts somewhere."""

    def run(
        self, task: Task, sources: Sequence[Source], done: frozenset[str], report: Callable[[Progress], None]
    ) -> dict[str, str]:
        """Do the parts of the sources that are not ``done``; the parts that failed, with the reason."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A part was done, or passed over since it is done already."""

    source: int
    position: int
    """Bytes of the source up to its end."""
    record: PartRecord | None


def parts_to_do(
    sources: Sequence[Source], settings: CorpusSettings, done: frozenset[str], skip: Callable[[Part], None]
) -> Iterator[Part]:
    """The parts of the sources that are not done; ``skip`` is called for the others."""
    for source in sources:
        for part in read_parts(source, settings):
            if part.name in done:
                skip(part)
            else:
                yield part
