"""Reading a source as a run does, and the documents of what was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.line_rows import LineRows
from despin.corpus.parts import Aside, Part

Reader = Callable[..., "Read"]


@dataclass
class Read:
    """What the parts of a source hold."""

    parts: list[Part]
    texts: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Of tables."""
    asides: list[Aside] = field(default_factory=list)

    def kinds(self) -> list[tuple[str, str]]:
        """What was put aside: position and kind."""
        return [(aside.position, aside.kind) for aside in self.asides]


@pytest.fixture
def read() -> Reader:
    """Reads a file: ``read(path, field="body")``, with settings by name."""
    pytest.importorskip("pyarrow")
    from despin.corpus.sources.listing import find_sources
    from despin.corpus.sources.reading_parts import read_parts
    from despin.corpus.table_rows import table_rows

    def call(*paths: str | Path, split: str = "train", **settings: Any) -> Read:
        own = CorpusSettings(**settings)
        result = Read([])
        for source in find_sources([str(path) for path in paths], split).sources:
            parts = list(read_parts(source, own))
            assert [part.number for part in parts] == list(range(len(parts)))
            assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]
            result.parts += parts
        for part in result.parts:
            rows = LineRows.of(part, own) if part.kind == "lines" else table_rows(part, own)
            result.texts += [document.text for document in rows.documents]
            result.formats += [document.format for document in rows.documents]
            result.asides += [*part.asides, *rows.asides]
            if not isinstance(rows, LineRows):
                result.rows += rows.table.to_pylist()
        return result

    return call
