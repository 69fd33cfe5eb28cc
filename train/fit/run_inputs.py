"""What a run reads before its first step: dictionaries, starting model, training and held-out examples."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from despin.errors import ConfigError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.digests import (
    DIGESTS_FILE,
    DamagedFolder,
    check_digests,
    has_digest,
    record_digests,
    write_digests,
)
from despin.train.data.batches import Encoder
from despin.train.data.corpora import Corpora, excerpt
from despin.train.data.examples import Example, ExampleMaker, load_mix
from despin.train.data.inversion import measure_lexicon
from despin.train.fit.evaluation import held_out_examples, real_examples
from despin.train.fit.folders import emptied, replace_folder, require_undamaged
from despin.train.fit.run_folder import RunFolder
from despin.train.fit.t5 import build_model, load_model, save_weights
from despin.train.recipe import Recipe
from despin.train.spin.dictionary import dictionary_summary
from despin.train.spin.spinner import SpinnerMix


@dataclass(frozen=True)
class RunInputs:
    """The model to train and the examples it is trained and evaluated on."""

    model: Any
    encoder: Encoder
    maker: ExampleMaker
    """Makes the training examples."""
    held_out: list[Example]
    """Synthetic examples of held-out sources."""
    real: list[tuple[str, list[Example]]]
    """Real pairs: original and the spun text's examples. Empty if the recipe names none that exist."""
    dictionary: dict[str, int | str]
    """Size and hash of the spinners' dictionaries when training started."""


def prepare_inputs(
    recipe: Recipe, folder: RunFolder, main_first: Callable[[], AbstractContextManager[Any]]
) -> RunInputs:
    """Read or make what the run needs. What is measured or built is kept in ``folder`` for a resumed run.

    Inside ``main_first()`` the main process is ahead of the others, which then find its files.
    """
    corpora = Corpora(recipe.corpora)
    held_out = Corpora(recipe.corpora, held_out=True)
    mix = load_mix(recipe.pairs)
    withheld = recipe.pairs.withheld > 0
    training_mix = load_mix(recipe.pairs, recipe.pairs.withheld) if withheld else mix
    with main_first():
        folder.write_recipe(recipe)
        lexicon = _lexicon(folder.path / "inverse.tsv", recipe, corpora, mix)
        # In training, withheld rows are not even offered as hints; the exported checkpoint offers them.
        training_lexicon = (
            _lexicon(folder.path / "inverse-training.tsv", recipe, corpora, training_mix)
            if withheld
            else lexicon
        )
        model, tokenizer = _starting_model(folder.start, recipe, corpora, mix)
    evaluation = ExampleMaker(held_out, mix, lexicon, recipe.pairs, recipe.seed + 1)
    return RunInputs(
        model,
        Encoder(tokenizer, recipe.form),
        ExampleMaker(corpora, training_mix, training_lexicon, recipe.pairs, recipe.seed),
        held_out_examples(evaluation, recipe.eval.segments),
        _real_examples(recipe, held_out, mix, lexicon),
        # Spinners share most of their rows.
        dictionary_summary(list(dict.fromkeys(mix.entries))),
    )


def _lexicon(file: Path, recipe: Recipe, corpora: Corpora, mix: SpinnerMix) -> InverseLexicon:
    """The inverse dictionary, measured unless ``file`` holds it, as its digest says, from before."""
    try:
        if file.exists() and has_digest(file):
            check_digests(file.parent, [file.name])
        else:
            measure_lexicon(recipe, corpora, mix).save(file)
            record_digests(file.parent, [file.name])
    except DamagedFolder as error:
        raise ConfigError(
            f"{file.parent} is damaged: {error}; remove {file.name} and {DIGESTS_FILE} to measure it again"
        ) from None
    return InverseLexicon.load(file)


def _starting_model(
    start: Path, recipe: Recipe, corpora: Corpora, mix: SpinnerMix
) -> tuple[Any, dict[str, Any]]:
    """The pruned base, built once and kept in ``start``, and its ``tokenizer.json``."""
    if not (start / "config.json").exists():
        rng = random.Random(f"pieces:{recipe.seed}")
        texts = (excerpt(corpora.draw(rng), rng) for _ in range(recipe.lexicon_documents))
        phrases = [phrase for entry in mix.entries for phrase in (entry.original, entry.spun)]
        model, tokenizer = build_model(recipe.model, texts, phrases)
        fresh = emptied(start.with_name(start.name + ".part"))
        save_weights(model, fresh)
        (fresh / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
        write_digests(fresh)
        replace_folder(fresh, start)
    require_undamaged(start, "remove it to have it built again")
    return load_model(start), json.loads((start / "tokenizer.json").read_text(encoding="utf-8"))


def _real_examples(
    recipe: Recipe, held_out: Corpora, mix: SpinnerMix, lexicon: InverseLexicon
) -> list[tuple[str, list[Example]]]:
    """Examples of the real pairs, as inference sees them: all hints shown, no additional slots."""
    if not recipe.eval.pairs or not Path(recipe.eval.pairs).exists():
        return []
    config = replace(recipe.pairs, hidden_hints=0.0, open_slots=0.0)
    maker = ExampleMaker(held_out, mix, lexicon, config, recipe.seed)
    return real_examples(recipe.eval.pairs, maker, recipe.pairs.words[1])
