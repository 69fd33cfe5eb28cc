"""`despin bench`: systems side by side on pairs of spun texts and originals, and what else is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from despin.commands import options
from despin.commands.default_group import DefaultGroup
from despin.errors import InputError
from despin.infer.files import write_stdout, write_text
from despin.infer.targets import check_outputs

F = TypeVar("F", bound=Callable[..., Any])
GENERATE_WORDS = 1000
"""Words of the pairs that `generate` is timed on: one segment at a time it writes some 50 a second."""
RUN_FILES = ("results.json", "table.md", "errors.md", "errors.html")
"""What `run` writes into its folder, besides the plots."""

_pairs = click.option(
    "--pairs",
    "pairs_files",
    multiple=True,
    metavar="FILE",
    help="JSON lines of id, spun and original; may be given several times. Left out, or 'builtin': the set "
    "that comes with the package, with its clean texts.",
)
_out = click.option("--out", type=options.OutputPath(path_type=Path), metavar="DIR")


def _check_out(out: Path | None, names: Sequence[str], inputs: Sequence[str | None]) -> None:
    """Raise InputError if a file that will be written in ``out`` is one that is read."""
    if out is not None:
        read = [file for file in inputs if file not in (None, "builtin")]
        check_outputs("--out", [out / name for name in names], [str(file) for file in read])


def system_options(command: F) -> F:
    """The options that `despin.bench.systems.options.SystemOptions` is made from."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--base", type=path, metavar="DIR", help="The pretrained base, unpruned. [runs/base]"),
        click.option(
            "--unpruned", type=path, metavar="DIR", help="The base fine-tuned unpruned. [runs/unpruned/best]"
        ),
        click.option(
            "--fivegram", type=path, metavar="FILE", help="The 5-gram model. [runs/kenlm/5gram.bin]"
        ),
        click.option(
            "--trainable",
            type=path,
            metavar="DIR",
            help="The checkpoint's trainable form. [models/despin-small]",
        ),
        options.checkpoint,
        options.min_confidence,
        options.threads,
    ):
        command = option(command)
    return command


@click.group(cls=DefaultGroup, default="run")
def bench() -> None:
    """Compare systems: `despin bench [OPTIONS]` is `despin bench run [OPTIONS]`."""


@bench.command()
@_pairs
@click.option("--clean", metavar="FILE", help="Clean text to measure harm on: .txt, .jsonl or .jsonl.zst.")
@click.option(
    "--clean-words",
    type=click.IntRange(1),
    default=20_000,
    show_default=True,
    metavar="N",
    help="Words of it to take, in documents from all over the file.",
)
@click.option(
    "--systems",
    default="copy,inverse,despin",
    show_default=True,
    metavar="A,B",
    help="Systems to compare, or 'all'.",
)
@system_options
@_out
def run(
    pairs_files: Sequence[str],
    clean: str | None,
    clean_words: int,
    systems: str,
    out: Path | None,
    **settings: Any,
) -> None:
    """Score systems on spun texts with known originals.

    The table and its signature go to standard output. A system that cannot run is shown with the
    reason; the others are scored all the same. --out receives results.json, table.md, errors.md,
    errors.html and the plots.
    """
    from despin.bench.comparison import Comparison, system_names
    from despin.bench.systems.options import SystemOptions

    _check_out(out, RUN_FILES, [*pairs_files, clean])
    comparison = Comparison.load(pairs_files, clean, clean_words, SystemOptions.of(**settings))
    results = comparison.run(system_names(systems))
    write_stdout(comparison.page(results))
    if out is not None and not comparison.write(results, out):
        click.echo("despin: no plots: to draw them, run: python -m pip install matplotlib", err=True)


