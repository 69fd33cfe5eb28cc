"""`despin correct`: restore texts from files or standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from despin.commands import options
from despin.errors import InputError
from despin.infer.decision.points import MODES, POINTS, Mode, Point
from despin.infer.guards.rules import GUARDS
from despin.infer.text.markup import SUFFIXES
from despin.infer.text.reading import FORMATS, Format

if TYPE_CHECKING:
    from despin.infer.despinner import Despinner
    from despin.infer.status_line import StatusLine


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--diff", "show_diff", is_flag=True, help="Show each edit in place instead of the bare text.")
@click.option(
    "--json", "show_json", is_flag=True, help="One JSON object a line: path, text, edits, refused, score."
)
@click.option("--output", type=click.Path(file_okay=False), metavar="DIR", help="Write the texts into DIR.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    show_default=True,
    help="How mark-up is recognized; auto goes by the file's name (.md, .html), else text.",
)
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
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="fast",
    show_default=True,
    help="fast: the embedded weights alone; best: with a language model too (see despin lm).",
)
@click.option(
    "--point",
    type=click.Choice(POINTS),
    default="natural",
    show_default=True,
    help="natural: fewest wrong words; careful: highest F0.5, for evidence.",
)
@click.option("--language-model", metavar="NAME", help="The language model of --mode best.  [smollm2-135m]")
@options.min_confidence
@click.option(
    "--min-score",
    type=options.Probability(),
    metavar="X",
    help="Leave texts alone that score below X (0 restores whatever comes).",
)
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
def correct(
    paths: Sequence[str],
    show_diff: bool,
    show_json: bool,
    output: str | None,
    format_name: str,
    alternatives: int,
    disabled_guards: Sequence[str],
    mode: Mode,
    point: Point,
    language_model: str | None,
    min_confidence: float | None,
    min_score: float | None,
    checkpoint: str | None,
    device: str,
    threads: int,
    color: str,
) -> None:
    """Restore texts: files, or standard input where none or - is given.

    PATH may be example:NAME, an article that comes with Despin. The restored text alone goes to standard
    output. A plain text of more than 16,384 characters is read, scored, restored and written block by
    block. A file that cannot be read is named on standard error, the others are restored all the same,
    and the exit status is 2.
    """
    from despin.infer.despinner import Despinner
    from despin.infer.files import atomic_writer, write_stdout
    from despin.infer.status_line import StatusLine

    if show_diff and show_json:
        raise click.UsageError("--diff and --json exclude each other")
    if alternatives and not show_json:
        raise click.UsageError("--alternatives requires --json")
    form = "diff" if show_diff else "json" if show_json else "text"
    inputs = list(paths) or ["-"]
    targets = _targets(inputs, Path(output), form) if output else {}
    if mode == "best" and (problem := _missing_language_model(language_model)):
        click.echo(f"despin: {problem}; going on in the mode fast", err=True)
        mode = "fast"
    despinner = Despinner(
        checkpoint,
        device=device,
        threads=threads,
        min_confidence=min_confidence,
        min_score=min_score,
        alternatives=alternatives,
        guards=[name for name in GUARDS if name not in disabled_guards],
        mode=mode,
        point=point,
        language_model=language_model,
    )
    colour = color == "always" or (color == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    status = StatusLine()
    failed = False
    for path in inputs:
        parts = _render(despinner, path, _format(format_name, path), form, colour and not output, status)
        try:
            if output:
                with atomic_writer(targets[path]) as write:
                    for part in parts:
                        write(part)
            else:
                for part in parts:
                    status.clear()
                    write_stdout(part)
        except InputError as error:
            status.clear()
            click.echo(f"despin: {error}", err=True)
            failed = True
    status.clear()
    if failed:
        sys.exit(2)


def _missing_language_model(name: str | None) -> str | None:
    """What is wrong if the language model is not installed, else None."""
    from despin.infer.language_model.store import LanguageModelMissing, find

    try:
        find(name)
    except LanguageModelMissing as error:
        return str(error)
    return None


def _format(name: str, path: str) -> Format:
    return SUFFIXES.get(Path(path).suffix.lower(), "text") if name == "auto" else cast(Format, name)


def _render(
    despinner: Despinner, path: str, format: Format, form: str, colour: bool, status: StatusLine
) -> Iterator[str]:
    """What is written for a file, block by block. Mark-up is read whole: it cannot be cut anywhere."""
    from despin.infer.files import read_chunks
    from despin.infer.render import as_json, diff
    from despin.infer.text.blocks import split_blocks

    chunks = read_chunks(path)
    start = 0
    unsure: list[float] = []
    is_spun = False
    for text in split_blocks(chunks) if format == "text" else ["".join(chunks)]:
        correction = despinner.correct(text, format)
        is_spun = is_spun or correction.verdict == "spun"
        if correction.verdict == "unsure":
            unsure.append(correction.score)
        if form == "json":
            yield as_json(path, correction, start) + "\n"
        else:
            yield diff(text, correction.edits, colour) if form == "diff" else correction.text
        start += len(text)
        status.add(path, text.count(" "))
    if unsure and not is_spun and form != "json":
        status.clear()
        click.echo(
            f"despin: {path}: left as it is, since it may be spun or not (score {max(unsure):.2f}); "
            "--min-score 0 restores it all the same",
            err=True,
        )
    if start == 0 and format == "text" and form == "json":  # an empty file is a text too
        yield as_json(path, despinner.correct("", format)) + "\n"


def _targets(paths: Sequence[str], folder: Path, form: str) -> dict[str, Path]:
    """Where each input's output goes. Two inputs for one place, or any input itself, are refused."""
    suffix = {"json": ".json", "diff": ".diff", "text": ""}[form]
    sources = {Path(path).resolve(): path for path in paths if path != "-"}
    targets: dict[str, Path] = {}
    taken: set[Path] = set()
    for path in dict.fromkeys(paths):
        target = folder / ((_file_name(path) if path != "-" else "stdin.txt") + suffix)
        if target in taken:
            raise click.UsageError(f"--output: two inputs are called {target.name}")
        overwritten = sources.get(target.resolve())
        if overwritten is not None:
            raise click.UsageError(f"--output: {overwritten} would be overwritten; give another folder")
        taken.add(target)
        targets[path] = target
    return targets


def _file_name(path: str) -> str:
    from despin.infer.resources import find_example

    return Path(find_example(path)).name
