"""A corpus in portions: sources, their parts, and what is put aside."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

SourceKind = Literal["lines", "csv", "parquet", "arrow", "files", "warc", "hub"]
PartKind = Literal["lines", "table", "texts"]
"""What a part holds: JSON lines; a table of the user's; a table with the columns "format" and "text"."""
MAX_EXCERPT = 200
"""Characters that are shown of what is put aside."""


@dataclass(frozen=True, slots=True)
class Source:
    """An input file, a group of small files or a hub data set: what one reader reads from start to end."""

    number: int
    """Its place among the sources of a run, which names its parts."""
    path: str
    """A path or URL as fsspec takes it; of a group the folder, of a data set its name."""
    kind: SourceKind
    size: int | None = None
    """Bytes, for progress and to notice another file of the same name; None if unknown."""
    version: str = ""
    """What else tells another content of the same name: time of change or entity tag."""
    files: tuple[str, ...] = ()
    """The files of a group, in order."""
    split: str = ""
    """Of a data set."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that could not be read as a document, and why."""

    path: str
    position: str
    """Where in the file: "line 12", "row 5", or empty for the whole."""
    kind: str
    """The reason in few words, for counting: "not JSON", "not UTF-8", "too long"."""
    reason: str
    """The reason in a sentence."""
    excerpt: str = ""
    """The beginning of it, as far as it can be shown."""

    def to_dict(self) -> dict[str, Any]:
        """As plain values, as it is written."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive documents of a source, as they were read: what is done as one and written as one file."""

    source: int
    number: int
    """Its place in its source, from 0."""
    path: str
    """Of the source."""
    kind: PartKind
    data: bytes
    """JSON lines as they stand in the file, or an Arrow IPC stream of a table; empty without a document."""
    first: int
    """The number of its first line (from 1), or of its first row (from 0)."""
    asides: tuple[Aside, ...] = ()
    """What the reader itself had to put aside since the last part."""
    position: int = 0
    """Bytes of the source that were read so far, for progress."""
    is_last: bool = False
    """Whether the source ends with it."""
    rows: tuple[int, ...] = ()
    """The numbers of its rows, where some between them were put aside; else they count up from ``first``."""

    @property
    def name(self) -> str:
        """What its files are called, without suffix. Names sort as the parts do."""
        return f"part-{self.source:05d}-{self.number:06d}"


def numbers_of(name: str) -> tuple[int, int]:
    """The number of the source and that of the part in a part's name."""
    _, source, number = name.split("-")
    return int(source), int(number)


def excerpt(data: bytes | str) -> str:
    """The beginning of something, fit to be shown: bytes that are not UTF-8 as ``\\xNN``."""
    head = data[:MAX_EXCERPT]
    return head.decode("utf-8", "backslashreplace") if isinstance(head, bytes) else head
