"""`despin spin`: spin clean texts, or compare the spinner with real pairs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from despin.commands import options
from despin.commands.messages import tell
from despin.errors import InputError

if TYPE_CHECKING:
    from despin.train.spin.spinner import Spinner


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed.")
@click.option(
    "--config",
    metavar="NAME",
    help="A spinner's yaml file, or the name of one that comes with Despin (observed, tortured, …).",
)
@click.option(
    "--compare",
    "pairs_file",
    metavar="PAIRS",
    help="Compare the spinner with the real pairs in this file, on the same originals, instead of spinning.",
)
@options.document_format
@click.option("--json", "as_json", is_flag=True, help="With --compare: the report as JSON.")
def spin(
    paths: Sequence[str],
    seed: int,
    config: str | None,
    pairs_file: str | None,
    format_name: str,
    as_json: bool,
) -> None:
    """Spin clean texts: files, or standard input where none or - is given. Mark-up stays as it is."""
    from despin.infer.files import read_text, write_stdout
    from despin.infer.targets import Inputs
    from despin.train.spin.document import spin_document
    from despin.train.spin.spinner import Spinner

    if as_json and not pairs_file:
        raise click.UsageError("--json requires --compare")
    if pairs_file and paths:
        raise click.UsageError("--compare takes no PATH: it spins the originals of the pairs")
    Inputs([pairs_file] if pairs_file else paths or ["-"]).check_stdout()
    spinner = Spinner(config)
    if pairs_file:
        _compare(spinner, pairs_file, as_json, seed)
        return
    failed = False
    for i, path in enumerate(paths or ["-"]):
        try:
            format = options.format_of(path, format_name)
            text = read_text(path)
        except InputError as error:
            tell(str(error))
            failed = True
            continue
        write_stdout(spin_document(spinner, text, format, seed=f"{seed}:{i}" if i else seed))
    if failed:
        sys.exit(2)


def _compare(spinner: Spinner, file: str, as_json: bool, seed: int) -> None:
    from despin.infer.files import write_stdout
    from despin.metrics.pairs import read_pairs
    from despin.train.observe.realism import compare, render, source_name, spinner_signature

    pairs, digest = read_pairs([file])
    report = compare(pairs, spinner, source_name(file), seed)
    signature = spinner_signature(digest, spinner.entries)
    if as_json:
        write_stdout(
            json.dumps(
                {**report.to_dict(), "signature": signature.removeprefix("Signature: ")}, ensure_ascii=False
            )
            + "\n"
        )
    else:
        write_stdout(f"{render(report)}\n\n{signature}\n")
