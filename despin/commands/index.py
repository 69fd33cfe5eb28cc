"""`despin index`: a collection made ready for `despin trace`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click

from despin.commands.messages import tell
from despin.commands.options import threads
from despin.errors import InputError


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="COLLECTION...")
@click.option(
    "--out",
    required=True,
    metavar="DIR|URL",
    help="Folder of the index, or http(s)://[USER:PASSWORD@]HOST:PORT/NAME on an OpenSearch server.",
)
@click.option(
    "--field", default="text", show_default=True, metavar="NAME", help="Field (column) of the text."
)
@click.option(
    "--id-field",
    default="id",
    show_default=True,
    metavar="NAME",
    help="Field of a row's own id; rows without one are numbered.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="Remove documents that are not in these collections; not done if something cannot be read.",
)
@threads
def index(paths: Sequence[str], out: str, field: str, id_field: str, prune: bool, threads: int) -> None:
    """Index collections for `despin trace`.

    COLLECTION is a folder, or a file: text, Markdown, HTML and the like, JSON lines (.jsonl, also .gz or
    .zst) or Parquet. Run it again to bring the index up to date: only new and changed documents are added. It
    may be stopped or killed at any time; what was committed stays, the next run goes on from there. A
    document's id is the path as given, with the row's id or number behind a colon.

    Exit status: 0 done; 2 a file or row cannot be used, the others are indexed all the same.
    """
    from despin.trace.collection import read_collection
    from despin.trace.index_place import create_index
    from despin.trace.indexing import IndexingCounts, index_documents, remove_missing

    failures = 0

    def report_error(error: InputError) -> None:
        nonlocal failures
        failures += 1
        tell(str(error))

    def report_progress(counts: IndexingCounts) -> None:
        tell(f"{counts.added:,} documents added")

    start = time.monotonic()
    opened = create_index(out, threads)
    try:
        seen: set[str] | None = set() if prune else None
        documents = read_collection(paths, report_error, field, id_field)
        counts = index_documents(opened, documents, seen, report_progress)
        removed = remove_missing(opened, seen) if seen is not None and not failures else 0
        total = opened.count()
    finally:
        opened.close()
    rate = counts.added / max(time.monotonic() - start, 1e-9)
    tell(
        f"{out}: {counts.added:,} added ({rate:,.0f} a second), {counts.unchanged:,} unchanged, "
        f"{removed:,} removed; {total:,} in all"
    )
    if failures:
        sys.exit(2)
