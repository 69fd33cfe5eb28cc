"""What a run's workers do: parts, each from its data to its files; and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import DocumentReader
from despin.corpus.done_parts import DoneParts
from despin.corpus.output_folder import OutputFolder
from despin.corpus.part_record import PartRecord
from despin.corpus.part_result import process_part
from despin.corpus.parts import Part, Source
from despin.corpus.sources.reading_parts import read_parts
from despin.errors import DespinError

MAX_FAILURES = 5
"""Failures in a row after which a run ends: the disk is full, say."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What came of a part: it was done, it failed, or it was passed over since it is done already."""

    name: str
    """The part's, or the path of a source that could not be read."""
    source: int
    position: int
    """Bytes of the source up to its end."""
    record: PartRecord | None = None
    failure: str = ""
    """Why there is no record; empty for a part that was passed over."""


Report = Callable[[Progress], None]


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

    def do(self, part: Part, reader: DocumentReader) -> Progress:
        """Do a part and store it. Whatever goes wrong is a failure of this part, so that the rest goes on.

        It may be done again, and by two workers at once: its files are the same.
        """
        try:
            result = process_part(part, reader, self.folder.output, self.schema)
            record = self.folder.store(part, result)
        except Exception as error:
            return Progress(part.name, part.source, part.position, failure=in_one_line(error))
        return Progress(part.name, part.source, part.position, record)


class Executor(Protocol):
    """Does parts somewhere."""

    def run(self, task: Task, sources: Sequence[Source], done: DoneParts, report: Report) -> dict[str, str]:
        """Do the parts of the sources that are not ``done``; the parts that failed, with the reason."""


def parts_to_do(source: Source, settings: CorpusSettings, done: frozenset[int]) -> Iterator[Part | Progress]:
    """The parts of a source, and for those whose numbers are ``done`` that they were passed over.

    A source that cannot be read any more is a failure, so that the others go on.
    """
    try:
        for part in read_parts(source, settings):
            yield Progress(part.name, part.source, part.position) if part.number in done else part
    except Exception as error:
        yield Progress(source.path, source.number, 0, failure=in_one_line(error))


def collect(results: Iterable[Progress], report: Report) -> dict[str, str]:
    """Report what comes of the parts; the failures, by name. Ends early after MAX_FAILURES in a row."""
    failures: dict[str, str] = {}
    in_a_row = 0
    for progress in results:
        report(progress)
        if progress.record is not None:
            in_a_row = 0
        if not progress.failure:
            continue
        failures[progress.name] = progress.failure
        in_a_row += 1
        if in_a_row == MAX_FAILURES:
            break
    return failures


def in_one_line(error: Exception) -> str:
    """What an error says; of one that is not foreseen also its kind."""
    message = " ".join(str(error).split())
    return message if isinstance(error, DespinError) else f"{type(error).__name__}: {message}"
