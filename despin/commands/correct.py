"""`despin correct`: restore texts from files or standard input."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from despin.commands import options
from despin.commands.messages import tell
from despin.commands.modes import mode_at_hand
from despin.config_file import ConfiguredCommand, describe
from despin.errors import InputError
from despin.infer.decision.points import Mode, Point
from despin.infer.guards.rules import GUARDS

if TYPE_CHECKING:
    from despin.commands.file_correction import FileCorrection, Form
    from despin.infer.atomic_file import ReplacedFile
    from despin.infer.status_line import StatusLine


@click.command(cls=ConfiguredCommand)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--diff", "show_diff", is_flag=True, help="Show each edit in place instead of the bare text.")
@click.option(
    "--json",
    "show_json",
    is_flag=True,
    help="A line with a JSON object for each file: path, text, edits, refused, score.",
)
@click.option(
    "--output",
    type=options.OutputPath(),
    metavar="DIR",
    help="Write the texts into DIR, under their relative paths.",
)
@click.option("--in-place", is_flag=True, help="Replace each file by its restored text.")
@click.option(
    "--backup",
    metavar="SUFFIX",
    help="With --in-place: keep the old file beside the new one, with SUFFIX added.",
)
@options.recursive
@options.encoding
@options.document_format
@click.option(
    "--alternatives",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="With --json: give each edit's N likeliest other wordings.",
)
@click.option(
    "--no-guard",
    "disabled_guards",
    multiple=True,
    type=click.Choice(list(GUARDS)),
    help="Make edits that this guard forbids; may be given several times.",
)
@options.mode
@options.point
@options.language_model
@click.option(
    "--keep", multiple=True, metavar="FILE", help="Never change the words and phrases in FILE, one a line."
)
@click.option(
    "--also", multiple=True, metavar="FILE", help="Restore by the rows of FILE too: spun, a tab, original."
)
@options.min_confidence
@options.min_score
@options.checkpoint
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@options.threads
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours in --diff.",
)
@options.show_config
@options.no_config
@click.pass_context
def correct(
    context: click.Context,
    paths: Sequence[str],
    show_diff: bool,
    show_json: bool,
    output: str | None,
    in_place: bool,
    backup: str | None,
    recursive: bool,
    encoding: str,
    format_name: str,
    alternatives: int,
    disabled_guards: Sequence[str],
    mode: Mode,
    point: Point,
    language_model: str | None,
    keep: Sequence[str],
    also: Sequence[str],
    min_confidence: float | None,
    min_score: float | None,
    checkpoint: str | None,
    device: str,
    threads: int,
    color: str,
    show_config: bool,
    no_config: bool,
) -> None:
    """Restore texts: files, or standard input where none or - is given.

    PATH may be example:NAME, an article that comes with Despin. The restored text alone goes to standard
    output. A plain text of more than 16,384 characters is read, scored, restored and written block by
    block. A file that cannot be read is named on standard error, the others are restored all the same,
    and the exit status is 2.

    Options may stand in a despin.toml, or in the table tool.despin of a pyproject.toml, in the working
    directory or above.
    """
    from despin.infer.files import write_stdout

    if show_config:
        write_stdout(describe(context))
        return
    form: Form = "diff" if show_diff else "json" if show_json else "text"
    _check_combination(show_diff, show_json, output, in_place, backup, alternatives)
    from despin.commands.file_correction import FileCorrection, has_colour
    from despin.infer.candidates.user_words import read_also, read_keep
    from despin.infer.despinner import Despinner
    from despin.infer.status_line import StatusLine

    jobs, failed = _plan(paths, recursive, form, output, in_place, backup, [*keep, *also])
    phrases = [phrase for file in keep for phrase in read_keep(file)]
    rows = [row for file in also for row in read_also(file)]
    despinner = Despinner(
        checkpoint,
        device=device,
        threads=threads,
        min_confidence=min_confidence,
        min_score=min_score,
        alternatives=alternatives,
        guards=[name for name in GUARDS if name not in disabled_guards],
        mode=mode_at_hand(mode, language_model),
        point=point,
        language_model=language_model,
        keep=phrases,
        also=rows,
    )
    colour = has_colour(color, sys.stdout.isatty()) and not output
    status = StatusLine()
    for job in jobs:
        try:
            format = options.format_of(job.path, format_name)
            file = FileCorrection(despinner, job.path, format, form, encoding, colour, status)
            _write(file, job, status)
        except InputError as error:
            status.clear()
            tell(str(error))
            failed = True
            continue
        if file.unsure_score is not None and form != "json":
            status.clear()
            name = "standard input" if job.path == "-" else job.path
            score = math.floor(file.unsure_score * 100) / 100  # rounded up, it could reach the threshold
            tell(
                f"{name}: left as it is, since it may be spun or not (score {score:.2f}); "
                "--min-score 0 restores it all the same"
            )
    status.clear()
    if failed:
        sys.exit(2)


class _Job(NamedTuple):
    """A file to restore, and where the result goes; with neither place to standard output."""

    path: str
    target: Path | None = None
    """In the output folder."""
    in_place: Path | None = None
    backup: Path | None = None


def _check_combination(
    show_diff: bool,
    show_json: bool,
    output: str | None,
    in_place: bool,
    backup: str | None,
    alternatives: int,
) -> None:
    """Raise UsageError for options that exclude or need each other."""
    if show_diff and show_json:
        raise click.UsageError("--diff and --json exclude each other")
    if alternatives and not show_json:
        raise click.UsageError("--alternatives requires --json")
    if in_place and (show_diff or show_json or output is not None):
        raise click.UsageError("--in-place excludes --output, --diff and --json")
    if backup is not None and not in_place:
        raise click.UsageError("--backup requires --in-place")
    if backup is not None and (not backup or "/" in backup or "\\" in backup or "\0" in backup):
        raise click.UsageError(f"--backup: a suffix such as .orig expected, got {backup!r}")


def _plan(
    paths: Sequence[str],
    recursive: bool,
    form: Form,
    output: str | None,
    in_place: bool,
    backup: str | None,
    others: Sequence[str],
) -> tuple[list[_Job], bool]:
    """What is to be done, checked as a whole before anything is written, and whether a folder failed.

    ``others`` are files that are read besides.
    """
    from despin.commands.file_correction import SUFFIX
    from despin.commands.listed_files import listed_files
    from despin.infer.targets import Inputs, plan_in_place, plan_outputs

    folder = None if output is None else Path(output)
    sources, failed = listed_files(paths or ["-"], recursive, "restore", folder)
    names = [source.path for source in sources]
    if in_place:
        return [
            _Job(path, None, file, kept) for path, file, kept in plan_in_place(names, backup, others)
        ], failed
    if folder is None:
        Inputs([*names, *others]).check_stdout()
        return [_Job(path) for path in names], failed
    sources = list(dict.fromkeys(sources))
    targets = plan_outputs(sources, folder, SUFFIX[form], others)
    return [_Job(source.path, target) for source, target in zip(sources, targets)], failed


def _write(file: FileCorrection, job: _Job, status: StatusLine) -> None:
    """Write a file's parts where they go. Raises InputError if it cannot be read or written."""
    from despin.infer.files import write_stdout

    with _opened(job) as replaced:
        for part in file.parts():
            if replaced is not None:
                replaced.write(part)
            else:
                status.clear()
                write_stdout(part)
        if job.in_place is not None and replaced is not None and not file.is_changed:
            replaced.discard()


@contextmanager
def _opened(job: _Job) -> Iterator[ReplacedFile | None]:
    from despin.infer.atomic_file import replace_file

    if job.in_place is not None:
        if not job.in_place.exists():
            raise InputError(f"{job.path}: no such file")
        with replace_file(job.in_place, parents=False, in_place=True, backup=job.backup) as file:
            yield file
    elif job.target is not None:
        with replace_file(job.target) as file:
            yield file
    else:
        yield None
