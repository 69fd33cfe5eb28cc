"""The command line: `despin correct` here, the other commands found in their packages."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from despin.infer.files import InputError, emit, read_chunks, writing
from despin.infer.guard import GUARDS
from despin.infer.markup import FORMATS, SUFFIXES, Format
from despin.infer.stream import blocks

if TYPE_CHECKING:
    from despin.infer.despinner import Despinner
    from despin.infer.progress import Progress


class Commands(click.Group):
    """`correct` and the commands of the entry-point group ``despin.commands``, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *(e.name for e in _plugins())])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if own := super().get_command(ctx, cmd_name):
            return own
        for plugin in _plugins():
            if plugin.name == cmd_name:
                loaded = plugin.load()
                assert isinstance(loaded, click.Command)
                return loaded
        return None


def _plugins() -> list[EntryPoint]:
    return list(entry_points(group="despin.commands"))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("despin"), prog_name="despin")
def cli() -> None:
    """Restore the natural wording of English text that an article spinner has rewritten."""


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--diff", "show", flag_value="diff", help="Show each edit in place instead of the bare text.")
@click.option(
    "--json", "show", flag_value="json", help="One JSON object a line: path, text, edits, refused, score."
)
@click.option("--output", type=click.Path(file_okay=False), metavar="DIR", help="Write the texts into DIR.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    show_default=True,
    help="How mark-up is told from prose; auto goes by the file's name (.md, .html), else text.",
)
@click.option(
    "--alternatives",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Give each edit's N likeliest other wordings in --json.",
)
@click.option(
    "--no-guard",
    "unguarded",
    multiple=True,
    type=click.Choice(list(GUARDS)),
    help="Make edits that this guard forbids; may be given several times.",
)
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), metavar="X", help="Drop edits below X (0 to 1)."
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Leave texts alone that score below X (0 restores whatever comes).",
)
@click.option("--checkpoint", metavar="DIR", help="A checkpoint folder instead of the embedded one.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--threads", type=click.IntRange(0), default=0, help="CPU threads; 0 takes all cores.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours in --diff."
)
def correct(
    paths: Sequence[str],
    show: str | None,
    output: str | None,
    kind: str,
    alternatives: int,
    unguarded: Sequence[str],
    min_confidence: float | None,
    min_score: float | None,
    checkpoint: str | None,
    device: str,
    threads: int,
    color: str,
) -> None:
    """Restore texts: files, or standard input where none or - is given.

    The restored text alone goes to standard output. A plain text of more than 16,384 characters is read,
    judged, restored and written block by block. A file that cannot be read is told on standard error, the
    others are restored all the same, and the exit status is 2.
    """
    from despin.infer.checkpoint import CheckpointError
    from despin.infer.despinner import Despinner
    from despin.infer.progress import Progress

    inputs = list(paths) or ["-"]
    targets = _targets(inputs, Path(output), show) if output else {}
    try:
        despinner = Despinner(
            checkpoint,
            device=device,
            threads=threads,
            min_confidence=min_confidence,
            min_score=min_score,
            alternatives=alternatives,
            guards=[name for name in GUARDS if name not in unguarded],
        )
    except CheckpointError as error:
        raise Failure(str(error)) from None
    colour = color == "always" or (color == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    progress = Progress()
    failed = False
    for path in inputs:
        shown = _restored(despinner, path, _format(kind, path), show, colour and not output, progress)
        try:
            if output:
                with writing(targets[path]) as write:
                    for part in shown:
                        write(part)
            else:
                for part in shown:
                    progress.clear()
                    emit(part)
        except CheckpointError as error:
            raise Failure(str(error)) from None
        except InputError as error:
            progress.clear()
            click.echo(f"despin: {error}", err=True)
            failed = True
    progress.clear()
    if failed:
        sys.exit(2)


def _format(kind: str, path: str) -> Format:
    return SUFFIXES.get(Path(path).suffix.lower(), "text") if kind == "auto" else cast(Format, kind)


def _restored(
    despinner: Despinner, path: str, kind: Format, show: str | None, colour: bool, progress: Progress
) -> Iterator[str]:
    """What is to be shown of a file, block by block. Mark-up is read whole: it cannot be cut anywhere."""
    from despin.infer.render import as_json, diff

    chunks = read_chunks(path)
    start = 0
    for text in blocks(chunks) if kind == "text" else ["".join(chunks)]:
        done = despinner.correct(text, kind)
        if show == "json":
            yield as_json(path, done, start) + "\n"
        else:
            yield diff(text, done.edits, colour) if show == "diff" else done.text
        start += len(text)
        progress.add(path, text.count(" "))
    if start == 0 and kind == "text" and show == "json":  # an empty file is a text too
        yield as_json(path, despinner.correct("", kind)) + "\n"


def _targets(paths: Sequence[str], folder: Path, show: str | None) -> dict[str, Path]:
    """Where each input's output goes. Two inputs for one place, or an input itself, are refused."""
    ending = {"json": ".json", "diff": ".diff", None: ""}[show]
    targets: dict[str, Path] = {}
    for path in dict.fromkeys(paths):
        target = folder / ((Path(path).name if path != "-" else "stdin.txt") + ending)
        if target in targets.values():
            raise Failure(f"--output: two inputs are called {target.name}")
        if path != "-" and target.exists() and Path(path).exists() and target.samefile(path):
            raise Failure(f"--output: {path} would be overwritten; give another folder")
        targets[path] = target
    return targets


class Failure(click.ClickException):
    """A failure told in one line; exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """The same line where click itself shows it."""
        click.echo(f"despin: {self.format_message()}", err=True)


def main() -> None:
    """Run the command line; failures are told in one line on standard error, with exit status 2."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        click.echo("despin: stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"despin: {error.format_message()}", err=True)
        sys.exit(2)
    except InputError as error:
        click.echo(f"despin: {error}", err=True)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "despin":
            raise
        extra = "bench" if "bench" in sys.argv[1:2] else "train"
        click.echo(
            f"despin: this command needs the package {error.name}; "
            f"run: python -m pip install '.[{extra}]' in the source folder",
            err=True,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
