"""How far a text's original and the best other document are apart: what a threshold can be read off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from despin.bench.tracing.hidden_originals import ORIGINAL
from despin.bench.tracing.trace_queries import SpunQuery
from despin.infer.despinner import Despinner
from despin.metrics.tables import markdown_table
from despin.trace.search_index import SearchIndex
from despin.trace.source_finder import ALTERNATIVES, Source, SourceFinder

PER_KIND = 100
"""Queries of a kind, evenly from all of them."""
MATCHED = (0.5, 0.6, 0.7)
"""Thresholds of the matched share that are shown."""


def shares_table(index: SearchIndex, despinner: Despinner, queries: Sequence[SpunQuery]) -> str:
    """By kind of query: of the best original and of the best other document, how many reach a threshold."""
    finder = SourceFinder(index, despinner)
    by_kind: dict[str, list[SpunQuery]] = defaultdict(list)
    for query in queries:
        by_kind[query.kind].append(query)
    asking = despinner.with_options(min_score=0.0, alternatives=ALTERNATIVES)
    rows = []
    for kind, of_kind in by_kind.items():
        chosen = of_kind[:: max(1, len(of_kind) // PER_KIND)]
        found: dict[bool, list[Source]] = {True: [], False: []}
        for correction in asking.correct_batch([query.text for query in chosen]):
            sources = finder.find_restored(correction, 10)
            for is_original, kept in found.items():
                kept += [s for s in sources if s.id.startswith(ORIGINAL) == is_original][:1]
        rows.append(
            [kind, str(len(chosen)), *_cells(found[True], len(chosen)), *_cells(found[False], len(chosen))]
        )
    header = ["query", "n"]
    for name in ("original", "other"):
        header += [f"{name}, matched at least {share}" for share in MATCHED] + [f"{name}, score"]
    return markdown_table(header, rows)


def _cells(sources: Collection[Source], count: int) -> list[str]:
    """The share of all queries that reach each threshold, and the 5th to 95th percentile of the score."""
    scores = sorted(source.score for source in sources) or [0.0]
    low, high = scores[len(scores) // 20], scores[-1 - len(scores) // 20]
    reached = [sum(source.matched >= share for source in sources) / max(1, count) for share in MATCHED]
    return [*(f"{share:.2f}" for share in reached), f"{low:.0f} to {high:.0f}"]
