"""The command line's help as one Markdown page: ``python -m despin.commands.help_pages docs/cli.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

WIDTH = 100
HEADER = """# Command line

Generated from the commands themselves (`python -m despin.commands.help_pages docs/cli.md`); a test checks it.

Exit status: 0 done; 2 an input, option or file cannot be used (one line on standard error says
which and why); 129, 130, 143 ended by a hang-up, Ctrl-C, SIGTERM; 1 a fault of Despin itself
([files, streams and settings](files.md)). `DESPIN_TRACEBACK=1` shows the Python traceback of an error.
"""


def pages(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """The full name and help text of a command and of all below it, in alphabetical order."""
    context = click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH,
        help_option_names=["-h", "--help"],
    )  # fmt: skip
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for child in sorted(command.commands):
            yield from pages(command.commands[child], child, context)


def markdown() -> str:
    """The page."""
    from despin.cli import cli

    parts = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in pages(cli, "despin")]
    return "\n".join([HEADER, *parts])


def main() -> None:
    """Write the page to the file named, if it differs; print it if none is."""
    if len(sys.argv) < 2:
        sys.stdout.write(markdown())
        return
    file = Path(sys.argv[1])
    if not file.exists() or file.read_text(encoding="utf-8") != markdown():
        file.write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
