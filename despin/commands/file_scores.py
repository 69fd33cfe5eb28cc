"""Files in, scores out: read in groups that share the model's batches, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from despin.commands.file_correction import HINT
from despin.commands.options import format_of
from despin.corpus.document_reader import TEXTS_AT_ONCE, Document, DocumentReader, Finding
from despin.corpus.line_rows import encoded
from despin.errors import InputError
from despin.infer.files import TextSource
from despin.infer.summary import VERDICTS, Verdict
from despin.infer.text.blocks import split_blocks

PIECE = 1 << 22
"""Characters of a piece at most: a longer plain text is cut between paragraphs, and each piece scored as a
text of its own. Pieces of this length together are a group too."""
SUSPECTS_AMONG = 16
"""The first look suspects few texts: so many times as many are a group where only suspects are read."""


@dataclass
class FileScore:
    """What was found in a file, over its pieces."""

    path: str
    score: float = 0.0
    """That of the most suspicious piece, 0..1."""
    verdict: Verdict = VERDICTS[0]
    words: int = 0
    words_read: int = 0
    """Words of what the model read."""
    problem: str | None = None
    """Why the file cannot be used; then all else is meaningless."""

    def add(self, finding: Finding) -> None:
        """Add the next piece."""
        self.score = max(self.score, finding.score)
        self.verdict = max(self.verdict, finding.verdict, key=VERDICTS.index)
        self.words += finding.words
        self.words_read += finding.words_read

    def as_line(self) -> bytes:
        """Path, score with four decimals and verdict in UTF-8; what does not print in a path as escapes.

        A path that is not valid UTF-8 is written as its bytes are.
        """
        shown = "".join(
            c if c.isprintable() or "\udc80" <= c <= "\udcff" else _escaped(c) for c in self._name
        )
        return f"{shown}\t{self.score:.4f}\t{self.verdict}\n".encode("utf-8", "surrogateescape")

    def as_json(self) -> bytes:
        """A JSON object on a line. A path that is not valid UTF-8 has escapes (`os.fsdecode`)."""
        values = {
            "path": self._name,
            "score": self.score,
            "verdict": self.verdict,
            "words": self.words,
            "words_read": self.words_read,
        }
        return encoded(values) + b"\n"

    @property
    def _name(self) -> str:
        """The path read as UTF-8, whatever the locale."""
        return os.fsencode(self.path).decode("utf-8", "surrogateescape")


def scored_files(
    paths: Iterable[str], reader: DocumentReader, encoding: str, format_name: str
) -> Iterator[FileScore]:
    """The score of each file, in order; ``format_name`` as `format_of` takes it.

    Memory is bounded by the size of a group, and of a document with mark-up, which is held whole.
    """
    most = TEXTS_AT_ONCE * (SUSPECTS_AMONG if reader.settings.read == "suspects" else 1)
    going: list[FileScore] = []
    group: list[tuple[FileScore, Document]] = []
    size = 0
    for path in paths:
        file = FileScore(path)
        going.append(file)
        try:
            for document in _pieces(path, encoding, format_name):
                group.append((file, document))
                size += len(document.text)
                if size >= PIECE or len(group) == most:
                    _score(group, reader)
                    yield from going[:-1]  # there may be more of the last file
                    going, group, size = [file], [], 0
        except InputError as error:
            file.problem = str(error)
    _score(group, reader)
    yield from going


def _score(group: list[tuple[FileScore, Document]], reader: DocumentReader) -> None:
    for (file, _), finding in zip(group, reader.read([document for _, document in group])):
        file.add(finding)


def _pieces(path: str, encoding: str, format_name: str) -> Iterator[Document]:
    """A file as documents. Raises InputError if it cannot be read."""
    format = format_of(path, format_name)
    chunks = TextSource(path, encoding, HINT).chunks()
    if format == "text":
        return (Document(piece, format) for piece in split_blocks(chunks, PIECE))
    return iter([Document("".join(chunks), format)])


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
