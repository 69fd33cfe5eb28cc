"""Recall of the ways to ask for the original of a spun text, side by side.

BM25 on the text as it comes, BM25 on the restored text, and `despin.trace.source_finder`, step by step.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from despin.bench.tracing.trace_queries import SpunQuery
from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.trace.query import plain_query
from despin.trace.search_index import SearchIndex
from despin.trace.source_finder import ALTERNATIVES, CANDIDATES, SourceFinder

SYSTEMS = (
    "spun text, BM25",
    "restored text, BM25",
    "weighed wordings",
    "and their pairs",
    "and aligned",
)
"""BM25 is on terms alone; the third is too, with the wordings' probabilities; the last is the whole."""


@dataclass
class Ranks:
    """Where the targets were found by one system: 0 for the first; None beyond the candidates."""

    found: list[int | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def recall(self, depth: int) -> float:
        """Share of the targets that are among the first ``depth``, 0..1."""
        return sum(rank is not None and rank < depth for rank in self.found) / max(1, len(self.found))

    def milliseconds(self) -> float:
        """Mean time of a query, without the restoration."""
        return 1000 * sum(self.seconds) / max(1, len(self.seconds))


def measure_recall(
    index: SearchIndex, despinner: Despinner, queries: Sequence[SpunQuery], same: Mapping[str, set[str]]
) -> dict[tuple[str, str], Ranks]:
    """The ranks by kind of query and system. ``same``: documents that are as good as a target."""
    asking = despinner.with_options(min_score=0.0, alternatives=ALTERNATIVES)
    finder = SourceFinder(index, despinner)
    corrections = asking.correct_batch([query.text for query in queries])
    ranks: dict[tuple[str, str], Ranks] = defaultdict(Ranks)
    for query, correction in zip(queries, corrections):
        wanted = same.get(query.target, {query.target})
        for system in SYSTEMS:
            start = time.perf_counter()
            ids = _ids(system, index, finder, correction)
            ranks[query.kind, system].seconds.append(time.perf_counter() - start)
            place = next((n for n, name in enumerate(ids) if name in wanted), None)
            ranks[query.kind, system].found.append(place)
    return dict(ranks)


def _ids(system: str, index: SearchIndex, finder: SourceFinder, correction: Correction) -> list[str]:
    if system in SYSTEMS[:2]:
        text = correction.source if system == SYSTEMS[0] else correction.text
        weights = plain_query(text).term_weights()
    else:
        query = finder.query(correction)
        if system == SYSTEMS[4]:
            return [hit.id for hit, _ in finder.ranked(query)]
        weights = query.term_weights()
        if system == SYSTEMS[3]:
            weights |= query.pair_weights()
    return [hit.id for hit in index.search(finder.telling(weights), CANDIDATES)]
