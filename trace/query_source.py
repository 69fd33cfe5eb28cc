"""Queries for a text: restored by a Despinner, its words weighed by the checkpoint's n-grams."""

from __future__ import annotations

from collections.abc import Callable

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.infer.text.reading import Format, read_view
from despin.trace.queries import COUNT, Query, choose_queries, restored_words, word_bits


def queries_of(
    despinner: Despinner, text: str, format: Format = "text", count: int = COUNT
) -> tuple[list[Query], Correction]:
    """The best queries for the original of a text, and its correction.

    Mark-up is left out: offsets are those in the restored text as it is read.
    """
    read = read_view(text, format).text
    correction = despinner.correct(read)
    posteriors = [p for page in despinner.page_evidence([read]) for p in page.posteriors]
    words = restored_words(correction, posteriors)
    return choose_queries(correction.text, words, information(despinner), count=count), correction


def information(despinner: Despinner) -> Callable[[str], float]:
    """The information of a folded word in bits, by the clean text that the checkpoint's n-grams were counted
    in.

    Without n-grams all words weigh alike.
    """
    ngrams = despinner.ngrams
    if ngrams is None:
        return lambda word: 8.0
    return word_bits(
        lambda word: int(ngrams.unigrams[ngrams.word_id(word)]) if ngrams.word_id(word) else 0, ngrams.total
    )
