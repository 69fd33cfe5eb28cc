"""``POST /v1/queries``: exact phrases that are likely to find the original of a text."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from despin.infer.despinner import Despinner
from despin.infer.text.reading import Format
from despin.serve.code_units import without_surrogates
from despin.serve.compare_route import MAX_CHARACTERS
from despin.serve.one_at_a_time import unless_disconnected
from despin.serve.problems import PROBLEMS
from despin.serve.schemas import whole_number
from despin.trace.queries import COUNT
from despin.trace.query_source import queries_of

MAX_COUNT = 100


class QueriesRequest(BaseModel):
    """A text of at most 200,000 characters."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(description="The text whose original is sought.")
    format: Format = Field("text", description="How mark-up is recognized.")
    count: Annotated[int, Field(ge=1, le=MAX_COUNT), BeforeValidator(whole_number)] = Field(
        COUNT, description="Phrases at most."
    )


class FoundQuery(BaseModel):
    """A phrase to be searched for."""

    query: str = Field(description="The phrase in quotation marks.")
    start: int = Field(description="Where it starts in the restored text, mark-up left out.")
    end: int
    chance: float = Field(description="Probability that the original has it word for word, 0..1.")
    bits: float = Field(description="How rare its words are; from about 50 on it is taken for unique.")


class FoundQueries(BaseModel):
    """The phrases, best first."""

    queries: list[FoundQuery]


router = APIRouter(prefix="/v1", tags=["Despin"], responses=PROBLEMS)


@router.post("/queries", summary="Phrases that are likely to find the original")
async def find_queries(body: QueriesRequest, request: Request) -> FoundQueries:
    """Runs of 5 to 10 words of the restored text, rare and likely to stand in the original word for word."""
    if len(body.text) > MAX_CHARACTERS:
        raise HTTPException(413, f"text has {len(body.text):,} characters, {MAX_CHARACTERS:,} at most")
    despinner: Despinner = request.app.state.restorer.despinner
    work = request.app.state.comparisons.run(partial(_found, body, despinner))
    return await unless_disconnected(request, work)


def _found(body: QueriesRequest, despinner: Despinner) -> FoundQueries:
    queries, _ = queries_of(despinner, without_surrogates(body.text), body.format, body.count)
    return FoundQueries.model_validate({"queries": [query.to_dict() for query in queries]})
