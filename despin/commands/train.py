"""`despin train`: from clean text to a checkpoint, and the single steps of that way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from despin.commands import options
from despin.commands.default_group import DefaultGroup
from despin.errors import InputError
from despin.infer.cpu import MAX_THREADS

EMBEDDED = Path("infer/embedded")
TRAINABLE = Path("models/despin-small")
"""Where the package's two forms of the checkpoint lie in a clone."""


@click.group(cls=DefaultGroup, default="run")
def train() -> None:
    """Train a checkpoint as a recipe says: `despin train RECIPE` is `despin train run RECIPE`."""


@train.command()
@click.argument("recipe_file", metavar="RECIPE")
@click.option(
    "--part",
    type=click.Choice(["all", "weights", "export"]),
    default="all",
    show_default=True,
    help="weights: stop when they are trained. export: make the rest from weights trained elsewhere.",
)
def run(recipe_file: str, part: str) -> None:
    """Make pairs, fine-tune, export, and write the model card, as RECIPE says.

    RECIPE is a yaml file or the name of one that comes with Despin (smoke, h100, …). Run again after an
    interruption, it resumes from the last saved state.
    """
    from despin.infer.resources import find_config
    from despin.train.recipe import load_recipe

    file = find_config(recipe_file, "train")
    recipe = load_recipe(file)
    from despin.train import run as pipeline

    pipeline.run(recipe, file, part)


@train.command()
@click.argument("checkpoint", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--recipe", "recipe_file", required=True, help="Whose corpora and spinners are used.")
@click.option("--pairs", "pairs_file", required=True, metavar="FILE", help="Real pairs.")
@click.option("--passages", metavar="FILE", help="JSON lines with a text: spun, originals unknown.")
@click.option("--texts", default=120, show_default=True, help="Held-out texts, spun and clean, each.")
@click.option("--withheld", default=200, show_default=True, help="Withheld substitutions to look for.")
@click.option("--harm", default=1.0, show_default=True, help="Changed words per 1,000 clean words allowed.")
@click.option("--also", type=click.Path(path_type=Path), multiple=True, help="More folders to write to.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/calibration"), show_default=True)
@options.threads
def calibrate(checkpoint: Path, recipe_file: str, also: Sequence[Path], out: Path, **settings: Any) -> None:
    """Fit the confidence, threshold and spun score of FOLDER, and write them into its despin.json."""
    from despin.infer.resources import find_config
    from despin.infer.targets import check_outputs
    from despin.train.ship.calibrate import calibrate_checkpoint

    inputs = [file for file in (recipe_file, settings["pairs_file"], settings["passages"]) if file]
    check_outputs("--out", [out / "report.md", out / "report.json"], inputs)
    calibrate_checkpoint(checkpoint, find_config(recipe_file, "train"), also, out, **settings)


