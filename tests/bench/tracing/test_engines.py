"""The engines that are compared, on a handful of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.bench.tracing.event_neighbours import MIN_TERMS, neighbours
from despin.bench.tracing.trace_engines import ENGINES, measure_engine
from despin.trace.indexing import index_documents
from despin.trace.search_index import Document
from despin.trace.tantivy_index import TantivyIndex

for package in ("tantivy", "bm25s"):
    pytest.importorskip(package)

TEXTS = {
    "ferry": "the ferry ran aground",
    "bridge": "the old bridge was closed",
    "soup": "lentil soup, with lemon",
}


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_finds_a_document(tmp_path: Path, name: str) -> None:
    documents = [Document(id, text) for id, text in TEXTS.items()]
    queries = [("The ferry aground", {"ferry"}), ("a soup’s lemon", {"soup"}), ("lemon", {"bridge"})]
    figures = measure_engine(name, tmp_path / "index", documents, queries, 1)
    assert figures.found == [True, True, False]
    assert figures.index_bytes > 0


def test_neighbours_share_rare_terms_and_are_no_copies(tmp_path: Path) -> None:
    rare = [f"rare{n}" for n in range(MIN_TERMS)]
    other = [f"other{n}" for n in range(MIN_TERMS)]
    mixed = [word for both in zip(rare, other) for word in both]
    documents = {
        "article": rare,
        "copy": [*rare, "end"],
        "neighbour": mixed,
        "far": [*other, *rare[:3]],
        "another": [*rare[::-1], *other[:20]],
    }
    index = TantivyIndex(tmp_path / "index")
    index_documents(index, [Document(id, " ".join(words)) for id, words in documents.items()])
    assert sorted(neighbours(index, Document("article", " ".join(rare)))) == ["another", "neighbour"]
    assert neighbours(index, Document("article", "too short")) == []
    index.close()
