"""Small corpora, runs over them without a model, and a stand-in for the model's reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from despin import Correction, Edit, apply_edits
from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Document, DocumentReader, Finding

Digests = Callable[[Path], dict[str, str]]
PART_DOCUMENTS = 10


def write_lines(path: Path, documents: int) -> Path:
    """Numbered documents of a few words, the same for the same number."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(documents):
            file.write(
                json.dumps({"id": number, "text": f"Document {number} said that it will rain. " * 4}) + "\n"
            )
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """JSON lines of 200 documents, 20 parts."""
    return write_lines(tmp_path / "lines.jsonl", 200)


@pytest.fixture
def settings() -> CorpusSettings:
    """Without the model."""
    return CorpusSettings(read="none", part_documents=PART_DOCUMENTS)


@pytest.fixture
def digests() -> Digests:
    """The SHA-256 of all files below a folder."""

    def of(folder: Path) -> dict[str, str]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}

    return of


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[list[Document]]:
    """What is read is restored by one row, "decrease home"; the documents that were read, group by group."""
    given: list[list[Document]] = []

    def read(self: DocumentReader, documents: Sequence[Document]) -> list[Finding]:
        given.append(list(documents))
        return [found(document.text) for document in documents]

    monkeypatch.setattr(DocumentReader, "read", read)
    return given


def found(text: str) -> Finding:
    """The finding of the stand-in."""
    start = text.find("decrease home")
    if start < 0:
        return Finding(len(text.split()), 0.125, "clean")
    edits = [Edit(start, start + 13, "decrease home", "lower house", 0.75)]
    return Finding(4, 0.9, "spun", Correction(apply_edits(text, edits), edits, 0.9, []), 4)
