"""What stands before every route: the token, limits of the body, headers, the log of requests.

Plain ASGI, so that answers are streamed and a client that goes away is noticed.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Callable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from despin.serve.service_settings import ServiceSettings

logger = logging.getLogger("despin.serve")
CLOSING_CHECK = 1.0
"""Seconds between looks at whether the service is ending, while a body comes."""
OPEN_PATHS = ("/", "/static/", "/health", "/docs", "/openapi.json", "/favicon.ico")
"""What needs no token: the page, which asks for it, and what says nothing of any text."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""Of answers that do not set them."""


class TokenRequired:
    """Lets in who sends the bearer token. Compared in constant time."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_open(scope["path"]) or scope["method"] == "OPTIONS":
            return await self._app(scope, receive, send)
        scheme, _, given = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"bearer" and hmac.compare_digest(given.strip(), self._expected):
            return await self._app(scope, receive, send)
        headers = {"WWW-Authenticate": "Bearer"}
        await JSONResponse({"detail": "a bearer token is needed"}, 401, headers)(scope, receive, send)


def _is_open(path: str) -> bool:
    return any(
        path == open_path or (open_path != "/" and path.startswith(open_path)) for open_path in OPEN_PATHS
    )


class BodyLimit:
    """Answers 413 to a body that is too large and 408 to one that comes too slowly, 503 to one that is still
    on its way when the service ends."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        most = self._settings.max_body
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            return await self._refuse(413, scope, receive, send)
        # Read before the route runs, so that no route has to know of a body that breaks off.
        parts: list[bytes] = []
        size = 0
        deadline = time.monotonic() + self._settings.body_timeout
        while True:
            message = await self._receive(scope, receive, deadline)
            if isinstance(message, int):
                return await self._refuse(message, scope, receive, send)
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                return await self._refuse(413, scope, receive, send)
            if not message.get("more_body", False):
                break
        body: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def replay() -> Message:
            return body.pop() if body else await receive()

        await self._app(scope, replay, send)

    async def _receive(self, scope: Scope, receive: Receive, deadline: float) -> Message | int:
        """The next part of the body, or the status of its refusal."""
        task = asyncio.ensure_future(receive())
        try:
            while not task.done():
                left = deadline - time.monotonic()
                if left <= 0:
                    return 408
                if scope["app"].state.is_closing:
                    return 503
                await asyncio.wait({task}, timeout=min(left, CLOSING_CHECK))
            return task.result()
        finally:
            task.cancel()

    async def _refuse(self, status: int, scope: Scope, receive: Receive, send: Send) -> None:
        detail = {
            408: "the body came too slowly",
            413: f"the body has more than {self._settings.max_body:,} bytes",
            503: "the service is shutting down",
        }[status]
        # The rest of the body is not read: the connection cannot be used again.
        await JSONResponse({"detail": detail}, status, {"Connection": "close"})(scope, receive, send)


class Observed:
    """Adds headers, and reports each answer: to the log without query and body, and to ``report``."""

    def __init__(self, app: ASGIApp, report: Callable[[str, str, int, float], None]) -> None:
        """``report`` takes the method, the route's path, the status and the seconds."""
        self._app, self._report = app, report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begin = time.perf_counter()
        status = 499  # of a client that went away

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                known = {name.lower() for name, _ in headers}
                headers += [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in known]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - begin
            path = getattr(scope.get("route"), "path", "other")
            logger.info("%s %s %d %.0f ms", scope["method"], path, status, 1000 * seconds)
            self._report(scope["method"], path, status, seconds)
