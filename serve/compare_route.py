"""``POST /v1/compare``: a spun text beside a supposed original."""

from __future__ import annotations

from functools import partial
from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from despin.infer.candidates.inverse import InverseLexicon
from despin.serve.code_units import Utf16Offsets, without_surrogates
from despin.serve.one_at_a_time import unless_disconnected
from despin.serve.problems import PROBLEMS
from despin.trace.text_comparison import ChangeKind, Comparison, compare

MAX_CHARACTERS = 200_000
"""Length of each of the two texts at most."""


class CompareRequest(BaseModel):
    """Two texts to be compared, plain text of at most 200,000 characters each."""

    model_config = ConfigDict(extra="forbid", strict=True)

    spun: str = Field(description="The text that may have been spun.")
    original: str = Field(description="The text that it may have been spun from.")
    offsets: Literal["characters", "utf16"] = Field(
        "characters", description="What offsets count: characters, or UTF-16 code units as in JavaScript."
    )


class DictionaryRow(BaseModel):
    """A row of the inverse dictionary."""

    spun: str
    original: str
    share: float = Field(description="How often the spun form stands for this original in spun text, 0..1.")


class AlignedChange(BaseModel):
    """A difference between the texts, with its spans in both."""

    kind: ChangeKind
    spun: str
    original: str
    spun_start: int
    spun_end: int
    original_start: int
    original_end: int
    row: DictionaryRow | None = Field(description="The row of the dictionary that explains it, if one does.")


class CompareResult(BaseModel):
    """How much of the differences the dictionary explains, and the differences."""

    spun_words: int
    original_words: int
    common_words: int = Field(description="Words that stand in both texts, in the same order.")
    common_share: float = Field(description="They as a share of the words of the longer text, 0..1.")
    word_changes: int = Field(description="Changes, without those of punctuation alone.")
    explained: int = Field(description="Changes that a row of the dictionary explains.")
    explained_share: float | None = Field(description="0..1; null where no word differs.")
    changes: list[AlignedChange]


def compare_router(max_characters: int = MAX_CHARACTERS) -> APIRouter:
    """The route ``/v1/compare``, which needs ``app.state.restorer``."""
    router = APIRouter(prefix="/v1", tags=["Despin"], responses=PROBLEMS)

    @router.post("/compare", summary="What the dictionary explains of two texts' differences")
    async def compare_texts(body: CompareRequest, request: Request) -> CompareResult:
        for name, text in (("spun", body.spun), ("original", body.original)):
            if len(text) > max_characters:
                raise HTTPException(413, f"{name} has {len(text):,} characters, {max_characters:,} at most")
        lexicon: InverseLexicon = request.app.state.restorer.despinner._lexicon
        work = request.app.state.comparisons.run(partial(_result, body, lexicon))
        return await unless_disconnected(request, work)

    return router


def _result(body: CompareRequest, lexicon: InverseLexicon) -> CompareResult:
    spun, original = without_surrogates(body.spun), without_surrogates(body.original)
    comparison: Comparison = compare(spun, original, lexicon)
    values = comparison.to_dict()
    if body.offsets == "utf16":
        of_spun, of_original = Utf16Offsets(spun), Utf16Offsets(original)
        for change in values["changes"]:
            for name in ("spun_start", "spun_end"):
                change[name] = of_spun[change[name]]
            for name in ("original_start", "original_end"):
                change[name] = of_original[change[name]]
    return CompareResult.model_validate(values)
