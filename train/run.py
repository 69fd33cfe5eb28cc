"""A recipe from beginning to end: train, export, plot, card."""

from __future__ import annotations

import shutil
from pathlib import Path

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.decision.ngrams import NGRAMS_FILE
from despin.train.data.corpora import Corpora
from despin.train.data.ngram_counts import write_ngrams
from despin.train.fit.folders import recover_folder, require_undamaged
from despin.train.fit.progress import print_status
from despin.train.fit.trainer import Trainer
from despin.train.fit.training_plot import plot_log
from despin.train.recipe import Recipe
from despin.train.ship.card import write_card
from despin.train.ship.export import export


def run(recipe: Recipe, config: str | Path, part: str = "all") -> None:
    """Train as ``recipe`` says and write to its output folder, in addition to the log:

    ``checkpoint/`` (int8, what `Despinner` loads), ``trainable/`` (bf16, Hugging Face format), both
    with a card, and ``training.png``. ``config`` is the yaml that the recipe was read from.

    ``part``: ``weights`` ends with the training, whose ``best/`` and log are in the output folder;
    ``export`` makes the rest of them, on whatever machine they are then. Raises FileNotFoundError
    if ``export`` finds no weights, InputError if they are damaged.
    """
    if part != "export":
        training = Trainer(recipe)
        training.train()
        if part == "weights" or not training.accelerator.is_main_process:
            return
    finish(recipe, config)


def finish(recipe: Recipe, config: str | Path) -> None:
    """What follows the training of `run`."""
    folder = Path(recipe.output)
    best = folder / "best"
    recover_folder(best)
    if not (best / "training.json").exists():
        raise FileNotFoundError(f"{best} holds no trained weights")
    require_undamaged(best)
    if recipe.ngrams is not None:
        table = folder / NGRAMS_FILE
        if not table.exists():
            write_ngrams(
                Corpora(recipe.corpora), InverseLexicon.load(best / "inverse.tsv"), recipe.ngrams, table
            )
        shutil.copy(table, best)
    write_card(best, recipe, Path(config))
    plot_log(folder / "log.jsonl", folder / "training.png")
    if recipe.form == "hinted":
        export(best, folder / "checkpoint", folder / "trainable", {"words": recipe.pairs.words[1]})
        print_status(f"checkpoint: {folder / 'checkpoint'}   trainable: {folder / 'trainable'}")
    else:
        # The engine speaks the form that won the trial; the others can be trained and compared only.
        print_status(f"weights: {best} (form {recipe.form}: no engine export)")
