"""`despin score`: how likely texts are to be spun, one line each."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from despin.commands import options
from despin.commands.messages import tell

EXIT_SPUN = 4
"""A text is spun; with ``--fail-on unsure``, or may be."""
FAIL_ON: dict[str, tuple[str, ...]] = {"spun": ("spun",), "unsure": ("spun", "unsure"), "never": ()}
"""The verdicts on which the command ends with EXIT_SPUN."""
READINGS = ("all", "suspects")


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--json", "show_json", is_flag=True, help="A line with a JSON object for each text instead, exact."
)
@options.recursive
@options.input_encoding
@options.document_format
@options.threshold
@click.option(
    "--read",
    type=click.Choice(READINGS),
    default="all",
    show_default=True,
    help="What the model reads: all texts, or only what the first look at their words suspects (faster; the "
    "others get the first look's score).",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="spun",
    show_default=True,
    help="The verdict from which on the exit status is 4.",
)
@options.checkpoint
@options.threads
def score(
    paths: Sequence[str],
    show_json: bool,
    recursive: bool,
    encoding: str,
    format_name: str,
    threshold: float | None,
    read: str,
    fail_on: str,
    checkpoint: str | None,
    threads: int,
) -> None:
    """Say how likely texts are to be spun: path, score and verdict, separated by tabs, a line each.

    PATH may be example:NAME; where none or - is given, standard input is read. The score (0 to 1) is that of
    despin correct --json, and the verdict clean, unsure or spun; it must not decide alone about a person's
    work. What does not print in a path is written as escapes (--json has it as it is).

    Exit status: 0 no text is spun; 4 one at least is; 2 an input cannot be used (named on standard error; the
    others are scored all the same).
    """
    from despin.commands.file_scores import scored_files
    from despin.commands.listed_files import listed_files
    from despin.corpus.corpus_settings import CorpusSettings
    from despin.corpus.document_reader import DocumentReader
    from despin.infer.files import write_stdout
    from despin.infer.status_line import StatusLine
    from despin.infer.targets import Inputs

    settings = CorpusSettings(
        threshold=threshold,
        read=read,  # type: ignore[arg-type]
        checkpoint=checkpoint,
    )
    sources, failed = listed_files(paths or ["-"], recursive, "score")
    names = [source.path for source in sources]
    Inputs(names).check_stdout()
    status = StatusLine()
    is_met = False
    for file in scored_files(names, DocumentReader(settings, threads), encoding, format_name):
        status.clear()
        if file.problem is not None:
            tell(file.problem)
            failed = True
            continue
        write_stdout(file.as_json() if show_json else file.as_line())
        is_met = is_met or file.verdict in FAIL_ON[fail_on]
        status.add(file.path, file.words)
    status.clear()
    if failed or is_met:
        sys.exit(2 if failed else EXIT_SPUN)
