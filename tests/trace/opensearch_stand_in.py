"""A stand-in for a search server: those of its answers that `despin.trace.opensearch_index` reads.

It was written after the documentation of OpenSearch's API; no real server can be installed where these tests
were written. Its scores are the sums of the boosts times the terms' numbers, not BM25.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from despin.trace.terms import pairs, terms


class Handler(BaseHTTPRequestHandler):
    """Answers for one index, whose documents are the server's ``documents``."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Nothing on standard error."""

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size).decode()
        self.server.requests.append((self.command, self.path.partition("?")[0], body))  # type: ignore[attr-defined]
        status, answer = self._handle(self.path.partition("?")[0].strip("/").split("/"), body)
        data = b"" if self.command == "HEAD" else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_HEAD = _answer

    def _handle(self, path: list[str], body: str) -> tuple[int, Any]:
        server: Any = self.server
        documents: dict[str, dict[str, str]] = server.documents
        action = path[-1]
        if action == "_bulk":
            return 200, {"errors": False, "items": list(_bulk(documents, body.splitlines()))}
        if self.command == "HEAD":
            return (200 if server.is_there else 404), {}
        if self.command == "PUT" and len(path) == 1:
            server.is_there = True
            return 200, {"acknowledged": True}
        if not server.is_there:
            return 404, {"error": {"type": "index_not_found_exception", "reason": "no such index"}}
        if action == "_mget":
            ids = json.loads(body)["ids"]
            return 200, {"docs": [_got(documents, name) for name in ids]}
        if action == "_count":
            return 200, {"count": len(documents)}
        if action == "_search":
            return 200, _search(documents, json.loads(body))
        return 200, {}


def _got(documents: dict[str, dict[str, str]], name: str) -> dict[str, Any]:
    found = documents.get(name)
    return {"_id": name, "found": found is not None, **({"_source": found} if found else {})}


def _bulk(documents: dict[str, dict[str, str]], lines: list[str]) -> Iterator[dict[str, Any]]:
    iterator = iter(lines)
    for line in iterator:
        ((action, where),) = json.loads(line).items()
        if action == "index":
            documents[where["_id"]] = json.loads(next(iterator))
        else:
            documents.pop(where["_id"], None)
        yield {action: {"_id": where["_id"], "status": 200}}


def _search(documents: dict[str, dict[str, str]], body: dict[str, Any]) -> dict[str, Any]:
    if "aggs" in body:
        filters = body["aggs"]["terms"]["filters"]["filters"]
        buckets = {
            key: {"doc_count": sum(bool(_count(d, f["term"])) for d in documents.values())}
            for key, f in filters.items()
        }
        return {"hits": {"hits": []}, "aggregations": {"terms": {"buckets": buckets}}}
    if "sort" in body:
        after = body.get("search_after", [""])[0]
        found = sorted((d for d in documents.values() if d["id"] > after), key=lambda d: d["id"])
        return {"hits": {"hits": [{"_source": d, "sort": [d["id"]]} for d in found[:2]]}}
    asked = [clause["term"] for clause in body["query"]["bool"]["should"]]
    scored = [(sum(_count(d, clause) for clause in asked), d) for d in documents.values()]
    best = sorted((s for s in scored if s[0]), key=lambda s: -s[0])[: body["size"]]
    return {"hits": {"hits": [{"_score": score, "_source": d} for score, d in best]}}


def _count(document: dict[str, str], clause: dict[str, Any]) -> float:
    """Occurrences in a document of what a term clause asks for, times its boost."""
    ((field, asked),) = clause.items()
    value, boost = (asked["value"], asked["boost"]) if isinstance(asked, dict) else (asked, 1.0)
    words = terms(document["text"])
    return boost * ({"text": words, "text.pairs": pairs(words)}[field]).count(value)


@contextmanager
def running_server() -> Iterator[Any]:
    """A server on a free port of this machine; ``url`` is the address of its index ``texts``."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.documents, server.is_there, server.requests = {}, False, []
    server.url = f"http://127.0.0.1:{server.server_address[1]}/texts"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
