"""Commands of the training side: `despin spin` and `despin train`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from despin.infer.cli import Failure
from despin.infer.config import ConfigError
from despin.infer.files import InputError, emit, read_text


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--seed", type=int, default=0, show_default=True, help="Settles every draw.")
@click.option("--config", metavar="FILE", help="A spinner's yaml (configs/spin/); the default if left out.")
def spin(paths: Sequence[str], seed: int, config: str | None) -> None:
    """Spin clean texts: files, or standard input where none or - is given."""
    from despin.train.spinner import Spinner

    try:
        spinner = Spinner(config)
    except (ConfigError, OSError, ValueError) as error:
        raise Failure(str(error)) from None
    failed = False
    for number, path in enumerate(paths or ["-"]):
        try:
            text = read_text(path)
        except InputError as error:
            click.echo(f"despin: {error}", err=True)
            failed = True
            continue
        emit(spinner.spin(text, seed=f"{seed}:{number}" if number else seed).text)
    if failed:
        sys.exit(2)


@click.command()
@click.argument("config", metavar="CONFIG.yaml")
def train(config: str) -> None:
    """Make pairs, fine-tune, export, and write the model card, as CONFIG.yaml says.

    Run again after a stop, it goes on where it was saved last.
    """
    from despin.train.recipe import load_recipe

    try:
        recipe = load_recipe(config)
    except ConfigError as error:
        raise Failure(str(error)) from None
    from despin.train.run import run

    try:
        run(recipe, config)
    except (OSError, ValueError) as error:
        raise Failure(" ".join(str(error).split())) from None
