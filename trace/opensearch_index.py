"""A search server as the engine: OpenSearch, for collections that outgrow one machine.

Elasticsearch has the same interface for what is used here (bulk, mget, termvectors, search), but its own
client refuses other servers, as OpenSearch's client does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from despin.errors import InputError
from despin.trace.search_index import Document, Hit
from despin.trace.terms import JOINT

T = TypeVar("T")
TIMEOUT = 60
"""Seconds until an answer."""
PAGE = 1000
"""Ids that are listed at once."""
_TERM_TOKENIZER = {"type": "pattern", "pattern": r"[^\p{L}\p{N}]+"}
_PAIRS = {
    "type": "shingle",
    "min_shingle_size": 2,
    "max_shingle_size": 2,
    "output_unigrams": False,
    "token_separator": JOINT,
}
BODY: dict[str, Any] = {
    "settings": {
        "analysis": {
            "tokenizer": {"despin_terms": _TERM_TOKENIZER},
            "filter": {"despin_pairs": _PAIRS},
            "analyzer": {
                "despin": {"type": "custom", "tokenizer": "despin_terms", "filter": ["lowercase"]},
                "despin_pairs": {
                    "type": "custom",
                    "tokenizer": "despin_terms",
                    "filter": ["lowercase", "despin_pairs"],
                },
            },
        }
    },
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "id": {"type": "keyword", "ignore_above": 8191},
            "key": {"type": "keyword"},
            "text": {
                "type": "text",
                "analyzer": "despin",
                "index_options": "freqs",
                "fields": {"pairs": {"type": "text", "analyzer": "despin_pairs", "index_options": "docs"}},
            },
        },
    },
}
"""How the index is made: terms and pairs are those of `despin.trace.terms`."""


class OpenSearchIndex:
    """A collection in an index of a server. Each batch is durable when it was put."""

    def __init__(self, address: str, create: bool = False) -> None:
        """Connect to ``http(s)://[user:password@]host[:port]/name``; with ``create``, make a missing index.

        Raises InputError if the address has no name, the server does not answer, or the index is not there.
        """
        import opensearchpy

        try:
            parts = urlsplit(address)
            is_known = bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment)
        except ValueError:  # brackets, or the port
            raise InputError(
                f"{address.rpartition('@')[2]}: give the index as http://HOST:PORT/NAME"
            ) from None
        self._name = parts.path.strip("/")
        host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._shown = f"{host}/{self._name}"
        if not self._name or "/" in self._name or not is_known:
            raise InputError(f"{self._shown}: give the index as http://HOST:PORT/NAME")
        user = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._client = opensearchpy.OpenSearch(
            [host], http_auth=user, timeout=TIMEOUT, max_retries=3, retry_on_timeout=True
        )
        self._error: type[Exception] = opensearchpy.exceptions.OpenSearchException
        if not self._call(lambda: self._client.indices.exists(index=self._name)):
            if not create:
                raise InputError(
                    f"{self._shown}: no index; to make one: despin index COLLECTION --out {self._shown}"
                )
            self._call(lambda: self._client.indices.create(index=self._name, body=BODY))

    def _call(self, request: Callable[[], T]) -> T:
        """What is taken from the answer to a request.

        Raises InputError, which names the index, if there is no answer, or one of another kind of server.
        """
        try:
            return request()
        except (LookupError, TypeError, AttributeError, ValueError):
            raise InputError(f"{self._shown}: answers, but not as an OpenSearch server does") from None
        except self._error as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(f"{self._shown}: the server did not do it: {reason}") from None

    def count(self) -> int:
        """The documents as of the last commit."""
        return self._call(lambda: int(self._client.count(index=self._name)["count"]))

    def known(self, documents: Sequence[Document]) -> list[bool]:
        """Of each document whether it was committed with this id and text."""
        if not documents:
            return []
        body = {"ids": [_address(document.id) for document in documents]}

        def known() -> list[bool]:
            answer = self._client.mget(index=self._name, body=body, _source_includes=["key"])
            return [
                bool(row.get("found")) and row["_source"]["key"] == document.key
                for row, document in zip(answer["docs"], documents, strict=True)
            ]

        return self._call(known)

    def put(self, documents: Sequence[Document]) -> None:
        """Add documents; each replaces one of the same id."""
        self._bulk(
            {
                "_op_type": "index",
                "_id": _address(document.id),
                "_source": {"id": document.id, "key": document.key, "text": document.text},
            }
            for document in documents
        )

    def remove(self, ids: Iterable[str]) -> None:
        """Delete documents."""
        self._bulk({"_op_type": "delete", "_id": _address(name)} for name in ids)

    def _bulk(self, actions: Iterable[dict[str, Any]]) -> None:
        from opensearchpy import helpers

        self._call(
            lambda: helpers.bulk(self._client, ({**a, "_index": self._name} for a in actions), max_retries=3)
        )

    def commit(self) -> None:
        """Make what was put and removed visible to searches."""
        self._call(lambda: self._client.indices.refresh(index=self._name))

    def ids(self) -> Iterator[str]:
        """The ids of all documents."""
        body: dict[str, Any] = {
            "size": PAGE, "query": {"match_all": {}}, "sort": ["id"], "_source": ["id"],
        }  # fmt: skip
        while hits := self._search(body):
            yield from (hit["_source"]["id"] for hit in hits)
            body["search_after"] = hits[-1]["sort"]

    def document_frequencies(self, features: Sequence[str]) -> list[int]:
        """Of each term or pair the number of documents with it."""
        if not features:
            return []
        filters = {f"t{n}": {"term": {_field(f): f}} for n, f in enumerate(features)}
        body = {"size": 0, "aggs": {"terms": {"filters": {"filters": filters}}}}

        def frequencies() -> list[int]:
            answer = self._client.search(index=self._name, body=body)
            buckets = answer["aggregations"]["terms"]["buckets"]
            return [int(buckets[f"t{n}"]["doc_count"]) for n in range(len(features))]

        return self._call(frequencies)

    def search(self, weights: Mapping[str, float], limit: int) -> list[Hit]:
        """The documents with the highest sums of weighed BM25 scores of terms and pairs, best first."""
        should = [{"term": {_field(f): {"value": f, "boost": weight}}} for f, weight in weights.items()]
        if not should:
            return []
        body = {"size": limit, "query": {"bool": {"should": should}}, "_source": ["id", "text"]}
        return [Hit(h["_score"], h["_source"]["id"], h["_source"]["text"]) for h in self._search(body)]

    def _search(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self._call(lambda: list(self._client.search(index=self._name, body=body)["hits"]["hits"]))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def _field(feature: str) -> str:
    return "text.pairs" if JOINT in feature else "text"


def _address(name: str) -> str:
    """The server's own id of a document: of bounded length, as it requires."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
