"""Runs the application with uvicorn."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.server import HANDLED_SIGNALS

from despin.errors import InputError
from despin.infer.despinner import Despinner
from despin.serve.app import create_app
from despin.serve.impatient_protocol import KEEP_ALIVE, ImpatientProtocol
from despin.serve.service_settings import ServiceSettings

MAX_CONNECTIONS = 1000
"""Open connections at once; more are answered 503 by the server."""


class _Server(uvicorn.Server):
    """Ends with status 0 on a signal, when all is answered; uvicorn's own raises the signal again then."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app,
            http=ImpatientProtocol,
            log_config=None,
            log_level="warning",
            access_log=False,  # it would hold the query, and with it the text of some clients
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            limit_concurrency=MAX_CONNECTIONS,
        )
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Refuse what still comes; at the second signal end at once."""
        if self.should_exit:
            print("despin: ended before all was answered", file=sys.stderr, flush=True)
            os._exit(128 + sig)
        self._app.state.is_closing = True
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the server."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        earlier = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)


def run(despinner: Despinner, settings: ServiceSettings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, and answer before the end what was accepted.

    Raises InputError if the address cannot be used.
    """
    sock = _listen(host, port)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    app = create_app(despinner, settings)
    if settings.token is None and not ip_address(sock.getsockname()[0]).is_loopback:
        print(
            f"despin: listening at {host} without a token: anyone who reaches it can use it",
            file=sys.stderr,
        )
    address, number = sock.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    print(f"despin: http://{shown}:{number}/ (Ctrl-C ends it)", file=sys.stderr, flush=True)
    _Server(app).run([sock])


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Run an app in a thread, at a free port of this machine; gives its address, ``http://127.0.0.1:PORT``.

    Raises InputError if it does not start.
    """
    sock = _listen("127.0.0.1", 0)
    server = _Server(app)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise InputError("the service has not started; its messages stand above")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, or asyncio leaves Nagle's algorithm on, which costs 40 ms an answer.
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError as error:
        raise InputError(f"cannot listen at {host}:{port}: {error.strerror or error}") from None
    return sock
