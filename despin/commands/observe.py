"""`despin observe`: learn a spinner's dictionary from its output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from despin.commands.options import Probability
from despin.errors import InputError

if TYPE_CHECKING:
    from despin.metrics.pairs import Pair


@click.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@click.option("--out", metavar="FILE", help="Write the dictionary here (TSV) instead of showing it.")
@click.option(
    "--folds",
    type=click.IntRange(2),
    help="Only cross-validate: learn on all parts but one in turn and report the coverage of that part.",
)
@click.option(
    "--chance",
    type=Probability(),
    default=0.01,
    show_default=True,
    help="Maximum p-value (Fisher's exact test against chance alignment) of a substitution.",
)
def observe(pairs_files: Sequence[str], out: str | None, folds: int | None, chance: float) -> None:
    """Learn a spinner's dictionary from pairs of its output and the originals.

    Each line of a file is a JSON object with id, spun and original. The output has original, spun wording,
    count, number of unchanged occurrences of the original, and the context of one occurrence.
    """
    from despin.infer.files import write_stdout
    from despin.metrics.pairs import read_pairs
    from despin.train.observe.observer import cross_validate, observe_files
    from despin.train.observe.realism import source_name, spinner_signature
    from despin.train.spin.dictionary import write_entries

    if folds and out:
        raise click.UsageError("--folds measures only; it writes no dictionary")
    if folds:
        pairs, digest = read_pairs(pairs_files)
        if folds > len(pairs):
            raise InputError(f"--folds {folds}: there are only {len(pairs)} pairs")
        report = cross_validate(pairs, folds, chance)
        write_stdout(f"{report}\n{spinner_signature(digest)}\n")
        return
    by_source: dict[str, list[Pair]] = {}
    for file in pairs_files:  # files of one name in two folders are one source
        by_source.setdefault(source_name(file), []).extend(read_pairs([file])[0])
    observations = observe_files(by_source, chance)
    if not out:
        rows = ["original\tspun\tcount\tunchanged\tcontext"]
        rows += [
            f"{o.entry.original}\t{o.entry.spun}\t{o.count}\t{o.unchanged}\t{o.context}" for o in observations
        ]
        write_stdout("\n".join(rows) + "\n")
        return
    write_entries([o.entry for o in observations], Path(out))
    originals = len({o.entry.original for o in observations})
    click.echo(f"{out}: {len(observations)} substitutions of {originals} originals", err=True)
