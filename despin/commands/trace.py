"""`despin trace`: the originals of spun texts in a collection."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from despin.commands import options
from despin.commands.messages import tell
from despin.errors import InputError

if TYPE_CHECKING:
    from despin.trace.source_finder import Source

EXIT_NOT_FOUND = 3
SNIPPET = 160
"""Characters of a stretch that are shown."""


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--in",
    "place",
    required=True,
    metavar="DIR|URL",
    help="The index, as `despin index --out` made it.",
)
@click.option(
    "-k", "limit", type=click.IntRange(1, 100), default=3, show_default=True, help="Originals per text."
)
@click.option(
    "--min-matched",
    type=options.Probability(),
    default=0.6,
    show_default=True,
    metavar="X",
    help="Share of a text's words that an original must hold or explain.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line for each text.")
@options.encoding
@options.document_format
@options.checkpoint
@options.threads
def trace(
    paths: Sequence[str],
    place: str,
    limit: int,
    min_matched: float,
    as_json: bool,
    encoding: str,
    format_name: str,
    checkpoint: str | None,
    threads: int,
) -> None:
    """Find the originals of spun texts in an indexed collection.

    A text may be a passage of an original, of a dozen words even; without PATH, or with -, standard input is
    read. Shown are the documents that it is likeliest spun from: the share of its words that an original
    holds or explains by rows of the dictionary, the score (log-odds), the id, and the stretch itself.

    Exit status: 0 each text has an original in the collection; 3 one has none; 2 one cannot be read.
    """
    from despin.infer.despinner import Despinner
    from despin.infer.files import write_stdout
    from despin.trace.index_place import open_index
    from despin.trace.source_finder import SourceFinder

    opened = open_index(place)
    try:
        finder = SourceFinder(opened, Despinner(checkpoint, threads=threads))
        missing = failed = False
        for path in paths or ["-"]:
            name = "standard input" if path == "-" else path
            try:
                text = _read(path, encoding, format_name)
                sources = [s for s in finder.find(text, limit) if s.matched >= min_matched]
            except InputError as error:
                message = str(error)
                tell(message if message.startswith(name) else f"{name}: {message}")
                failed = True
                continue
            missing |= not sources
            write_stdout(_as_json(path, sources) if as_json else _as_text(path, sources))
    finally:
        opened.close()
    if failed or missing:
        sys.exit(2 if failed else EXIT_NOT_FOUND)


def _read(path: str, encoding: str, format_name: str) -> str:
    """The text of a file as it is read, mark-up left out. Raises InputError if there is no word in it."""
    from despin.infer.files import read_text
    from despin.infer.text.reading import read_view

    text = read_view(read_text(path, encoding), options.format_of(path, format_name)).text
    if not any(map(str.isalnum, text)):
        raise InputError(f"{'standard input' if path == '-' else path}: no words in it")
    return text


def _as_json(path: str, sources: Sequence[Source]) -> str:
    row: dict[str, Any] = {"path": path, "sources": [source.to_dict() for source in sources]}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _as_text(path: str, sources: Sequence[Source]) -> str:
    lines = [path if sources else f"{path}: no original found"]
    for source in sources:
        lines.append(f"  {source.matched:.0%} of the words, score {source.score:.0f}: {source.id}")
        stretch = " ".join(source.text.split())
        lines.append(f"    {stretch[:SNIPPET]}{'…' if len(stretch) > SNIPPET else ''}")
    return "\n".join(lines) + "\n"
