"""What is done with the documents of a corpus: one typed dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from despin.errors import ConfigError
from despin.infer.decision.points import POINTS, Point
from despin.infer.settings import check_probability
from despin.infer.text.reading import FORMATS, Format

CorpusMode = Literal["score", "correct", "drop"]
CORPUS_MODES: tuple[CorpusMode, ...] = get_args(CorpusMode)
Reading = Literal["suspects", "all", "none"]
READINGS: tuple[Reading, ...] = get_args(Reading)
OutputFormat = Literal["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)


@dataclass(frozen=True)
class CorpusSettings:
    """What is done with the documents, and in which portions. Raises ConfigError for a value out of range."""

    mode: CorpusMode = "score"
    """``score`` adds the score, ``correct`` also the restored text and its edits, ``drop`` leaves spun
    documents out."""
    field: str = "text"
    """The column that holds the text."""
    format: Format = "text"
    """How mark-up in that column is recognized; files of a folder and web records have their own."""
    threshold: float | None = None
    """Documents that score at least this are taken for spun, 0..1; None: the checkpoint's own. The model
    also reads what the first look gives such a score."""
    read: Reading = "suspects"
    """What the model reads: documents that the first look suspects, all, or none (the first look decides)."""
    output: OutputFormat | None = None
    """None: as the input, parquet for columnar data and JSON lines for all else."""
    prefix: str = ""
    """Put before the names of the columns that are added."""
    point: Point = "natural"
    """The operating point (`despin.infer.decision.points`)."""
    checkpoint: str | None = None
    """A checkpoint folder or ``hf://owner/name``; None: the embedded one."""
    part_documents: int = 2_000
    """Documents of a part at most. A part is what is read, done and written as one."""
    part_bytes: int = 16 << 20
    """Bytes of the texts of a part after which it is closed: this bounds memory."""
    max_document: int = 8 << 20
    """Bytes of a document's text at most; a longer one is put aside."""

    def __post_init__(self) -> None:
        for name, known in (
            ("mode", CORPUS_MODES),
            ("format", FORMATS),
            ("read", READINGS),
            ("point", POINTS),
            ("output", (*OUTPUT_FORMATS, None)),
        ):
            if (value := getattr(self, name)) not in known:
                raise ConfigError(
                    f"{name} must be one of {', '.join(map(str, filter(None, known)))}, got {value!r}"
                )
        for name in ("field", "prefix"):
            if not _is_text(value := getattr(self, name)):
                raise ConfigError(f"{name} must be a string that UTF-8 can hold, got {value!r}")
        if not self.field:
            raise ConfigError("field must name a column, got an empty name")
        if self.threshold is not None:
            if not isinstance(self.threshold, (int, float)):
                raise ConfigError(f"threshold must be a number, got {self.threshold!r}")
            try:
                check_probability("threshold", self.threshold)
            except ValueError as error:
                raise ConfigError(str(error)) from None
        for name in ("part_documents", "part_bytes", "max_document"):
            if not isinstance(value := getattr(self, name), int) or value < 1:
                raise ConfigError(f"{name} must be a whole number of at least 1, got {value!r}")
        if self.mode == "correct" and self.read == "none":
            raise ConfigError("mode correct needs the model: read must be suspects or all, got 'none'")


def _is_text(value: object) -> bool:
    """Whether it is a string without half a surrogate pair, such as an argument that is not UTF-8 has."""
    try:
        return isinstance(value, str) and value.encode("utf-8") is not None
    except UnicodeEncodeError:
        return False
