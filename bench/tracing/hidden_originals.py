"""A collection for measuring: the originals of pairs, hidden among documents of clean corpora."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path

from despin.errors import InputError
from despin.metrics.compressed import file_lines
from despin.metrics.pairs import Pair, json_row, text_field
from despin.trace.search_index import Document, Hit, SearchIndex
from despin.trace.source_finder import SEARCH_FEATURES
from despin.trace.terms import terms

SHINGLE = 8
"""Terms of the n-grams by which two originals are taken for one article."""
SAME_SHARE = 0.4
"""Of the shorter text's n-grams that stand in the other one, from which on they are one article."""
ORIGINAL = "original:"


def hidden_originals(pairs: Sequence[Pair], corpora: Sequence[str], count: int) -> Iterator[Document]:
    """The originals and documents of the corpora (.jsonl.zst), ``count`` in all.

    The documents are drawn by the hash of file name and line, so a smaller collection is part of a larger
    one. Raises InputError if the corpora have too few.
    """
    yield from (Document(ORIGINAL + pair.id, pair.original) for pair in pairs)
    wanted = count - len(pairs)
    names = (name for file in corpora for name, _ in _lines(file))
    drawn = set(heapq.nsmallest(wanted, names, key=_order))
    if len(drawn) < wanted:
        raise InputError(f"the corpora have {len(drawn):,} documents, {wanted:,} are needed")
    for file in corpora:
        for name, line in _lines(file):
            if name in drawn:
                yield Document(name, text_field(json_row(line, name), "text", name))


def _order(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()


def _lines(file: str) -> Iterator[tuple[str, bytes]]:
    name = Path(file).name.split(".")[0]
    for number, line in enumerate(filter(bytes.strip, file_lines(file)), 1):
        yield f"{name}:{number}", line


def shingles(text: str) -> set[tuple[str, ...]]:
    """The n-grams of SHINGLE terms in a text."""
    words = terms(text)
    return {tuple(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1)}


def same_articles(pairs: Sequence[Pair]) -> dict[str, set[str]]:
    """For each original's id those that have the same text, its own among them: copies of one article."""
    grams = {ORIGINAL + pair.id: shingles(pair.original) for pair in pairs}
    return {a: {b for b in grams if a == b or _overlap(grams[a], grams[b]) > SAME_SHARE} for a in grams}


def _overlap(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def alike(index: SearchIndex, text: str, limit: int = 10) -> list[Hit]:
    """The documents that have the most of a text's rarest terms that are in two documents at least."""
    words = sorted(set(terms(text)))
    documents = zip(index.document_frequencies(words), words)
    rarest = sorted((count, term) for count, term in documents if count > 1)[:SEARCH_FEATURES]
    return index.search({term: 1.0 for _, term in rarest}, limit)


def most_copied(index: SearchIndex, pairs: Sequence[Pair]) -> int:
    """The greatest number of n-grams that an original has in common with a document of the corpora."""
    return max(
        len(shingles(pair.original) & shingles(hit.text))
        for pair in pairs
        for hit in (*alike(index, pair.original), Hit(0.0, "", ""))
        if not hit.id.startswith(ORIGINAL)
    )
