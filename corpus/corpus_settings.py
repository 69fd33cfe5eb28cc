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
    """Documents that score at least this are taken for spun, 0..1; None: the checkpoint's own."""
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
        if not self.field:
            raise ConfigError("field must name a column, got an empty name")
        if self.threshold is not None:
            check_probability("threshold", self.threshold)
        for name in ("part_documents", "part_bytes", "max_document"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.mode == "correct" and self.read == "none":
            raise ConfigError("mode correct needs the model: read must be suspects or all, got 'none'")
