"""The embedded engine: tantivy, an index in a folder.

A commit of tantivy's replaces one small file that names the segments, so a process that is killed leaves the
last commit. Its lock is the operating system's and dies with the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from despin.errors import InputError
from despin.trace.search_index import Document, Hit
from despin.trace.terms import JOINT, pairs, terms

if TYPE_CHECKING:
    import tantivy

WRITER_BYTES = 256 << 20
"""Memory of the writer, divided among its threads; a segment is written when its part is full."""
OPTIONS = {"text": "freq", "pairs": "basic"}
"""What tantivy keeps of a term in a document, by field: its number, or only that it is there."""


class TantivyIndex:
    """A collection in a folder."""

    def __init__(self, folder: Path, threads: int = 0, with_pairs: bool = True) -> None:
        """Open the index in a folder, or begin one there. ``threads`` of the writer; 0 takes all cores.

        ``with_pairs``: whether pairs of terms are indexed; without them it is smaller, and finds less.

        Raises InputError if what is there is no index of this version of tantivy's format.
        """
        import tantivy

        self.folder, self._threads, self._with_pairs = folder, threads, with_pairs
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("key", stored=False, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", stored=True, tokenizer_name="default", index_option=OPTIONS["text"])
        schema.add_text_field("pairs", tokenizer_name="whitespace", index_option=OPTIONS["pairs"])
        self._schema = schema.build()
        folder.mkdir(parents=True, exist_ok=True)
        with _named_errors(folder, "not an index that this version can read"):
            self._index = tantivy.Index(self._schema, path=str(folder))
            self._searcher = self._index.searcher()
        self._writer: tantivy.IndexWriter | None = None

    def count(self) -> int:
        """The documents as of the last commit."""
        return self._searcher.num_docs

    def known(self, documents: Sequence[Document]) -> list[bool]:
        """Of each document whether it was committed with this id and text."""
        if not self.count():
            return [False] * len(documents)
        with _named_errors(self.folder):
            return [self._has("key", document.key) for document in documents]

    def _has(self, field: str, value: str) -> bool:
        import tantivy

        query = tantivy.Query.term_query(self._schema, field, value, index_option="basic")
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    def put(self, documents: Sequence[Document]) -> None:
        """Add documents; each replaces one of the same id."""
        import tantivy

        writer = self._open_writer()
        with _named_errors(self.folder):
            for document in documents:
                writer.delete_documents_by_term("id", document.id)
                joined = " ".join(pairs(terms(document.text))) if self._with_pairs else ""
                writer.add_document(
                    tantivy.Document(id=document.id, key=document.key, text=document.text, pairs=joined)
                )

    def remove(self, ids: Iterable[str]) -> None:
        """Delete documents."""
        writer = self._open_writer()
        for name in ids:
            writer.delete_documents_by_term("id", name)

    def commit(self) -> None:
        """Make what was put and removed durable, and visible to searches."""
        if self._writer is not None:
            with _named_errors(self.folder):
                self._writer.commit()
                self._index.reload()
                self._searcher = self._index.searcher()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            try:
                self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=self._threads)
            except ValueError as error:
                if "lock" not in str(error).lower():
                    raise
                raise InputError(f"{self.folder}: another process is writing into this index") from None
        return self._writer

    def ids(self) -> Iterator[str]:
        """The ids of all documents."""
        import tantivy

        everything = tantivy.Query.all_query()
        with _named_errors(self.folder):
            names = list(self._searcher.terms_with_prefix("id", "", filter_query=everything))
        yield from (name for name, count in names if count)

    def document_frequencies(self, features: Sequence[str]) -> list[int]:
        """Of each term or pair the number of documents with it."""
        with _named_errors(self.folder):
            return [self._searcher.doc_freq(_field(feature), feature) for feature in features]

    def search(self, weights: Mapping[str, float], limit: int) -> list[Hit]:
        """The documents with the highest sums of weighed BM25 scores of terms and pairs, best first."""
        import tantivy

        make = tantivy.Query
        parts = []
        for feature, weight in weights.items():
            field = _field(feature)
            term = make.term_query(self._schema, field, feature, index_option=OPTIONS[field])
            parts.append((tantivy.Occur.Should, make.boost_query(term, weight)))
        found = []
        with _named_errors(self.folder):
            hits = self._searcher.search(make.boolean_query(parts), limit=limit, count=False).hits
            for score, address in hits:
                document = self._searcher.doc(address)
                found.append(Hit(score, str(document.get_first("id")), str(document.get_first("text"))))
        return found

    def close(self) -> None:
        """Let go of the files. What was not committed is lost; background merges are waited for."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


def is_there(folder: Path) -> bool:
    """Whether tantivy ever wrote an index into the folder."""
    return (folder / "meta.json").is_file()


@contextmanager
def _named_errors(folder: Path, what: str = "the index cannot be read or written") -> Iterator[None]:
    """Make what tantivy raises, in damaged files panics too, an InputError that names the folder."""
    try:
        yield
    except BaseException as error:
        # A panic of Rust's is no Exception, and its class cannot be imported.
        if not isinstance(error, (ValueError, OSError)) and type(error).__name__ != "PanicException":
            raise
        raise InputError(
            f"{folder}: {what} ({error}); if it is damaged, delete the folder and index again"
        ) from None


def _field(feature: str) -> str:
    return "pairs" if JOINT in feature else "text"
