"""The originals of spun texts in a collection: the engine's candidates, aligned again and put in order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from despin.errors import InputError
from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.infer.text.tokens import is_word, token_spans, tokenize
from despin.trace.query import TraceQuery, trace_query
from despin.trace.rerank import Match, align
from despin.trace.search_index import Hit, SearchIndex
from despin.trace.terms import JOINT, term_spans, terms
from despin.trace.text_comparison import MAX_TOKENS, compare

CANDIDATES = 50
"""Documents of the engine's that are aligned at most. Measured: `despin.bench.tracing`."""
MIN_CANDIDATES = 20
"""And at least, however long the query is."""
ALIGNED_WORDS = 5_000
"""Words of the query times candidates: what bounds the time of a long query."""
SEARCH_FEATURES = 64
"""Terms and pairs that the engine is asked about: the highest products of probability and rarity."""
ALTERNATIVES = 5
"""Of each edit, which a `SourceFinder` asks its Despinner for."""
DOCUMENT_TERMS = 500
"""Length of a document that a term's number of documents is turned into its frequency with."""
_MAX_SHARE = 0.99
_UNSEEN = 0.3
"""Documents with a term that is in none."""


@dataclass(frozen=True, slots=True)
class Source:
    """A supposed original: the stretch of a document that a text may have been spun from."""

    id: str
    """Of the document."""
    score: float
    """Log-odds (nats) of the text being spun from the stretch, by its best alignment."""
    matched: float
    """Words of the text that stand in the stretch, or that a row of the dictionary explains by it, as a share
    of all its words, 0..1."""
    explained: int
    """Differences that a row of the dictionary explains."""
    start: int
    end: int
    """The stretch: offsets in characters of the document's text, end exclusive."""
    text: str
    """The stretch itself."""

    def to_dict(self) -> dict[str, Any]:
        """As plain Python values, rounded."""
        return {**asdict(self), "score": round(self.score, 2), "matched": round(self.matched, 4)}


class SourceFinder:
    """Finds originals in one index. What it loads is the Despinner's."""

    def __init__(self, index: SearchIndex, despinner: Despinner) -> None:
        """``despinner``: whose checkpoint and dictionary are used; its thresholds are not."""
        self._index = index
        # Whoever asks for the source of a text takes it for spun, and a short one never looks so by itself.
        self._despinner = despinner.with_options(min_score=0.0, alternatives=ALTERNATIVES)
        self._count = index.count()

    def find(self, text: str, limit: int = 10) -> list[Source]:
        """The likeliest originals of a text, best first, ``limit`` at most.

        Raises InputError for a text too long to be compared (`despin.trace.text_comparison.MAX_TOKENS`).
        """
        return self.find_batch([text], limit)[0]

    def find_batch(self, texts: Sequence[str], limit: int = 10) -> list[list[Source]]:
        """`find` for several texts, which are restored at once."""
        for text in texts:
            if (length := len(token_spans(text))) > MAX_TOKENS:
                raise InputError(
                    f"the text has {length:,} words and punctuation marks, {MAX_TOKENS:,} at most; "
                    "trace it part by part"
                )
        corrections = self._despinner.correct_batch(texts)
        return [self.find_restored(correction, limit) for correction in corrections]

    def find_restored(self, correction: Correction, limit: int = 10) -> list[Source]:
        """`find` for a text that was restored with a ``min_score`` of 0 and with alternatives."""
        ranked = self.ranked(self.query(correction))
        return [self._source(correction.source, hit, match) for hit, match in ranked[:limit]]

    def query(self, correction: Correction) -> TraceQuery:
        """What a restored text is looked for by."""
        return trace_query(correction, self._despinner._lexicon)

    def ranked(self, query: TraceQuery) -> list[tuple[Hit, Match]]:
        """The candidates in order of their alignment's score, with the best stretch of each.

        Candidates without any agreement are left out.
        """
        weights = query.term_weights() | query.pair_weights()
        documents = self._documents(weights)
        hits = self._index.search(self._telling(weights, documents), self._depth(query))
        shares = {
            feature: term_frequency(n, self._count)
            for feature, n in documents.items()
            if JOINT not in feature
        }
        matches = align(query, [terms(hit.text) for hit in hits], shares) if hits else []
        found = [(hit, match) for hit, match in zip(hits, matches) if match.score > 0]
        return sorted(found, key=lambda item: -item[1].score)

    def telling(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Those of the features (terms and pairs with their probabilities) that the engine is asked about."""
        return self._telling(weights, self._documents(weights))

    def _telling(self, weights: Mapping[str, float], documents: Mapping[str, int]) -> dict[str, float]:
        values = {
            feature: weight * math.log1p(self._count / (documents[feature] + 0.5))
            for feature, weight in weights.items()
            if documents[feature]
        }
        return {f: weights[f] for f in sorted(values, key=values.__getitem__)[-SEARCH_FEATURES:]}

    def _documents(self, features: Iterable[str]) -> dict[str, int]:
        """Of each feature the number of documents with it."""
        names = sorted(features)
        return dict(zip(names, self._index.document_frequencies(names)))

    @staticmethod
    def _depth(query: TraceQuery) -> int:
        return min(CANDIDATES, max(MIN_CANDIDATES, ALIGNED_WORDS // max(1, len(query.words))))

    def _source(self, text: str, hit: Hit, match: Match) -> Source:
        score, first, end = match
        spans = list(term_spans(hit.text))
        start, stop = spans[first][0], spans[end - 1][1]
        stretch = hit.text[start:stop]
        comparison = compare(text, stretch, self._despinner._lexicon)
        explained = sum(_count_words(c.spun) for c in comparison.changes if c.row is not None)
        matched = min(1.0, (comparison.common_words + explained) / max(1, comparison.spun_words))
        return Source(hit.id, score, matched, comparison.explained, start, stop, stretch)


def term_frequency(documents: int, count: int) -> float:
    """A term's share of all terms, from the number of documents with it, ``count`` in all.

    Occurrences are taken as Poisson distributed over documents of DOCUMENT_TERMS.
    """
    share = min(_MAX_SHARE, max(documents, _UNSEEN) / max(count, 1))
    return -math.log1p(-share) / DOCUMENT_TERMS


def _count_words(text: str) -> int:
    return sum(is_word(token.text) for token in tokenize(text))
