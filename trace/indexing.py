"""A collection into an index: what is new or changed is added, the rest is left.

The index itself says what it holds, so that nothing else has to be kept in step with it. What is added is
committed every COMMIT_BYTES; a process that is killed loses what came after the last commit, and finds it new
the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from despin.trace.search_index import Document, SearchIndex

BATCH = 500
"""Documents that are looked up and added at once."""
COMMIT_BYTES = 64 << 20
"""Text between two commits."""


@dataclass
class IndexingCounts:
    """What became of the documents."""

    added: int = 0
    """New or changed ones."""
    unchanged: int = 0


def index_documents(
    index: SearchIndex,
    documents: Iterable[Document],
    seen: set[str] | None = None,
    on_commit: Callable[[IndexingCounts], None] = lambda counts: None,
) -> IndexingCounts:
    """Add the documents that are new or changed. Their ids are added to ``seen``, for `remove_missing`.

    ``on_commit`` is called after each commit. If ``documents`` raises, the batches before are committed.
    """
    counts = IndexingCounts()
    iterator, waiting = iter(documents), 0
    try:
        while batch := list(islice(iterator, BATCH)):
            if seen is not None:
                seen.update(document.id for document in batch)
            new = [document for document, known in zip(batch, index.known(batch)) if not known]
            index.put(new)
            size = sum(len(document.text.encode("utf-8")) for document in new)
            counts.added += len(new)
            counts.unchanged += len(batch) - len(new)
            waiting += size
            if waiting >= COMMIT_BYTES:
                waiting = 0
                index.commit()
                on_commit(counts)
    finally:
        if waiting:
            index.commit()
    return counts


def remove_missing(index: SearchIndex, seen: Collection[str]) -> int:
    """Remove the documents whose ids are not in ``seen``; their number."""
    gone = [name for name in index.ids() if name not in seen]
    if gone:
        index.remove(gone)
        index.commit()
    return len(gone)