@bench.command()
@_pairs
@click.option(
    "--lengths",
    metavar="N,N",
    default="1000,30000",
    show_default=True,
    help="Words of the texts whose cost is compared.",
)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@system_options
@_out
def speed(pairs_files: Sequence[str], lengths: str, rounds: int, out: Path | None, **settings: Any) -> None:
    """Measure speed and memory, compared with transformers' generate and the minimum cost of decoding."""
    from despin.bench.comparison import Comparison
    from despin.bench.speed.speed_report import speed_report
    from despin.bench.systems.options import SystemOptions

    sizes = _lengths(lengths)
    _check_out(out, ["speed.md"], pairs_files)
    systems = SystemOptions.of(**settings)
    comparison = Comparison.load(pairs_files, None, 0, systems)
    report = speed_report(comparison.pairs, systems, sizes, GENERATE_WORDS, rounds, comparison.signature())
    write_stdout(report)
    if out is not None:
        write_text(out / "speed.md", report)


def _lengths(value: str) -> list[int]:
    """Rising numbers of words."""
    try:
        sizes = sorted({int(part) for part in value.split(",")})
    except ValueError:
        sizes = []
    if not sizes or sizes[0] < 100:
        raise InputError(f"--lengths: give numbers of at least 100 separated by commas, got {value!r}")
    return sizes


@bench.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@options.checkpoint
def causes(pairs_files: Sequence[str], checkpoint: str | None) -> None:
    """Count errors on pairs by cause: dictionary, choice or threshold."""
    from despin.bench.error_causes import report

    write_stdout(report(pairs_files, checkpoint))


@bench.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@options.checkpoint
def guards(pairs_files: Sequence[str], checkpoint: str | None) -> None:
    """Show what each guard costs and saves on pairs."""
    from despin.bench.guard_costs import report

    write_stdout(report(pairs_files, checkpoint))


@bench.command("first-look")
@click.argument("real_files", nargs=-1, metavar="[REAL.jsonl]...")
@click.option("--config", "recipe_file", default="first-look", show_default=True, metavar="RECIPE")
@click.option("--look", "folder", type=click.Path(path_type=Path), metavar="DIR", help="[the packaged one]")
@click.option("--documents", type=click.IntRange(1), default=2000, show_default=True, metavar="N")
@click.option(
    "--model-documents",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Let the whole system read the first N of them, and show what share of what it finds is a suspect.",
)
@options.checkpoint
@options.threads
def first_look(
    real_files: Sequence[str],
    recipe_file: str,
    folder: Path | None,
    documents: int,
    model_documents: int,
    checkpoint: str | None,
    threads: int,
) -> None:
    """Show what the first look finds and spares, on held-out documents of RECIPE and on real spun texts.

    REAL.jsonl has pairs (spun, original) or passages (text).
    """
    from despin.bench.first_look_report import report

    write_stdout(report(recipe_file, folder, real_files, documents, model_documents, checkpoint, threads))


@bench.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@click.option("--clean", required=True, metavar="FILE", help="Clean text: .txt, .jsonl or .jsonl.zst.")
@click.option("--clean-words", type=click.IntRange(1), default=50_000, show_default=True, metavar="N")
@options.checkpoint
@options.threads
def lengths(
    pairs_files: Sequence[str], clean: str, clean_words: int, checkpoint: str | None, threads: int
) -> None:
    """Show what is changed and found if documents, paragraphs, 60 words or sentences are given a call."""
    from despin.bench.text_lengths import report

    write_stdout(report(clean, clean_words, pairs_files, checkpoint, threads))


@bench.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@options.checkpoint
@options.threads
def layouts(pairs_files: Sequence[str], checkpoint: str | None, threads: int) -> None:
    """Show recall on spun text that is wrapped, quoted, in subtitles, with links or with soft hyphens."""
    from despin.bench.layouts import report

    write_stdout(report(pairs_files, checkpoint, threads))


@bench.command()
@options.checkpoint
@options.threads
@_out
def tortured(checkpoint: str | None, threads: int, out: Path | None) -> None:
    """Count the restored terms in abstracts with tortured phrases ("profound learning").

    Every abstract is restored, once without the dictionary rows of the held-out terms and once with
    them. --out receives tortured.md.
    """
    from despin.bench.tortured import report

    _check_out(out, ["tortured.md"], [])
    page = report(checkpoint, threads)
    write_stdout(page)
    if out is not None:
        write_text(out / "tortured.md", page)


