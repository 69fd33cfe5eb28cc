"""The command line: one tree of commands, and one place where errors become a line and an exit status."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from despin.commands.bench import bench
from despin.commands.compare import compare
from despin.commands.corpus import corpus
from despin.commands.correct import correct
from despin.commands.index import index
from despin.commands.lm import lm
from despin.commands.messages import tell
from despin.commands.observe import observe
from despin.commands.queries import queries
from despin.commands.report import report
from despin.commands.score import score
from despin.commands.serve import serve
from despin.commands.spin import spin
from despin.commands.trace import trace
from despin.commands.train import train
from despin.errors import DespinError
from despin.signals import exit_on_signal

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130
"""128 + SIGINT, as shells count it."""
TRACEBACK = "DESPIN_TRACEBACK"
"""Environment variable that, if set, shows the Python traceback of an error."""
EXTRAS = {
    "bench": "bench",
    "compare": "trace",
    "corpus": "corpus",
    "index": "trace",
    "serve": "serve",
    "trace": "trace",
}
"""The extra of pyproject.toml that a command's packages are in, where that is not ``train``."""
EXTRAS_OF_PACKAGES = {"ray": "ray"}
"""The same of packages that only an option of a command needs."""


class Root(click.Group):
    """The top of the tree. A file given in the place of a command gets a hint at `despin correct`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the hint."""
        if self.get_command(ctx, args[0]) is None and (Path(args[0]).exists() or "." in args[0]):
            raise click.UsageError(f"no command {args[0]!r}; to restore a file: despin correct {args[0]}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As in click, except that `exit_on_error` reports errors."""
        with exit_on_error():
            if sys.stdout is None:
                raise DespinError("standard output is closed")
            super().main(*args, **{**kwargs, "standalone_mode": False})
            sys.stdout.flush()


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("despin"), prog_name="despin")
def cli() -> None:
    """Restore the natural wording of English text that an article spinner has rewritten.

    Exit status: 0 done; 2 an input, option or file cannot be used (one line on standard error says
    which and why); 129, 130, 143 ended by a hang-up, Ctrl-C, SIGTERM; 1 a fault of Despin itself.
    """


COMMANDS = (
    correct, score, corpus, report, queries, index, trace, compare, serve, spin, observe, train, bench, lm,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


PROMPT = ("correct", "score", "corpus", "report", "queries", "compare", "spin", "observe")
"""Commands that a signal ends at once. The others have processes, folders or a state of their own to end."""


def main() -> None:
    """Run the command line of this process."""
    _fill_standard_streams()
    guard = (
        exit_on_signal(restore=False) if sys.argv[1:2] and sys.argv[1] in PROMPT else contextlib.nullcontext()
    )
    with guard:
        cli.main(prog_name="despin")


def _fill_standard_streams() -> None:
    """Open what is closed of descriptors 0 to 2 on nothing.

    A file opened later would get the number, and with it what libraries write to standard error.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextlib.contextmanager
def exit_on_error() -> Iterator[None]:
    """End the process with one line on standard error where the work inside fails for a reason outside it.

    Status 2 for a `DespinError`, an `OSError`, a bad value or a missing package, 130 for Ctrl-C, 0 where
    the reader of standard output closed the pipe: it has what it wanted.
    """
    try:
        yield
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _exit("interrupted", EXIT_INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()  # the help, which is more than a line
        sys.exit(EXIT_BAD_INPUT)
    except click.ClickException as error:
        _exit(error.format_message(), EXIT_BAD_INPUT)
    except BrokenPipeError:
        _discard_output()
        sys.exit(0)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "despin":
            raise
        _exit(_missing_package(error.name or str(error)), EXIT_BAD_INPUT)
    except OSError as error:
        _exit(_describe(error), EXIT_BAD_INPUT)
    except MemoryError:
        _exit("not enough memory", EXIT_BAD_INPUT)
    except (DespinError, ValueError) as error:
        _exit(str(error) or type(error).__name__, EXIT_BAD_INPUT)


def _exit(message: str, status: int) -> None:
    if os.environ.get(TRACEBACK) and status != EXIT_INTERRUPTED:
        import traceback

        traceback.print_exc()
    # Standard error may be closed, and standard output full: neither may add a line of Python's own.
    tell(message)
    _discard_output()
    sys.exit(status)


def _discard_output() -> None:
    """Keep Python from flushing what is left of standard output at exit, which would fail once more."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _describe(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _missing_package(package: str) -> str:
    command = sys.argv[1] if sys.argv[1:] else ""
    extra = EXTRAS_OF_PACKAGES.get(package) or EXTRAS.get(command, "train")
    if (command, package) == ("corpus", "datasets"):  # for hub data sets; the extra that has it brings torch
        return "a hub data set needs the package datasets; run: python -m pip install datasets"
    install = f"python -m pip install '.[{extra}]'"
    return f"this command needs the package {package}; run: {install} in the source folder"
