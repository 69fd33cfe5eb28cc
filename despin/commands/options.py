"""Options that several commands have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from despin.errors import ConfigError, InputError
from despin.infer.cpu import MAX_THREADS
from despin.infer.decision.points import MODES, POINTS
from despin.infer.encodings import UTF_8, find_encoding
from despin.infer.text.formats import suffixes
from despin.infer.text.reading import FORMATS, Format

FC = TypeVar("FC", bound=Callable[..., Any])
"""What an option decorates: a command's function."""


class Probability(click.FloatRange):
    """A number in 0..1; ``nan``, which every comparison lets pass, is refused."""

    name = "probability"

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails like any other option outside its range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not in the range 0<=x<=1.", param, ctx)
        return number


class OutputPath(click.Path):
    """A folder to be written into, or with ``is_file`` a file (its command looks at what is there).

    The empty name, which an unset variable gives, is refused.
    """

    def __init__(self, is_file: bool = False, path_type: type[Path] | None = None) -> None:
        super().__init__(file_okay=is_file, path_type=path_type)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails like any other option outside its range."""
        if not str(value):
            self.fail("the name is empty.", param, ctx)
        return super().convert(value, param, ctx)


class TextEncoding(click.types.StringParamType):
    """The name of a text encoding that Python knows."""

    name = "encoding"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Python's own name of it."""
        try:
            return find_encoding(str(value))
        except ConfigError as error:
            self.fail(str(error), param, ctx)


class SearchAddress(click.types.StringParamType):
    """The address of a search engine with ``{query}`` where the phrase goes."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address. Fails like any other bad value."""
        from despin.trace.queries import check_template

        try:
            return check_template(str(value))
        except ConfigError as error:
            self.fail(str(error), param, ctx)


url_template = click.option(
    "--url-template",
    type=SearchAddress(),
    metavar="URL",
    help="Address of a search engine with {query} in it, to make links of the phrases.",
)
threads = click.option(
    "--threads",
    type=click.IntRange(0, MAX_THREADS),
    default=0,
    show_default="all cores",
    help="CPU threads.",
)
checkpoint = click.option(
    "--checkpoint", metavar="DIR", help="A checkpoint folder or hf://owner/name instead of the embedded one."
)
min_confidence = click.option(
    "--min-confidence",
    type=Probability(),
    metavar="X",
    help="Drop edits below X (0 to 1) instead of the checkpoint's own threshold.",
)
min_score = click.option(
    "--min-score",
    type=Probability(),
    metavar="X",
    help="Leave texts alone that score below X (0 restores whatever comes).",
)
mode = click.option(
    "--mode",
    type=click.Choice(MODES),
    default="fast",
    show_default=True,
    help="fast: the embedded weights alone; best: with a language model too (see despin lm).",
)
point = click.option(
    "--point",
    type=click.Choice(POINTS),
    default="natural",
    show_default=True,
    help="natural: fewest wrong words; careful: highest F0.5, for evidence.",
)
language_model = click.option(
    "--language-model", metavar="NAME", help="The language model of --mode best.  [smollm2-135m]"
)
show_config = click.option(
    "--show-config", is_flag=True, help="Print the options, and where each comes from, and exit."
)
no_config = click.option("--no-config", is_flag=True, help="Read no despin.toml or pyproject.toml.")


def _encoding(more: str = "") -> Callable[[FC], FC]:
    return click.option(
        "--encoding",
        type=TextEncoding(),
        default=UTF_8,
        show_default=True,
        metavar="NAME",
        help=f"Encoding of files without a byte-order mark{more}.",
    )


encoding = _encoding("; the output has the same")
input_encoding = _encoding()
"""For a command that writes UTF-8 whatever it reads."""
document_format = click.option(
    "--format",
    "format_name",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    show_default=True,
    help="How mark-up is recognized; auto goes by the file's name (.md, .html, .srt, .tex, .rst), else text.",
)
"""How a file is read, as `format_of` takes it."""
recursive = click.option(
    "--recursive", "-r", is_flag=True, help="Take folders: the files of known formats of prose in them."
)
threshold = click.option(
    "--threshold",
    type=Probability(),
    metavar="X",
    help="Documents that score at least X are taken for spun.  [the checkpoint's own]",
)


def format_of(path: str, asked: str = "auto") -> Format:
    """How a file is read: as asked for, or by its name. The one place where that is decided.

    Raises InputError for a file whose name says that it is code or data, unless a format is asked for.
    """
    if asked != "auto":
        return cast(Format, asked)
    if (refusal := suffixes.refusal(path)) is not None:
        raise InputError(refusal)
    return suffixes.format_of(path)
