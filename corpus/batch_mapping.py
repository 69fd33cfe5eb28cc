"""Batches of columns: for ``Dataset.map`` of `datasets`, pandas, Spark's pandas UDFs and their like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from despin.corpus.added_columns import added_values, column_names
from despin.corpus.column_types import TypedColumn
from despin.corpus.corpus_settings import CorpusMode, CorpusSettings, Reading
from despin.corpus.process_reader import ProcessReader
from despin.errors import ConfigError
from despin.infer.decision.points import Point
from despin.infer.text.reading import Format

MAX_NAMED = 20


def map_batch(
    batch: Mapping[str, Any],
    field: str = "text",
    mode: CorpusMode = "correct",
    *,
    read: Reading = "suspects",
    format: Format = "text",
    threshold: float | None = None,
    prefix: str = "",
    point: Point = "natural",
    checkpoint: str | None = None,
    threads: int = 1,
) -> dict[str, list[Any]]:
    """The columns to be added to a batch: spun_score and spun_verdict, in the mode ``correct`` also restored
    and edits.

    ``batch`` holds columns of one length by name (a dict of lists, a batch of `datasets`, a pandas data
    frame, a table of Arrow), ``field`` is that of the texts. A row without a text (None, a number) gets None
    in each column. The other arguments are those of `despin.corpus.corpus_settings.CorpusSettings`. The model
    is loaded once a process, with ``threads`` threads of its own; 0 takes all cores, for a process that works
    alone.

    The lists know their types in Arrow, so that `datasets` need not be told them. Raises ConfigError for a
    column that is missing or a single text, a name that is taken, or a setting out of range.

    >>> rows.map(map_batch, batched=True, num_proc=4)  # doctest: +SKIP
    """
    if mode == "drop":
        raise ConfigError("map_batch adds columns; to drop spun rows, filter by spun_verdict")
    settings = CorpusSettings(
        mode=mode,
        field=field,
        read=read,
        format=format,
        threshold=threshold,
        prefix=prefix,
        point=point,
        checkpoint=checkpoint,
    )
    names = column_names(settings)
    if (schema := getattr(batch, "schema", None)) is not None and hasattr(batch, "to_pydict"):
        batch = {name: batch[name] for name in schema.names}  # a table of Arrow is no mapping
    if field not in batch:
        known = ", ".join(map(str, list(batch)[:MAX_NAMED]))
        raise ConfigError(f"no column {field!r}; columns: {known or 'none'} (field=)")
    if taken := [name for name in names if name in batch]:
        raise ConfigError(f"a column {taken[0]!r} is there already; give another prefix (prefix=)")
    columns = [TypedColumn(name.removeprefix(prefix)) for name in names]
    texts = _values(batch[field], field)
    for text, finding in zip(texts, ProcessReader(settings, threads).read_values(texts)):
        values = [None] * len(names) if finding is None else added_values(finding, text, settings)
        for column, value in zip(columns, values):
            column.append(value)
    return dict(zip(names, columns))


def _values(column: Any, field: str) -> list[Any]:
    """The values of a column as Python has them."""
    if isinstance(column, (str, bytes)):
        raise ConfigError(f"{field!r} holds one text, no column of them; map with batched=True")
    return list(column.to_pylist() if hasattr(column, "to_pylist") else column)
