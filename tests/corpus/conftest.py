"""A stand-in for the model's reading."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from despin import Correction, Edit, apply_edits
from despin.corpus.document_reader import Document, DocumentReader, Finding


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
