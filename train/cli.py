"""Commands of the training side: `despin spin`, `despin observe` and `despin train`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from despin.infer.cli import Failure
from despin.infer.config import ConfigError
from despin.infer.files import InputError, emit, read_text

if TYPE_CHECKING:
    from despin.bench.pairs import Pair
    from despin.train.lexicon import Entry
    from despin.train.spinner import Spinner


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--seed", type=int, default=0, show_default=True, help="Settles every draw.")
@click.option("--config", metavar="FILE", help="A spinner's yaml (configs/spin/); the default if left out.")
@click.option(
    "--compare",
    metavar="PAIRS",
    help="Spin no texts, but set the spinner beside the real pairs of this file, on the same originals.",
)
@click.option("--json", "as_json", is_flag=True, help="The comparison as JSON.")
def spin(paths: Sequence[str], seed: int, config: str | None, compare: str | None, as_json: bool) -> None:
    """Spin clean texts: files, or standard input where none or - is given."""
    from despin.train.spinner import Spinner

    if as_json and not compare:
        raise click.UsageError("--json goes with --compare")
    if compare and paths:
        raise click.UsageError("--compare takes no texts: the originals are those of the pairs")
    try:
        spinner = Spinner(config)
    except (ConfigError, OSError, ValueError) as error:
        raise Failure(str(error)) from None
    if compare:
        _compare(spinner, compare, as_json, seed)
        return
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


def _compare(spinner: Spinner, file: str, as_json: bool, seed: int) -> None:
    from despin.bench.pairs import read_pairs
    from despin.train.realism import compare, render

    try:
        pairs, digest = read_pairs([file])
    except InputError as error:
        raise Failure(str(error)) from None
    report = compare(pairs, spinner, stem_of(file), seed)
    found = signature(digest, spinner.entries)
    if as_json:
        emit(json.dumps({**report.to_dict(), "signature": found}, ensure_ascii=False) + "\n")
    else:
        emit(f"{render(report)}\n\nSignature: {found}\n")


def signature(digest: str, entries: Sequence[Entry] = ()) -> str:
    """What figures hang on: the data's sha256, the dictionary's, the versions."""
    from despin.bench.signature import joined, short, versions
    from despin.train.lexicon import summary

    parts = {"pairs": short(digest)}
    if entries:
        parts["dictionary"] = str(summary(entries)["sha256"])
    parts |= {name: value for name, value in versions().items() if name != "ctranslate2"}
    return joined(parts)


def stem_of(file: str) -> str:
    """The name under which a dictionary's sources know a pairs file."""
    return re.sub(r"\.jsonl?(?:\.zst)?$", "", Path(file).name).replace("+", "_") or "pairs"


@click.command()
@click.argument("pairs", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@click.option("--out", metavar="FILE", help="Write the dictionary here (TSV) instead of showing it.")
@click.option(
    "--folds",
    type=click.IntRange(2),
    help="Instead, learn on all pairs but one part in turn, and tell how much of that part is covered.",
)
@click.option("--chance", type=click.FloatRange(0, 1), default=0.01, show_default=True, help="Drop a pair of "
              "phrases that chance would align as often with a higher probability than this.")  # fmt: skip
def observe(pairs: Sequence[str], out: str | None, folds: int | None, chance: float) -> None:
    """Learn a spinner's dictionary from its output beside the originals.

    Each line of a file is a JSON object with id, spun and original. Shown are original, spun wording,
    how often it was met, how often the original stood unchanged, and a place where it was met.
    """
    from despin.bench.pairs import read_pairs
    from despin.train.lexicon import write_entries
    from despin.train.observe import cross_validate, observe_files

    if folds and out:
        raise click.UsageError("--folds measures only; it writes no dictionary")
    try:
        if folds:
            together, digest = read_pairs(pairs)
            if folds > len(together):
                raise Failure(f"--folds {folds}: pairs to share out: {len(together)}")
            emit(f"{cross_validate(together, folds, chance)}\nSignature: {signature(digest)}\n")
            return
        files: dict[str, list[Pair]] = {}
        for file in pairs:  # files of one name in two folders are one source
            files.setdefault(stem_of(file), []).extend(read_pairs([file])[0])
    except InputError as error:
        raise Failure(str(error)) from None
    learnt = observe_files(files, chance)
    if not out:
        rows = ["original\tspun\tcount\tunchanged\tcontext"]
        rows += [f"{o.entry.original}\t{o.entry.spun}\t{o.count}\t{o.kept}\t{o.context}" for o in learnt]
        emit("\n".join(rows) + "\n")
        return
    try:
        write_entries([o.entry for o in learnt], Path(out))
    except InputError as error:
        raise Failure(str(error)) from None
    originals = len({o.entry.original for o in learnt})
    click.echo(f"{out}: {len(learnt)} substitutions of {originals} originals", err=True)


@click.command()
@click.argument("config", metavar="CONFIG.yaml")
@click.option(
    "--part",
    type=click.Choice(["all", "weights", "export"]),
    default="all",
    show_default=True,
    help="weights: stop when they are trained. export: make the rest of weights trained elsewhere.",
)
def train(config: str, part: str) -> None:
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
        run(recipe, config, part)
    except (OSError, ValueError) as error:
        raise Failure(" ".join(str(error).split())) from None
