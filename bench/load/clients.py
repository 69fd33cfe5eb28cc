"""Clients of a service: good ones of all sizes, and those that send nonsense, go away or read slowly."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from despin.bench.speed.sampled_text import Mixtures
from despin.metrics.harm import count_words

SIZES = (20, 20, 60, 60, 200, 200, 800, 800, 4000)
"""Words of a text, as likely as they stand here."""
FAULTS = 0.15
"""Share of requests that are no good."""
CHECKED = 0.1
"""Share of answers that are compared with the library's afterwards."""
PATIENCE = 600.0
"""Seconds that a client waits."""
DOCUMENTED = frozenset([200, 400, 401, 408, 413, 422, 429, 503])


@dataclass
class Tally:
    """What the clients saw. Shared by their threads."""

    statuses: Counter[str] = field(default_factory=Counter)
    """Answers by kind of request and status."""
    seconds: list[tuple[int, float]] = field(default_factory=list)
    """For each good answer the words of its text and the time to its end."""
    words: int = 0
    checked: list[tuple[str, str]] = field(default_factory=list)
    """Texts with the restored texts that were answered, for comparison."""
    lost: list[str] = field(default_factory=list)
    """Good requests without an answer: what was raised."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, status: int) -> None:
        """Count an answer."""
        with self.lock:
            self.statuses[f"{kind} {status}"] += 1


class Client:
    """One client, in a thread of its own until the deadline."""

    def __init__(self, url: str, texts: Mixtures, seed: int, faults: float, tally: Tally) -> None:
        self._url, self._texts, self._faults, self._tally = url, texts, faults, tally
        self._random = random.Random(seed)
        self._count = seed * 1_000_000

    def run(self, deadline: float) -> None:
        """Ask again and again; ``deadline`` is a time of `time.monotonic`."""
        with httpx.Client(base_url=self._url, timeout=PATIENCE) as session:
            while time.monotonic() < deadline:
                if self._random.random() < self._faults:
                    self._random.choice(self._bad)(session)
                elif self._random.random() < 0.2:
                    self._stream(session, delay=0.0)
                else:
                    self._correct(session)

    def ask_once(self) -> None:
        """One good request."""
        with httpx.Client(base_url=self._url, timeout=PATIENCE) as session:
            self._correct(session)

    @property
    def _bad(self) -> list[Callable[[httpx.Client], None]]:
        return [self._nonsense, self._too_large, self._gone, self._half, self._slow]

    def _text(self) -> str:
        self._count += 1
        return "".join(self._texts.mixture(self._random.choice(SIZES), self._count))

    def _correct(self, session: httpx.Client) -> None:
        text = self._text()
        begin = time.perf_counter()
        try:
            answer = session.post("/v1/correct", json={"text": text})
        except httpx.HTTPError as error:
            with self._tally.lock:
                self._tally.lost.append(repr(error))
            return
        self._answered("correct", text, begin, answer.status_code, lambda: answer.json()["text"])
        if answer.status_code == 429:
            time.sleep(min(float(answer.headers["retry-after"]), 5))

    def _stream(self, session: httpx.Client, delay: float) -> None:
        text = self._text()
        begin = time.perf_counter()
        lines: list[Any] = []
        try:
            with session.stream("POST", "/v1/stream", json={"text": text}) as answer:
                for line in answer.iter_lines():
                    lines.append(json.loads(line))
                    time.sleep(delay)
        except httpx.HTTPError as error:
            with self._tally.lock:
                self._tally.lost.append(repr(error))
            return
        status = answer.status_code
        if status == 200 and lines[-1]["type"] != "end":
            status = lines[-1]["status"]
        self._answered("stream", text, begin, status, lambda: "".join(x.get("text", "") for x in lines))

    def _answered(self, kind: str, text: str, begin: float, status: int, restored: Callable[[], str]) -> None:
        seconds = time.perf_counter() - begin
        self._tally.add(kind, status)
        if status == 200:
            words = count_words(text)
            with self._tally.lock:
                self._tally.words += words
                self._tally.seconds.append((words, seconds))
                if self._random.random() < CHECKED:
                    self._tally.checked.append((text, restored()))

    def _nonsense(self, session: httpx.Client) -> None:
        body = self._random.choice(
            [b"{", b"\xff\x00", b"[]", b'{"text": 1}', b'{"text": "x", "y": 2}', b"x" * 999]
        )
        answer = session.post("/v1/correct", content=body, headers={"content-type": "application/json"})
        self._tally.add("nonsense", answer.status_code)

    def _too_large(self, session: httpx.Client) -> None:
        answer = session.post("/v1/correct", json={"text": "x" * 3_000_000})
        self._tally.add("too large", answer.status_code)

    def _gone(self, session: httpx.Client) -> None:
        """Ask, and do not wait for the answer."""
        body = json.dumps({"text": self._text()}).encode()
        with self._connection() as connection:
            connection.sendall(_head(len(body)) + body)
        self._tally.add("gone", 0)

    def _half(self, session: httpx.Client) -> None:
        """Send half of a body and go."""
        with self._connection() as connection:
            connection.sendall(_head(1000) + b'{"text": "')
        self._tally.add("half", 0)

    def _slow(self, session: httpx.Client) -> None:
        """Read a stream a line a second."""
        self._stream(session, delay=1.0)

    def _connection(self) -> socket.socket:
        address = urlsplit(self._url)
        return socket.create_connection((address.hostname or "", address.port or 80), timeout=10)


def _head(length: int) -> bytes:
    return (
        "POST /v1/correct HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()
