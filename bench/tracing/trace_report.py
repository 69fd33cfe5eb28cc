"""The tables of `despin bench trace`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from despin.bench.tracing.event_neighbours import answers_row, neighbour_queries
from despin.bench.tracing.hidden_originals import SHINGLE, hidden_originals, most_copied, same_articles
from despin.bench.tracing.matched_shares import shares_table
from despin.bench.tracing.trace_engines import measure_engine
from despin.bench.tracing.trace_queries import spun_queries
from despin.bench.tracing.trace_recall import SYSTEMS, Ranks, measure_recall
from despin.infer.despinner import Despinner
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import short, signature, signature_line, version_of
from despin.metrics.tables import markdown_table
from despin.trace.indexing import index_documents
from despin.trace.search_index import Document
from despin.trace.source_finder import CANDIDATES
from despin.trace.tantivy_index import TantivyIndex

LENGTHS = (25, 12, 8, 6)
"""Words of the windows."""
ENGINE_LENGTH = "12 words"
"""Queries that engines are compared on."""
EVENT_LENGTHS = (25, 12)
NEWS = "news-1"
"""Corpora whose articles may have neighbours: news of many outlets."""
ARTICLES = 400
"""Of them, that are looked at."""


class TraceBench:
    """Pairs, a collection to hide their originals in, and what restores the queries."""

    def __init__(
        self, pairs_files: Sequence[str], corpora: Sequence[str], count: int, checkpoint: str | None
    ) -> None:
        """Raises InputError for files that cannot be used."""
        self.by_file: dict[str, list[Pair]] = {Path(f).name: read_pairs([f])[0] for f in pairs_files}
        self.pairs = [pair for of_file in self.by_file.values() for pair in of_file]
        self.corpora, self.count = sorted(corpora), count
        self.despinner = Despinner(checkpoint)
        names = "\n".join(f"{Path(f).name} {Path(f).stat().st_size}" for f in self.corpora)
        self.signature = signature_line(
            signature(
                pairs=read_pairs(pairs_files)[1],
                checkpoint=self.despinner.checkpoint_folder,
                corpora=short(hashlib.sha256(names.encode()).hexdigest()),
                documents=str(count),
                tantivy=version_of("tantivy"),
            )
        )

    def documents(self) -> Iterator[Document]:
        """The collection."""
        return hidden_originals(self.pairs, self.corpora, self.count)

    def recall_page(self, folder: Path) -> str:
        """Recall by kind of query and system, in an index that is made in ``folder`` if it is not there."""
        index = self._index(folder)
        same = same_articles(self.pairs)
        tables = []
        by_kind: dict[tuple[str, str], Ranks] = {}
        for name, pairs in self.by_file.items():
            ranks = measure_recall(index, self.despinner, list(spun_queries(pairs, LENGTHS)), same)
            tables.append(f"{name}, {len(pairs)} pairs:\n\n{_recall_table(ranks)}")
            for key, one in ranks.items():
                total = by_kind.setdefault(key, Ranks())
                total.found += one.found
                total.seconds += one.seconds
        head = f"All {len(self.pairs)} pairs among {index.count():,} documents:\n\n{_recall_table(by_kind)}"
        copied = most_copied(index, self.pairs)
        note = f"No other document has more than {copied} n-grams of {SHINGLE} words of an original.\n"
        return "\n".join([head, *tables, note, f"{self.signature}\n"])

    def engines_page(self, names: Sequence[str]) -> str:
        """The engines' costs and recall."""
        same = same_articles(self.pairs)
        asked = [q for q in spun_queries(self.pairs, (12,)) if q.kind == ENGINE_LENGTH]
        corrections = self.despinner.with_options(min_score=0.0).correct_batch([q.text for q in asked])
        queries = [(c.text, same[q.target]) for q, c in zip(asked, corrections)]
        documents = list(self.documents())  # so that reading them is not measured
        rows = []
        for name in names:
            with tempfile.TemporaryDirectory() as scratch:
                figures = measure_engine(name, Path(scratch) / "index", documents, queries, CANDIDATES)
            rows.append(
                [
                    name,
                    f"{self.count / figures.build_seconds:,.0f}",
                    f"{figures.index_bytes / self.count:,.0f}",
                    f"{figures.milliseconds:.1f}",
                    f"{sum(figures.found) / len(figures.found):.3f}",
                ]
            )
        header = ["engine", "documents a second", "bytes a document", "ms a query", f"recall at {CANDIDATES}"]
        versions = " | ".join(f"{package} {version_of(package)}" for package in ("bm25s",))
        return f"{markdown_table(header, rows)}\n{len(queries)} queries. {self.signature} | {versions}\n"

    def shares_page(self, folder: Path) -> str:
        """The matched shares and scores of originals and of other documents."""
        queries = list(spun_queries(self.pairs, LENGTHS))
        return f"{shares_table(self._index(folder), self.despinner, queries)}\n{self.signature}\n"

    def events_page(self, folder: Path) -> str:
        """Whether the right one of several articles about the same event is found."""
        index = self._index(folder)
        news = sorted((d for d in self.documents() if d.id.startswith(NEWS)), key=lambda d: d.key)
        rows, queries = [], []
        for length in EVENT_LENGTHS:
            queries = list(neighbour_queries(index, news[:ARTICLES], length))
            rows.append([f"{length} words", *answers_row(index, self.despinner, queries)])
        header = ["query", "n", "restored text, BM25", "this", "of its errors, a neighbour"]
        neighbours = {query.article: len(query.neighbours) for query in queries}
        mean = sum(neighbours.values()) / max(1, len(neighbours))
        note = f"{len(neighbours)} articles with {mean:.1f} neighbours each on average. {self.signature}\n"
        return f"{markdown_table(header, rows)}\n{note}"

    def _index(self, folder: Path) -> TantivyIndex:
        index = TantivyIndex(folder)
        index_documents(index, self.documents())
        return index


def _recall_table(ranks: dict[tuple[str, str], Ranks]) -> str:
    rows = []
    for kind in dict.fromkeys(kind for kind, _ in ranks):
        of_kind = [ranks[kind, system] for system in SYSTEMS]
        cells = [f"{one.recall(1):.3f} / {one.recall(10):.3f}" for one in of_kind]
        rows.append([kind, str(len(of_kind[0].found)), *cells, f"{of_kind[-1].milliseconds():.0f}"])
    return markdown_table(["query", "n", *SYSTEMS, "ms"], rows)
