"""Embedded engines side by side: what it takes to build an index, its size, a query's time, recall.

All hold the same documents and are asked the same: the terms of restored texts of 12 words, without weights,
which neither FTS5 nor bm25s takes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from despin.trace.search_index import Document
from despin.trace.tantivy_index import TantivyIndex
from despin.trace.terms import terms

BATCH = 1000


class Engine(Protocol):
    """A built index."""

    def search(self, words: Sequence[str], limit: int) -> list[str]:
        """The ids of the documents with the highest BM25 scores, best first."""


class EngineFigures(NamedTuple):
    """What was measured of one engine."""

    name: str
    build_seconds: float
    index_bytes: int
    milliseconds: float
    """Mean time of a query."""
    found: list[bool]
    """Of each query whether its target is among the first ``limit``."""


class _Tantivy:
    with_pairs = False

    def __init__(self, folder: Path, documents: Iterable[Document]) -> None:
        self._index = TantivyIndex(folder, with_pairs=self.with_pairs)
        iterator = iter(documents)
        while batch := list(islice(iterator, BATCH)):
            self._index.put(batch)
        self._index.commit()
        self._index.close()

    def search(self, words: Sequence[str], limit: int) -> list[str]:
        return [hit.id for hit in self._index.search(dict.fromkeys(words, 1.0), limit)]


class _TantivyWithPairs(_Tantivy):
    with_pairs = True


class _Fts5:
    """SQLite's full-text index, with the texts. Without positions its BM25 reads each text again."""

    def __init__(self, folder: Path, documents: Iterable[Document]) -> None:
        folder.mkdir(parents=True)
        self._base = sqlite3.connect(folder / "index.sqlite")
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("CREATE VIRTUAL TABLE document USING fts5(id UNINDEXED, text)")
        with self._base:
            self._base.executemany("INSERT INTO document VALUES (?, ?)", documents)
        self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def search(self, words: Sequence[str], limit: int) -> list[str]:
        query = "SELECT id, text FROM document WHERE document MATCH ? ORDER BY rank LIMIT ?"
        asked = " OR ".join(f'"{word}"' for word in words)
        return [row[0] for row in self._base.execute(query, (asked, limit))]


class _Bm25s:
    """bm25s: the scores of all terms in all documents, a matrix in memory. It holds no texts."""

    def __init__(self, folder: Path, documents: Iterable[Document]) -> None:
        import bm25s

        self._ids: list[str] = []
        vocabulary: dict[str, int] = {}
        rows = []
        for document in documents:
            self._ids.append(document.id)
            rows.append([vocabulary.setdefault(t, len(vocabulary)) for t in terms(document.text)])
        self._model: Any = bm25s.BM25()
        self._model.index((rows, vocabulary), show_progress=False)
        self._model.save(folder)

    def search(self, words: Sequence[str], limit: int) -> list[str]:
        found, _ = self._model.retrieve([list(words)], k=limit, show_progress=False)
        return [self._ids[number] for number in found[0]]


ENGINES: dict[str, Callable[[Path, Iterable[Document]], Engine]] = {
    "tantivy": _Tantivy,
    "tantivy, pairs indexed too": _TantivyWithPairs,
    "SQLite FTS5": _Fts5,
    "bm25s": _Bm25s,
}


def measure_engine(
    name: str,
    folder: Path,
    documents: Iterable[Document],
    queries: Sequence[tuple[str, set[str]]],
    limit: int,
) -> EngineFigures:
    """Build an engine's index in a new folder and ask it. A query is a text with the ids that it may find."""
    start = time.perf_counter()
    engine = ENGINES[name](folder, documents)
    seconds = time.perf_counter() - start
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    asked = [(list(dict.fromkeys(terms(text))), wanted) for text, wanted in queries]
    for words, _ in asked[:5]:
        engine.search(words, limit)
    start = time.perf_counter()
    found = [bool(wanted & set(engine.search(words, limit))) for words, wanted in asked]
    per_query = 1000 * (time.perf_counter() - start) / max(1, len(asked))
    return EngineFigures(name, seconds, size, per_query, found)
