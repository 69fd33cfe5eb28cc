"""The command `despin bench`: systems side by side on pairs of spun texts and originals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from despin.bench.options import Options
from despin.infer.cli import Failure
from despin.infer.files import InputError, emit, write_text

if TYPE_CHECKING:
    from despin.bench.measure import Result
    from despin.bench.pairs import Pair


WORDS = 1000
"""Words of the pairs that `generate` is measured on: one at a time it writes some 50 a second."""


@click.command()
@click.option(
    "--pairs",
    "files",
    multiple=True,
    metavar="FILE",
    help="JSON lines of id, spun and original; may be given several times. Left out, or 'builtin': the set "
    "that comes with the package, with its clean texts.",
)
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
@click.option("--speed", is_flag=True, help="Measure speed and memory instead of systems.")
@click.option("--base", metavar="DIR", help="The pretrained base, unpruned (Hugging Face). [runs/base]")
@click.option(
    "--unpruned",
    metavar="DIR",
    default=str(Options.unpruned),
    show_default=True,
    help="The base fine-tuned without pruning.",
)
@click.option(
    "--fivegram",
    metavar="FILE",
    default=str(Options.fivegram),
    show_default=True,
    help="The 5-gram model (despin.bench.fivegram makes it).",
)
@click.option(
    "--trainable",
    metavar="DIR",
    default=str(Options.trainable),
    show_default=True,
    help="The checkpoint's trainable form.",
)
@click.option(
    "--lengths",
    metavar="N,N",
    default="1000,30000",
    show_default=True,
    help="With --speed: words of the texts whose cost is compared.",
)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="With --speed: rounds.")
@click.option("--checkpoint", metavar="DIR", help="A checkpoint folder instead of the embedded one.")
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), metavar="X", help="Drop Despin's edits below X (0 to 1)."
)
@click.option("--threads", type=click.IntRange(0), default=0, help="CPU threads; 0 takes all cores.")
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write results.json, table.md, errors.md, errors.html and the plots into DIR.",
)
def bench(
    files: Sequence[str],
    clean: str | None,
    clean_words: int,
    systems: str,
    speed: bool,
    base: str | None,
    unpruned: str,
    fivegram: str,
    trainable: str,
    lengths: str,
    rounds: int,
    checkpoint: str | None,
    min_confidence: float | None,
    threads: int,
    out: str | None,
) -> None:
    """Score systems on spun texts with known originals.

    The table and its signature go to standard output. A system that cannot run is shown with the
    reason; the others are scored all the same.
    """
    from despin.bench.builtin import BUILTIN, CLEAN, PAIRS
    from despin.bench.clean import read_clean
    from despin.bench.confusions import page as errors_page
    from despin.bench.confusions import table as errors_table
    from despin.bench.pairs import read_pairs
    from despin.bench.report import as_json, page
    from despin.infer.checkpoint import EMBEDDED

    try:
        names = _names(systems)
        pairs, digest = read_pairs([PAIRS if file == BUILTIN else file for file in files or [BUILTIN]])
        if clean is None and set(files) <= {BUILTIN}:
            clean = CLEAN
        texts = read_clean(clean, clean_words) if clean is not None else []
    except InputError as error:
        raise Failure(str(error)) from None
    except ModuleNotFoundError as error:
        if error.name != "zstandard":
            raise
        raise Failure(f"{clean}: to unpack it, run: python -m pip install zstandard") from None
    options = Options(
        checkpoint=EMBEDDED if checkpoint is None else Path(checkpoint),
        min_confidence=min_confidence,
        threads=threads,
        trainable=Path(trainable),
        base=Options.base if base is None else Path(base),
        unpruned=Path(unpruned),
        fivegram=Path(fivegram),
    )
    signature = _signature(digest, texts, options)
    if speed:
        from despin.bench.speed_page import speed_page

        folders = (options.checkpoint, Path(trainable), Path(base) if base else None)
        shown = speed_page(pairs, *folders, threads, _lengths(lengths), WORDS, rounds, signature)
        emit(shown)
        if out is not None:
            _write(Path(out) / "speed.md", shown)
        return
    results = _measure(names, options, pairs, texts)
    shown = page(results, pairs, signature)
    emit(shown)
    if out is not None:
        _write(Path(out) / "results.json", as_json(results, pairs, signature))
        _write(Path(out) / "table.md", shown)
        ran = [(r.system, r.errors) for r in results if r.not_run is None]
        _plots(results, Path(out))
        _write(Path(out) / "errors.html", errors_page(ran))
        _write(Path(out) / "errors.md", "\n".join(f"## {n}\n\n{errors_table(e)}" for n, e in ran))


def _write(file: Path, text: str) -> None:
    try:
        write_text(file, text)
    except InputError as error:
        raise Failure(str(error)) from None


def _plots(results: Sequence[Result], folder: Path) -> None:
    from despin.bench.plots import plots

    try:
        plots(results, folder)
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        click.echo("despin: no plots: to draw them, run: python -m pip install matplotlib", err=True)
    except OSError as error:
        raise Failure(str(error)) from None


def _lengths(told: str) -> list[int]:
    """Rising numbers of words, told with commas between them."""
    try:
        found = sorted({int(part) for part in told.split(",")})
    except ValueError:
        found = []
    if not found or found[0] < 100:
        raise Failure(f"--lengths: numbers from 100 on with commas between are needed, got {told!r}")
    return found


def _names(systems: str) -> list[str]:
    """The systems asked for, each once, in the order given."""
    from despin.bench.systems import SYSTEMS

    names = list(dict.fromkeys(name.strip() for name in systems.split(",") if name.strip()))
    if "all" in names:
        return list(SYSTEMS)
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown or not names:
        what = f"no system {unknown[0]!r}" if unknown else "no system named"
        raise InputError(f"--systems: {what}; there are all, {', '.join(SYSTEMS)}")
    return names


def _measure(
    names: Sequence[str], options: Options, pairs: Sequence[Pair], texts: Sequence[str]
) -> list[Result]:
    from despin.bench.measure import Result, judge
    from despin.bench.options import NotRun
    from despin.bench.outcome import run_apart
    from despin.bench.systems import load_lexicon, signature_of

    try:
        lexicon = load_lexicon(options.checkpoint)
    except NotRun:
        lexicon = None
    results = []
    for name in names:
        try:
            outcome = run_apart(name, options, [p.spun for p in pairs], texts)
        except NotRun as reason:
            results.append(Result(name, not_run=str(reason)))
            continue
        found = judge(outcome, pairs, texts, lexicon)
        results.append(replace(found, signature=signature_of(name, options)))
    return results


def _signature(pairs_digest: str, texts: Sequence[str], options: Options) -> dict[str, str]:
    from despin.bench.signature import checkpoint_hash, machine, short, versions

    parts = {"pairs": short(pairs_digest)}
    if texts:
        parts["clean"] = short(hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest())
    parts["checkpoint"] = checkpoint_hash(options.checkpoint)
    parts["min-confidence"] = "its own" if options.min_confidence is None else f"{options.min_confidence:g}"
    parts |= versions() | machine()
    parts["threads"] = str(options.threads) if options.threads else "all"
    return parts
