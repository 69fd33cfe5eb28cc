"""The bodies of requests and answers of ``/v1``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from despin.infer.decision.points import Mode, Point
from despin.infer.summary import Verdict
from despin.infer.text.reading import Format

MAX_TEXTS = 256
"""Texts of one request."""
MAX_ALTERNATIVES = 20
Share = Annotated[float, Field(ge=0, le=1)]
Offsets = Literal["characters", "utf16"]
Texts = Annotated[list[str], Field(min_length=1, max_length=MAX_TEXTS)]


def whole_number(value: object) -> object:
    """JSON has one kind of number: 2.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[int, Field(ge=0, le=MAX_ALTERNATIVES), BeforeValidator(whole_number)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ScoreRequest(_Body):
    """Texts to be scored."""

    text: str | Texts = Field(description="One text, or a list of them.")
    format: Format = Field("text", description="How mark-up is recognized.")
    offsets: Offsets = Field("characters", description="What offsets count; UTF-16 units as in JavaScript.")


class CorrectRequest(ScoreRequest):
    """Texts to be restored."""

    mode: Mode | None = Field(None, description="best asks a language model too; null: the service's own.")
    point: Point | None = Field(None, description="natural: fewest wrong words; careful: fewer wrong edits.")
    min_confidence: Share | None = Field(None, description="Only edits of this confidence or more.")
    min_score: Share | None = Field(None, description="Leave texts alone that score below; 0 restores all.")
    alternatives: Count = Field(0, description="So many other wordings of each edit.")
    evidence: bool = Field(False, description="What dictionary and model say of each edit.")

    def options(self) -> dict[str, Any]:
        """The arguments of `Despinner.with_options`."""
        names = ("mode", "point", "min_confidence", "min_score", "alternatives", "evidence")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class StreamRequest(CorrectRequest):
    """A text to be restored block by block."""

    text: str = Field(description="The text.")


class Alternative(BaseModel):
    """Another wording of an edit's place, the source wording among them."""

    wording: str
    confidence: float


class EvidenceValues(BaseModel):
    """What dictionary and model say of an edit by themselves."""

    dictionary: float = Field(description="Share of the source's occurrences in spun text, 0..1.")
    model: float = Field(description="The model's probability among the wordings offered, 0..1.")


class EditValues(BaseModel):
    """A change: what stood from start to end, and what takes its place."""

    start: int
    end: int
    source: str
    replacement: str
    confidence: float = Field(description="The probability that the replacement is the original, 0..1.")
    alternatives: list[Alternative] | None = None
    evidence: EvidenceValues | None = None


class RefusedValues(EditValues):
    """An edit that a guard refused."""

    guard: str
    reason: str


class PassageValues(BaseModel):
    """A spun passage."""

    start: int
    end: int
    score: float


class Score(BaseModel):
    """How spun a text looks."""

    score: float = Field(description="How likely the text is to be spun, in part at least, 0..1.")
    verdict: Verdict
    passages: list[PassageValues]


class Result(Score):
    """A restored text."""

    text: str
    edits: list[EditValues]
    refused: list[RefusedValues]
    unanswered: int = Field(description="Possible substitutions on which the model gave no answer.")


class Results(BaseModel):
    """The results of a list of texts, in order."""

    results: list[Result]


class Scores(BaseModel):
    """The scores of a list of texts, in order."""

    results: list[Score]


class Block(Result):
    """A block of a streamed text; offsets count from the start of the text."""

    type: Literal["block"]
    start: int
    end: int


class End(BaseModel):
    """The last line of a stream."""

    type: Literal["end"]
    score: float
    verdict: Verdict
    unanswered: int


class StreamError(BaseModel):
    """The last line of a stream that failed on the way."""

    type: Literal["error"]
    status: int
    message: str


class Problem(BaseModel):
    """Why a request has no answer, in one line."""

    detail: str


class Health(BaseModel):
    """The state of the service."""

    status: Literal["ok"]
    version: str
    checkpoint: str
    modes: list[Mode]
    waiting: int = Field(description="Texts that are accepted and not yet restored.")
