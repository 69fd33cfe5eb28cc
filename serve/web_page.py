"""The routes of the page: ``/`` and its files under ``/static/``."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, HTTPException, Request, Response

from despin.serve.web_files import CONTENT_TYPES, page, served

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What each answer of these routes carries."""

METHODS = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)


# Coroutines: no thread of the pool that restores texts has to be free.
@router.api_route("/", methods=METHODS)
async def index(request: Request) -> Response:
    """The page."""
    return _answer(request, page(), CONTENT_TYPES[".html"])


@router.api_route("/static/{name}", methods=METHODS)
async def static_file(request: Request, name: str) -> Response:
    """A file of the page; 404 for any other name."""
    found = served().get(name)
    if found is None:
        raise HTTPException(404, "no such file")
    return _answer(request, *found)


def _answer(request: Request, content: str, content_type: str) -> Response:
    """The content, or 304 where the browser has it; it asks each time, no old file meets a new one."""
    data = content.encode()
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=content_type, headers=headers)
