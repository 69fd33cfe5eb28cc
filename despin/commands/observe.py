"""`despin observe`: learn a spinner's dictionary from its output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from despin.commands.options import OutputPath, Probability
from despin.errors import InputError

if TYPE_CHECKING:
    from despin.metrics.pairs import Pair
    from despin.train.observe.observer import Observation
    from despin.train.spin.dictionary import Entry


@click.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@click.option(
    "--out",
    type=OutputPath(is_file=True),
    metavar="FILE",
    help="Write the dictionary here (TSV) instead of showing it.",
)
@click.option(
    "--folds",
    type=click.IntRange(2),
    help="Only cross-validate: learn on all parts but one in turn and report the coverage of that part.",
)
@click.option(
    "--update",
    metavar="DICTIONARY",
    help="Update this dictionary instead (builtin, tortured, a TSV file or a folder): its rates and weights, "
    "and rows that it lacks. Needs --out.",
)
@click.option(
    "--chance",
    type=Probability(),
    default=0.01,
    show_default=True,
    help="Maximum p-value (Fisher's exact test against chance alignment) of a substitution.",
)
def observe(
    pairs_files: Sequence[str], out: str | None, folds: int | None, update: str | None, chance: float
) -> None:
    """Learn a spinner's dictionary from pairs of its output and the originals.

    Each line of a file is a JSON object with id, spun and original. The output has original, spun wording,
    count, number of unchanged occurrences of the original, and the context of one occurrence.
    """
    from despin.infer.files import write_stdout
    from despin.infer.targets import check_outputs
    from despin.metrics.pairs import read_pairs
    from despin.train.observe.observer import cross_validate, observe_files
    from despin.train.observe.realism import source_name, spinner_signature
    from despin.train.spin.dictionary import write_entries

    if update and (folds or not out):
        raise click.UsageError("--update needs --out, and excludes --folds")
    if folds and out:
        raise click.UsageError("--folds measures only; it writes no dictionary")
    if out:
        check_outputs("--out", [out], [*pairs_files, *([update] if update else [])])
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
    entries = [o.entry for o in observations]
    if update:
        pairs = [pair for of_source in by_source.values() for pair in of_source]
        entries = _updated(update, observations, pairs)
    write_entries(entries, Path(out))
    originals = len({entry.original for entry in entries})
    click.echo(f"{out}: {len(entries)} substitutions of {originals} originals", err=True)


def _updated(dictionary: str, observations: Sequence[Observation], pairs: Sequence[Pair]) -> list[Entry]:
    from despin.infer.candidates.phrases import phrase_key
    from despin.train.observe.dictionary_update import update_dictionary
    from despin.train.observe.observer import count_unchanged, pair_lines
    from despin.train.spin.dictionary import load_entries

    try:
        entries = load_entries(dictionary)
    except (OSError, ValueError) as error:
        raise InputError(f"--update: {error}") from None
    unchanged = count_unchanged(list(pair_lines(pairs)), (phrase_key(e.original) for e in entries))
    return update_dictionary(entries, observations, unchanged)
