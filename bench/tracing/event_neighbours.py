"""Articles that have neighbours: others of a collection about the same event.

A spun stretch of such an article must be traced to it and not to a neighbour. The stretches are spun here, by
the project's own spinner, since the real pairs' neighbours are not in the corpora. Its dictionary is the one
that the restoration has learnt to undo, so the figures are those of a spinner that is known.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from despin.bench.tracing.hidden_originals import alike, shingles
from despin.bench.tracing.trace_queries import windows
from despin.infer.despinner import Despinner
from despin.trace.query import plain_query
from despin.trace.search_index import Document, Hit, SearchIndex
from despin.trace.source_finder import ALTERNATIVES, SourceFinder
from despin.trace.terms import terms
from despin.train.spin.spinner import Spinner

MIN_SIMILARITY = 0.25
"""BM25 of a neighbour on the article's most telling terms, as a share of the article's own."""
MAX_COPIED = 0.1
"""Share of the article's n-grams in a neighbour: above, it is another copy and no other article."""
MIN_TERMS = 100
"""Different terms of an article, at least."""
WINDOWS = 3
"""Stretches of an article that are asked about."""


class NeighbourQuery(NamedTuple):
    """A spun stretch, the stretch that it was spun from, its article, and those about the same event."""

    spun: str
    original: str
    article: str
    neighbours: frozenset[str]


def neighbour_queries(
    index: SearchIndex, articles: Sequence[Document], length: int, seed: int = 7
) -> Iterator[NeighbourQuery]:
    """Spun stretches of ``length`` words of the articles that have two neighbours at least."""
    spinner, rng = Spinner("observed"), random.Random(seed)
    for article in articles:
        found = neighbours(index, article)
        if len(found) < 2:
            continue
        for number, window in enumerate(windows(article.text, length, WINDOWS, rng)):
            spun = spinner.spin(window, seed=f"{seed}:{article.id}:{number}").text
            yield NeighbourQuery(spun, window, article.id, frozenset(found))


def neighbours(index: SearchIndex, article: Document) -> list[str]:
    """The ids of other articles about the same event: much alike in telling terms, without being copies."""
    hits = alike(index, article.text)
    own = next((hit.score for hit in hits if hit.id == article.id), None)
    if own is None or len(set(terms(article.text))) < MIN_TERMS:
        return []
    grams = shingles(article.text)
    return [
        hit.id
        for hit in hits
        if hit.id != article.id
        and hit.score >= MIN_SIMILARITY * own
        and len(grams & shingles(hit.text)) <= MAX_COPIED * len(grams)
    ]


def answers_row(index: SearchIndex, despinner: Despinner, queries: Sequence[NeighbourQuery]) -> list[str]:
    """The number of queries, the share that BM25 on the restored text and that `SourceFinder` get right with
    their first document, and how many of the latter's errors are neighbours.
    """
    finder = SourceFinder(index, despinner)
    asking = despinner.with_options(min_score=0.0, alternatives=ALTERNATIVES)
    plain = right = confused = 0
    for query, correction in zip(queries, asking.correct_batch([query.spun for query in queries])):
        hits = index.search(finder.telling(plain_query(correction.text).term_weights()), 1)
        best = [hit for hit, _ in finder.ranked(finder.query(correction))[:1]]
        plain += any(_is_right(hit, query) for hit in hits)
        right += any(_is_right(hit, query) for hit in best)
        confused += any(hit.id in query.neighbours and not _is_right(hit, query) for hit in best)
    count = max(1, len(queries))
    return [str(len(queries)), f"{plain / count:.3f}", f"{right / count:.3f}", str(confused)]


def _is_right(hit: Hit, query: NeighbourQuery) -> bool:
    """Whether it is the article, or has the stretch word by word, as a copy of it: as good an answer."""
    stretch = f" {' '.join(terms(query.original))} "
    return hit.id == query.article or stretch in f" {' '.join(terms(hit.text))} "
