"""LanguageTool's public HTTP API, as far as its clients need it to underline spun wordings.

The form is that of LanguageTool's own server (languagetool-server, ``ApiV2`` and
``RuleMatchesAsJsonSerializer``): offsets in UTF-16 code units, errors as plain text, any origin.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from despin.infer.text.edits import Edit
from despin.serve.code_units import utf16_length
from despin.serve.languagetool_matches import (
    LANGUAGES,
    MAX_MATCHES,
    MAX_REPLACEMENTS,
    english_share,
    is_english_text,
    language,
    matches,
)
from despin.serve.languagetool_request import read_check_request
from despin.serve.problems import PLAIN_PROBLEMS

PREFIX = "/v2"
MAX_TEXT_LENGTH = 200_000
"""UTF-16 code units of a text at most, without mark-up."""


def languagetool_router(max_text_length: int = MAX_TEXT_LENGTH) -> APIRouter:
    """The routes below ``/v2``.

    They need ``app.state.restorer``, and `LanguageToolMiddleware` around the app for the answers that are
    no success.
    """
    router = APIRouter(prefix=PREFIX, tags=["LanguageTool"], responses=PLAIN_PROBLEMS)
    parameters = _documented_form()

    @router.get("/check", include_in_schema=False)
    @router.post("/check", summary="Spun wordings as LanguageTool's matches", openapi_extra=parameters)
    async def check(request: Request) -> JSONResponse:
        try:
            asked = await run_in_threadpool(read_check_request, request.url.query, await request.body())
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        text = asked.view.text
        length = utf16_length(text)
        if length > max_text_length:
            raise HTTPException(413, f"the text has {length:,} characters, {max_text_length:,} at most")
        english = await run_in_threadpool(english_share, text)
        edits: list[Edit] = []
        if asked.is_wanted and text.strip() and is_english_text(asked, english):
            edits = (await request.app.state.restorer.correct(text, alternatives=MAX_REPLACEMENTS)).edits
        found = await run_in_threadpool(matches, asked.view, edits)
        answer = {
            "software": _software(),
            "warnings": {"incompleteResults": len(found) == MAX_MATCHES},
            "language": language(asked, english),
            "matches": found,
        }
        return JSONResponse(answer)

    @router.get("/languages", summary="The languages that can be checked")
    async def languages() -> list[dict[str, str]]:
        return [{"name": name, "code": "en", "longCode": code} for code, name in LANGUAGES.items()]

    @router.get("/maxtextlength", summary="The length of a text at most", response_class=PlainTextResponse)
    async def max_length() -> str:
        return str(max_text_length)

    @router.get("/info", summary="Name and version of the server")
    async def info() -> dict[str, Any]:
        return {"software": _software()}

    @router.get("/healthcheck", summary="Whether the server runs", response_class=PlainTextResponse)
    async def health() -> str:
        return "OK"

    return router


def _software() -> dict[str, Any]:
    return {
        "name": "Despin",
        "version": version("despin"),
        "buildDate": "",
        "apiVersion": 1,
        "premium": False,
        "status": "",
    }


def _documented_form() -> dict[str, Any]:
    """The body of ``POST /v2/check`` for the OpenAPI description: it is read by hand."""
    names = ("text", "data", "language", "preferredVariants", "enabledRules", "disabledRules")
    more = ("enabledCategories", "disabledCategories", "enabledOnly", "mode")
    properties: dict[str, Any] = {name: {"type": "string"} for name in (*names, *more)}
    properties["language"] = {"type": "string", "enum": ["auto", *LANGUAGES]}
    properties["data"] = {"type": "string", "description": 'JSON: {"annotation": [...]}, instead of text'}
    schema = {"type": "object", "required": ["language", "text"], "properties": properties}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


class LanguageToolMiddleware:
    """What clients of LanguageTool expect around its routes, whoever answers: leave for scripts of any
    origin to read the answers (without credentials), and errors as plain text.

    Must be the outermost middleware, so that it is there for answers of the others too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._wrapped = CORSMiddleware(
            _PlainErrors(app),
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            allow_private_network=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["path"].startswith(
            (scope.get("root_path", "") + PREFIX + "/", PREFIX + "/")
        )
        await (self._wrapped if is_ours else self._app)(scope, receive, send)


class _PlainErrors:
    """Answers ``{"detail": …}`` with an error's status as ``Error: …``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = None
        body = b""

        async def send_plain(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_json_error(message):
                start = message
            elif message["type"] == "http.response.body" and start is not None:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    kept = [(k, v) for k, v in start["headers"] if k.lower() not in _REPLACED]
                    text = _error_text(body).encode()
                    kept += [(b"content-type", b"text/plain; charset=utf-8")]
                    kept += [(b"content-length", str(len(text)).encode())]
                    await send({**start, "headers": kept})
                    await send({"type": "http.response.body", "body": text})
            else:
                await send(message)

        await self._app(scope, receive, send_plain)


_REPLACED = (b"content-type", b"content-length")


def _is_json_error(start: Message) -> bool:
    types = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] >= 400 and any(value.startswith(b"application/json") for value in types)


def _error_text(body: bytes) -> str:
    try:
        detail = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        detail = body.decode("utf-8", "replace")
    return f"Error: {detail if isinstance(detail, str) else json.dumps(detail)}"
