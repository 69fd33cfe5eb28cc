"""Small corpora, and runs over them without a model: what is tested is what becomes of the parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from despin.corpus.corpus_settings import CorpusSettings

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
