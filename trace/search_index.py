"""What `despin trace` asks of a search engine. Each engine has a module of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol


class Document(NamedTuple):
    """A text of a collection."""

    id: str
    """Unique in the collection: a path, or a path with a line or the row's own id."""
    text: str

    @property
    def key(self) -> str:
        """A digest (hex) of id and text: another one if either is changed."""
        content = f"{self.id}\0{self.text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, digest_size=16).hexdigest()


class Hit(NamedTuple):
    """A document found, and the engine's score (BM25)."""

    score: float
    id: str
    text: str


class SearchIndex(Protocol):
    """A collection held by a search engine. What was committed survives the end of the process."""

    def count(self) -> int:
        """The documents as of the last commit."""

    def known(self, documents: Sequence[Document]) -> list[bool]:
        """Of each document whether it was committed with this id and text."""

    def put(self, documents: Sequence[Document]) -> None:
        """Add documents; each replaces one of the same id."""

    def remove(self, ids: Iterable[str]) -> None:
        """Delete documents."""

    def commit(self) -> None:
        """Make what was put and removed durable, and visible to searches."""

    def ids(self) -> Iterator[str]:
        """The ids of all documents."""

    def document_frequencies(self, features: Sequence[str]) -> list[int]:
        """Of each term or pair (`despin.trace.terms`) the number of documents with it."""

    def search(self, weights: Mapping[str, float], limit: int) -> list[Hit]:
        """The documents with the highest sums of weighed BM25 scores of terms and pairs, best first."""

    def close(self) -> None:
        """Let go of files and connections."""
