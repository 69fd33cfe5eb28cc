"""`despin train first-look`: from clean text to the weights, limits and card of a first look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from despin.infer.decision.first_look import WEIGHTS_FILE, FirstLook
from despin.infer.decision.word_evidence import WordEvidence, fold_text, words_of
from despin.infer.resources import find_example
from despin.metrics.signature import hash_of
from despin.train.fit.environment import hardware, package_versions
from despin.train.ship.first_look_fit import fit_weights, quantize
from despin.train.ship.first_look_limits import LimitsFit
from despin.train.ship.first_look_recipe import LookRecipe, load_look_recipe
from despin.train.ship.first_look_words import read_documents
from despin.train.spin.spinner import Spinner


def fit_first_look(
    recipe_file: Path, out: Path, say: Callable[[str], None] = print, only_limits: bool = False
) -> FirstLook:
    """Fit a first look as a recipe says and save it in the folder ``out``.

    ``only_limits``: the weights in ``out`` stay, their limits are chosen anew. Raises ConfigError for a
    recipe that cannot be used, ValueError or FileNotFoundError for a corpus that cannot be read.
    """
    recipe = load_look_recipe(recipe_file)
    evidence = WordEvidence.load(out / WEIGHTS_FILE) if only_limits else fit_evidence(recipe, say)
    look = FirstLook(evidence, LimitsFit(evidence, recipe).fit(say))
    out.mkdir(parents=True, exist_ok=True)
    look.save(out, _card(recipe, recipe_file))
    return look


def fit_evidence(recipe: LookRecipe, say: Callable[[str], None]) -> WordEvidence:
    """The weights alone."""
    stream, vocabulary = read_documents(recipe, dictionary_words(recipe), say)
    weights, counts = fit_weights(stream, len(vocabulary), recipe, say)
    return quantize(weights, counts, vocabulary, recipe.cells)


def dictionary_words(recipe: LookRecipe) -> set[str]:
    """The single words of the spinners' dictionaries."""
    entries = {entry for site in recipe.spin for entry in Spinner(site.path).entries}
    wordings = {wording for entry in entries for wording in (entry.original, entry.spun)}
    return {word for wording in wordings for word in words_of(fold_text(wording))}


def _card(recipe: LookRecipe, recipe_file: Path) -> dict[str, Any]:
    corpora = {}
    for corpus in recipe.corpora:
        path = Path(find_example(corpus.path))
        corpora[path.name] = hash_of(path) if path.is_file() else "hub"
    return {
        "recipe": recipe_file.name,
        "settings": {k: v for k, v in asdict(recipe).items() if k != "corpora"},
        "corpora": corpora,
        "versions": {**package_versions(), "machine": hardware()},
    }
