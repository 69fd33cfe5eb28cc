"""`despin report`: restored texts as one HTML file that shows each edit and why it was made."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from despin.commands import options
from despin.commands.messages import tell
from despin.commands.modes import mode_at_hand
from despin.errors import InputError
from despin.infer.decision.points import Mode, Point

if TYPE_CHECKING:
    from despin.infer.despinner import Despinner
    from despin.serve.html_report import ReportedText

ALTERNATIVES = 4
"""Other wordings of an edit that the report offers, at most."""


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--html",
    "output",
    type=options.OutputPath(is_file=True, path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the report goes, - for standard output; it needs no other file.",
)
@options.url_template
@options.input_encoding
@options.document_format
@options.mode
@options.point
@options.language_model
@options.min_confidence
@options.min_score
@options.checkpoint
@options.threads
def report(
    paths: Sequence[str],
    output: Path,
    url_template: str | None,
    encoding: str,
    format_name: str,
    mode: Mode,
    point: Point,
    language_model: str | None,
    min_confidence: float | None,
    min_score: float | None,
    checkpoint: str | None,
    threads: int,
) -> None:
    """Write what was restored in texts as one HTML file: spun and restored text, each edit with its reason.

    The file is the view of the service's page, for mailing to an editor: edits can be undone and other
    wordings chosen in it, and the text saved; it loads nothing from elsewhere. With --url-template it ends
    with links that search for the original (see despin queries). PATH may be example:NAME;
    where none or - is given, standard input is read. A file that cannot be read is named on standard error,
    the others are in the report all the same, and the exit status is 2.
    """
    from despin.infer.despinner import Despinner
    from despin.infer.files import write_stdout, write_text
    from despin.infer.targets import Inputs, check_outputs
    from despin.serve.html_report import as_report, named_apart

    paths = paths or ["-"]
    is_stdout = str(output) == "-"
    if is_stdout:
        Inputs(paths).check_stdout()
    else:
        check_outputs("--html", [output], paths)
    despinner = Despinner(
        checkpoint,
        threads=threads,
        min_confidence=min_confidence,
        min_score=min_score,
        alternatives=ALTERNATIVES,
        evidence=True,
        mode=mode_at_hand(mode, language_model),
        point=point,
        language_model=language_model,
    )
    texts, places = [], []
    for path in paths:
        try:
            text = _restored(despinner, path, encoding, format_name)
            texts.append(text if url_template is None else _with_queries(despinner, text))
            places.append(_place(path, texts[-1].name))
        except InputError as error:
            tell(str(error))
    if texts:
        names = named_apart(places)
        written = as_report(
            [replace(text, name=name) for text, name in zip(texts, names, strict=True)], url_template
        )
        if is_stdout:
            write_stdout(written)
        else:
            write_text(output, written)
    if len(texts) < len(paths):
        sys.exit(2)


def _restored(despinner: Despinner, path: str, encoding: str, format_name: str) -> ReportedText:
    """A file with its edits. Raises InputError if it cannot be read."""
    from despin.commands.file_correction import HINT
    from despin.infer.files import TextSource
    from despin.serve.html_report import ReportedText

    format = options.format_of(path, format_name)
    source = TextSource(path, encoding, HINT)
    blocks = list(despinner.correct_blocks(source.chunks(), format))
    return ReportedText.of(source.name, blocks, format, source.mark)


def _with_queries(despinner: Despinner, text: ReportedText) -> ReportedText:
    """The text with queries for its original, if it was found to be spun."""
    from despin.trace.query_source import queries_of

    if text.correction.verdict != "spun":
        return text
    queries, _ = queries_of(despinner, text.correction.source, text.format)
    return replace(text, queries=tuple(queries))


def _place(path: str, name: str) -> PurePath:
    """Where a text comes from, from the root on; of standard input its name alone."""
    from despin.infer.resources import find_example

    return PurePath(name) if path == "-" else PurePath(os.path.abspath(find_example(path)))  # noqa: PTH100
