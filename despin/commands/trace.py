"""`despin trace`: the originals of spun texts in a collection."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from despin.commands import options
from despin.commands.messages import printable, tell
from despin.errors import InputError

if TYPE_CHECKING:
    from despin.trace.source_finder import Source

EXIT_NOT_FOUND = 3
SNIPPET = 160
"""Characters of a stretch that are shown."""
FEW_WORDS = 12
"""Shorter texts have a wrong document among the originals too often (docs/trace.md, the threshold)."""
TELLING_SCORE = 100
"""Of a source of a part: well above wrong documents, of which 95 in 100 have 64 at most (docs/trace.md)."""


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
        if not opened.count():
            tell(f"{place.rpartition('@')[2] if '://' in place else place}: the index holds no documents")
        for path in paths or ["-"]:
            name = "standard input" if path == "-" else path
            try:
                text = _read(path, encoding, format_name)
                found = finder.find(text, limit)
            except InputError as error:
                message = str(error)
                tell(message if message.startswith(name) else f"{name}: {message}")
                failed = True
                continue
            sources = [s for s in found if s.matched >= min_matched]
            for note in _notes(text, found, sources):
                tell(f"{name}: {note}")
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


def _notes(text: str, found: Sequence[Source], sources: Sequence[Source]) -> Iterator[str]:
    """What must be known of a result: that the text is short, or that a part of it alone has a source."""
    from despin.trace.terms import term_spans

    words = len(list(term_spans(text)))
    if sources and words < FEW_WORDS:
        yield f"{words} words only; fewer than {FEW_WORDS} often have a wrong document"
    if not sources:
        for source in found:
            if source.score >= TELLING_SCORE:
                yield (
                    f"{_percent(source)} of the words, less than --min-matched, "
                    f"score {source.score:.0f}: {source.id}"
                )


def _percent(source: Source) -> str:
    """The matched share, rounded to neither 0 nor 100."""
    from despin.trace.proof import percent

    return percent(source.matched).replace(" %", "%")


def _as_json(path: str, sources: Sequence[Source]) -> bytes:
    from despin.corpus.line_rows import encoded

    return encoded({"path": path, "sources": [source.to_dict() for source in sources]}) + b"\n"


def _as_text(path: str, sources: Sequence[Source]) -> str:
    lines = [path if sources else f"{path}: no original found"]
    for source in sources:
        lines.append(f"  {_percent(source)} of the words, score {source.score:.0f}: {source.id}")
        stretch = " ".join(source.text.split())
        lines.append(f"    {stretch[:SNIPPET]}{'…' if len(stretch) > SNIPPET else ''}")
    return "".join(f"{printable(line)}\n" for line in lines)