@train.command()
@click.argument("checkpoint", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option(
    "--pairs", "pairs_files", multiple=True, required=True, help="Real pairs to measure on, sites left out."
)
@click.option("--also-pairs", "training_files", multiple=True, help="Real pairs that are only trained on.")
@click.option(
    "--also", multiple=True, type=click.Path(path_type=Path), help="Write the result into this folder too."
)
@click.option("--language-model", metavar="NAME", help="Fit the mode best too, with this language model.")
@options.threads
def combine(
    checkpoint: Path,
    pairs_files: Sequence[str],
    training_files: Sequence[str],
    also: Sequence[Path],
    language_model: str | None,
    threads: int,
) -> None:
    """Fit how FOLDER combines the evidence of a slot, on real pairs, and write it into its despin.json.

    The shares of its inverse dictionary are updated with the pairs. The report has precision, recall and F0.5
    at each threshold, of pairs whose site was left out of the fit.
    """
    from despin.infer.files import write_stdout
    from despin.infer.language_model.scorer import LanguageModel
    from despin.infer.language_model.store import find
    from despin.train.ship.combination_fit import combine_checkpoint

    scorer = LanguageModel(find(language_model), threads) if language_model else None
    write_stdout(combine_checkpoint(checkpoint, also, pairs_files, training_files, scorer, threads))


@train.command()
@click.argument("run_folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--engine", type=click.Path(path_type=Path), default=EMBEDDED, show_default=True)
@click.option("--trainable", type=click.Path(path_type=Path), default=TRAINABLE, show_default=True)
@click.option(
    "--lexicon", metavar="RECIPE", help="First measure the inverse dictionary again, as RECIPE says."
)
@click.option("--words", type=click.IntRange(1), help="Words of a segment at most.")
@click.option("--min-confidence", type=options.Probability(), help="Threshold of an edit's confidence.")
@click.option("--min-score", type=options.Probability(), help="Threshold of a text's spun score.")
@click.option("--prior-weight", type=click.FloatRange(0), help="Weight of the inverse dictionary.")
@click.option("--model-weight", type=click.FloatRange(0), help="Weight of the model.")
@click.option("--context-weight", type=click.FloatRange(0), help="Weight of the n-grams.")
def export(run_folder: Path, engine: Path, trainable: Path, lexicon: str | None, **settings: Any) -> None:
    """Put the best weights of RUN where the package ships them, as int8 and as bf16."""
    from despin.train.fit.folders import recover_folder
    from despin.train.ship.export import export as export_run
    from despin.train.ship.export import remeasure_lexicon

    best = run_folder / "best"
    recover_folder(best)
    if not (best / "config.json").exists():
        raise InputError(f"{run_folder}: no trained weights in best/; run `despin train` first")
    if lexicon:
        remeasure_lexicon(lexicon, best / "inverse.tsv")
    export_run(best, engine, trainable, {k: v for k, v in settings.items() if v is not None})


@train.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--trainable", type=click.Path(path_type=Path), default=TRAINABLE, show_default=True)
@click.option("--exported", type=click.Path(path_type=Path), help="The int8 folder. [the embedded one]")
@click.option("--segments", default=200, show_default=True, help="Spun segments to compare.")
def parity(texts: Sequence[str], trainable: Path, exported: Path | None, segments: int) -> None:
    """Compare trainable weights with the exported model: greedy text, probabilities, scores.

    TEXT is clean text to make segments of; left out, an example that comes with Despin.
    """
    from despin.train.ship.parity import compare_exports

    for line in compare_exports(texts or ["example:clean"], trainable, exported, segments):
        click.echo(line)


@train.command()
@click.argument("config_file", metavar="CONFIG")
@click.option("--only-measure", is_flag=True, help="Measure what is trained; train nothing.")
@click.option("--threads", type=click.IntRange(0, MAX_THREADS), default=1, show_default=True)
def ablate(config_file: str, only_measure: bool, threads: int) -> None:
    """Train and measure variants of a recipe side by side, as CONFIG (configs/ablate.yaml) lists them.

    A variant that is trained is not trained again, so an interrupted run resumes.
    """
    from despin.bench.ablations import ablate as run_ablations
    from despin.infer.files import write_stdout
    from despin.infer.resources import find_config

    write_stdout(run_ablations(find_config(config_file, ""), only_measure, threads))


@train.command()
@click.argument("recipe_file", metavar="RECIPE")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER...")
def lexicon(recipe_file: str, folders: Sequence[Path]) -> None:
    """Measure the inverse dictionary of the checkpoint folders again, as RECIPE says.

    Shares that `combine` had updated with real pairs are lost: run it afterwards.
    """
    from despin.infer.candidates.inverse import InverseLexicon
    from despin.infer.checkpoint import INVERSE_FILE
    from despin.train.ship.export import put_lexicon, remeasure_lexicon

    first, *others = folders
    remeasure_lexicon(recipe_file, first / INVERSE_FILE)
    measured = InverseLexicon.load(first / INVERSE_FILE)
    for folder in others:
        put_lexicon(measured, folder / INVERSE_FILE)
    click.echo(f"{len(measured):,} forms in {', '.join(str(folder / INVERSE_FILE) for folder in folders)}")


@train.command()
@click.argument("recipe_file", metavar="RECIPE")
@click.argument("folder", type=click.Path(path_type=Path))
def ngrams(recipe_file: str, folder: Path) -> None:
    """Count the n-grams of a recipe's clean text into the checkpoint FOLDER, which holds inverse.tsv."""
    from despin.infer.resources import find_config
    from despin.train.data.ngram_counts import count_for_checkpoint
    from despin.train.recipe import load_recipe

    click.echo(count_for_checkpoint(load_recipe(find_config(recipe_file, "train")), folder))


@train.command("first-look")
@click.option("--config", "recipe_file", default="first-look", show_default=True, metavar="RECIPE")
@click.option("--only-limits", is_flag=True, help="Keep the weights in DIR and choose their limits anew.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR")
def first_look(recipe_file: str, only_limits: bool, out: Path) -> None:
    """Fit what tells from a text's words alone whether it may be spun: weights.xz and card.json in DIR.

    RECIPE is a yaml file, or first-look: the one of the weights that come with Despin.
    """
    from despin.infer.resources import find_config
    from despin.train.ship.first_look_run import fit_first_look

    def say(line: str) -> None:
        click.echo(line, err=True)

    fit_first_look(find_config(recipe_file, ""), out, say, only_limits)
    click.echo(out)


@train.command()
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER...",
)
def digests(folders: Sequence[Path]) -> None:
    """Write the digests of checkpoint folders (digests.json) anew, after a change of your own to a file.

    Despin compares each file of a checkpoint with its digest before it is used.
    """
    from despin.infer.digests import DIGESTS_FILE, write_digests

    for folder in folders:
        if not (folder / "config.json").is_file():
            raise InputError(f"{folder}: no checkpoint and no weights (config.json is missing)")
        write_digests(folder)
        click.echo(folder / DIGESTS_FILE)


@train.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER...")
@click.option(
    "--report", "reports", type=click.Path(path_type=Path), multiple=True, help="table.md, report.md"
)
def card(folders: Sequence[Path], reports: Sequence[Path]) -> None:
    """Write the model card of checkpoint folders again, with reports of how they score."""
    from despin.train.ship.card import rewrite_cards

    rewrite_cards(folders, reports)
