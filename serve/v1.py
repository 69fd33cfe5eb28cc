"""The routes below ``/v1``: correct, stream, score."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse

from despin.infer.correction import Correction
from despin.infer.summary import Summary
from despin.serve.code_units import without_surrogates
from despin.serve.one_at_a_time import unless_disconnected
from despin.serve.problems import PROBLEMS
from despin.serve.restorer import Restorer, TimedOut
from despin.serve.results import length, result_values, score_values
from despin.serve.schemas import (
    CorrectRequest,
    Offsets,
    Result,
    Results,
    Score,
    ScoreRequest,
    Scores,
    StreamRequest,
)

NDJSON = "application/x-ndjson"
_LINES = {
    "type": "string",
    "description": "Lines of the form of Block, then one of End, or of StreamError where it failed.",
}
router = APIRouter(prefix="/v1", tags=["Despin"], responses=PROBLEMS)


@router.post("/correct", summary="Restore texts", response_model=Result | Results)
async def correct(body: CorrectRequest, request: Request) -> JSONResponse:
    """Texts of more than 16,384 characters are judged block by block, as ``despin correct`` does."""
    corrections = await _corrections(body, request, body.options())
    results = [result_values(correction, body.offsets) for correction in corrections]
    return JSONResponse(results[0] if isinstance(body.text, str) else {"results": results})


@router.post("/score", summary="Say how spun texts look", response_model=Score | Scores)
async def score(body: ScoreRequest, request: Request) -> JSONResponse:
    """The score is the probability that a text was spun, in part at least."""
    corrections = await _corrections(body, request, {})
    results = [score_values(correction, body.offsets) for correction in corrections]
    return JSONResponse(results[0] if isinstance(body.text, str) else {"results": results})


@router.post(
    "/stream",
    summary="Restore a text block by block",
    response_class=StreamingResponse,
    responses={200: {"content": {NDJSON: {"schema": _LINES}}, "description": "A JSON object on each line"}},
)
async def stream(body: StreamRequest, request: Request) -> StreamingResponse:
    """NDJSON: a line for each block as soon as it is restored, then one for the whole."""
    # What is not accepted is refused here, before the answer begins.
    corrections = _restorer(request).stream(without_surrogates(body.text), body.format, **body.options())
    return StreamingResponse(_lines(corrections, body.offsets), media_type=NDJSON)


async def _lines(corrections: AsyncIterator[Correction], offsets: Offsets) -> AsyncIterator[str]:
    summary, start = Summary(), 0
    try:
        async for correction in corrections:
            end = start + length(correction.source, offsets)
            values = result_values(correction, offsets, start)
            yield _line({"type": "block", "start": start, "end": end, **values})
            start = end
            summary.add(correction)
        yield _line({"type": "end", **asdict(summary)})
    except TimedOut as error:
        yield _line({"type": "error", "status": 503, "message": str(error)})


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


async def _corrections(body: ScoreRequest, request: Request, options: dict[str, Any]) -> list[Correction]:
    texts = [body.text] if isinstance(body.text, str) else body.text
    restorer = _restorer(request)
    work = restorer.correct_all([without_surrogates(text) for text in texts], body.format, **options)
    return await unless_disconnected(request, work)


def _restorer(request: Request) -> Restorer:
    restorer: Restorer = request.app.state.restorer
    return restorer