@bench.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@click.option(
    "--corpora", required=True, metavar="DIR", help="Folder of clean corpora (.jsonl.zst) to hide in."
)
@click.option("--documents", type=click.IntRange(1000), default=200_000, show_default=True, metavar="N")
@click.option(
    "--what",
    type=click.Choice(["recall", "engines", "events", "shares"]),
    default="recall",
    show_default=True,
    help="Recall by length of the text; engines side by side; articles about one event; matched shares.",
)
@click.option("--index", type=click.Path(path_type=Path), metavar="DIR", help="Keep the index, or use it.")
@options.checkpoint
def trace(
    pairs_files: Sequence[str],
    corpora: str,
    documents: int,
    what: str,
    index: Path | None,
    checkpoint: str | None,
) -> None:
    """Hide the originals of pairs among other documents and trace the spun texts to them."""
    import tempfile

    from despin.bench.tracing.trace_engines import ENGINES
    from despin.bench.tracing.trace_report import TraceBench

    files = [str(file) for file in sorted(Path(corpora).glob("*.jsonl.zst"))]
    if not files:
        raise InputError(f"{corpora}: no .jsonl.zst files in it")
    measured = TraceBench(pairs_files, files, documents, checkpoint)
    with tempfile.TemporaryDirectory() as scratch:
        folder = index or Path(scratch) / "index"
        if what == "engines":
            write_stdout(measured.engines_page(list(ENGINES)))
        else:
            pages = {
                "recall": measured.recall_page,
                "events": measured.events_page,
                "shares": measured.shares_page,
            }
            write_stdout(pages[what](folder))


@bench.command()
@click.argument("pairs_files", nargs=-1, required=True, metavar="PAIRS.jsonl...")
@click.option("--calls", type=click.IntRange(1), default=10_000, show_default=True)
@options.checkpoint
def memory(pairs_files: Sequence[str], calls: int, checkpoint: str | None) -> None:
    """Print resident memory as it develops over many calls."""
    from despin.bench.memory_over_calls import memory_over_calls
    from despin.metrics.pairs import read_pairs

    pairs, _ = read_pairs(pairs_files)
    for count, resident in memory_over_calls([p.spun for p in pairs], calls, checkpoint=checkpoint):
        click.echo(f"{count:,} calls: {resident / 2**20:,.0f} MiB")


@bench.command()
@click.argument("system", type=click.Choice(["dictionary+5-gram", "dictionary+smollm2"]))
@click.option("--pairs", "pairs_files", required=True, multiple=True, metavar="FILE")
@click.option("--weight", "weights", type=float, multiple=True, help="Weights of the language model to try.")
@click.option("--bonus", "bonuses", type=float, multiple=True, help="Bonuses of keeping (nats) to try.")
@system_options
def tune(
    system: str,
    pairs_files: Sequence[str],
    weights: Sequence[float],
    bonuses: Sequence[float],
    **settings: Any,
) -> None:
    """Try weights for combining a language model with the dictionary: a line for each pair, the best last."""
    from despin.bench.systems.options import SystemOptions
    from despin.bench.tuning import BONUSES, WEIGHTS, tuning_lines

    for line in tuning_lines(
        system, SystemOptions.of(**settings), pairs_files, weights or WEIGHTS, bonuses or BONUSES
    ):
        click.echo(line)


@bench.command()
@click.option(
    "--recipe", "recipe_file", required=True, help="Whose corpora are counted, held-out ones left out."
)
@click.option("--programs", type=click.Path(path_type=Path), help="Folder of KenLM's lmplz and build_binary.")
@click.option("--out", type=click.Path(path_type=Path), help="The model. [runs/kenlm/5gram.bin]")
def fivegram(recipe_file: str, programs: Path | None, out: Path | None) -> None:
    """Build the 5-gram model of the system dictionary+5-gram with KenLM's own programs."""
    from despin.bench.systems.fivegram import build_from_recipe

    click.echo(build_from_recipe(recipe_file, programs, out))


@bench.command()
def builtin() -> None:
    """Spin the built-in set again, from its originals, into the source folder."""
    from despin.bench.builtin_set import write_pairs

    click.echo(write_pairs())
