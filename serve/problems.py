"""The answers that are no success: what the document says of them, and how they are made."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from despin.errors import InputError
from despin.serve.restorer import Busy, Closed, ModeMissing, TimedOut
from despin.serve.schemas import Problem

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The body is no JSON"},
    401: {"model": Problem, "description": "The token is missing or wrong"},
    408: {"model": Problem, "description": "The body came too slowly"},
    409: {"model": Problem, "description": "The service has no language model for the mode best"},
    413: {"model": Problem, "description": "The body is too large"},
    422: {"model": Problem, "description": "A value cannot be used"},
    429: {"model": Problem, "description": "Too many texts wait; see Retry-After"},
    503: {"model": Problem, "description": "Not restored within the time limit, or shutting down"},
}
PLAIN_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": problem["description"], "content": {"text/plain": {"schema": {"type": "string"}}}}
    for status, problem in PROBLEMS.items()
}
"""The same for ``/v2``, whose errors are plain text."""


def answer_problems(app: FastAPI) -> None:
    """Turn the errors of the service into answers."""
    app.add_exception_handler(Busy, _busy)
    app.add_exception_handler(TimedOut, _unavailable)
    app.add_exception_handler(Closed, _unavailable)
    app.add_exception_handler(ModeMissing, _conflict)
    app.add_exception_handler(InputError, _bad_value)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _busy(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Busy)
    return JSONResponse({"detail": str(error)}, 429, {"Retry-After": str(error.retry_after)})


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    detail = "the service is shutting down" if isinstance(error, Closed) else str(error)
    return JSONResponse({"detail": detail}, 503)


async def _conflict(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 409)


async def _bad_value(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """A body that does not fit, in one line and without what was sent."""
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    # A text or a list of texts: only what is said of the one that was sent.
    kind = "list[" if any(isinstance(p["input"], list) for p in problems) else "str"
    first = next((p for p in problems if len(p["loc"]) < 3 or str(p["loc"][2]).startswith(kind)), problems[0])
    if first["type"] == "json_invalid":
        return JSONResponse({"detail": "the body is no JSON"}, 400)
    if len(first["loc"]) == 1:
        return JSONResponse({"detail": "a JSON object expected (Content-Type: application/json)"}, 422)
    place = ".".join(str(part) for part in first["loc"][1:] if part != "str" and "[" not in str(part))
    message = str(first["msg"]).splitlines()[0]
    return JSONResponse({"detail": f"{place}: {message}"}, 422)
