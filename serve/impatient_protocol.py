"""HTTP/1.1 for clients that come with a request: a connection on which none arrives is closed.

uvicorn itself waits for a first request, and for the end of its header, without limit.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

KEEP_ALIVE = 15
"""Seconds that a connection is kept without a whole header."""


class ImpatientProtocol(H11Protocol):
    """Closes a connection KEEP_ALIVE seconds after it was made or a header began, if none is complete."""

    _waits_for_header: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on where a header is not complete, not anew."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._waits_for_header is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waits_for_header = self.loop.call_later(KEEP_ALIVE, self._close)

    def _stop_waiting(self) -> None:
        if self._waits_for_header is not None:
            self._waits_for_header.cancel()
            self._waits_for_header = None

    def _close(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()
