"""From trained weights to what ships: bf16 in Hugging Face format, int8 for CTranslate2, and a card."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch

from despin.errors import CheckpointError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import VOCABULARY_FILE, VOCABULARY_MAP, identity_map, open_checkpoint
from despin.infer.decision.ngrams import NGRAMS_FILE as NGRAMS
from despin.infer.digests import update_digests, write_digests
from despin.infer.settings import FORMAT_VERSION
from despin.infer.text.segmentation import MAX_TOKENS
from despin.train.fit.folders import copy_folder, edited_folder, replace_folder, require_undamaged
from despin.train.fit.t5 import load_model, save_weights
from despin.train.ship.smoothquant import smooth_activations

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "model_max_length": 1_000_000,
}
DEFAULT_SETTINGS: dict[str, int | float] = {
    "words": MAX_TOKENS,
    "min_confidence": 0.6,
    "min_score": 0.8,
    "prior_weight": 1.0,
    "model_weight": 0.7,
    "context_weight": 0.35,
}
"""How a checkpoint is used until `despin.train.ship.calibrate` has settled it. The weights of the three
opinions were chosen on the development pairs with the dictionary as it is and with one that has
not read them: there F0.5 is 0.801 with a model weight of 0.5, 0.807 with 0.7, 0.800 with 1."""
SIDE_FILES = ("tokenizer.json", "inverse.tsv", "README.md", "lineage.json")


def export(trained: Path, engine: Path, trainable: Path, settings: dict[str, Any] | None = None) -> None:
    """Write the int8 checkpoint that `Despinner` loads and the trainable one in bf16.

    ``trained`` is a run's folder of weights (``best``); ``settings`` are added to ``despin.json``.
    Both are written to a temporary folder, with the digests of their files, loaded once, and then put in
    place as a whole. The int8 model is converted from the bf16 weights, so that both hold the same model.

    Raises InputError if a file of ``trained`` is damaged, CheckpointError if the result cannot be loaded,
    OSError if one of the folders cannot be written; the folder that was there before is kept then.
    """
    require_undamaged(trained)
    settings = {**DEFAULT_SETTINGS, **(settings or {})}
    with tempfile.TemporaryDirectory() as scratch:
        bf16, int8 = Path(scratch) / "hf", Path(scratch) / "int8"
        save_bf16(trained, bf16)
        convert_to_ctranslate2(bf16, int8)
        for name in SIDE_FILES:
            if (bf16 / name).exists():
                shutil.copy(bf16 / name, int8)
        if (trained / NGRAMS).exists():  # only the engine reads it
            shutil.copy(trained / NGRAMS, int8)
        contents = {"format": FORMAT_VERSION, "form": "hinted", **settings}
        for folder in (bf16, int8):
            (folder / "despin.json").write_text(json.dumps(contents, indent=1) + "\n", encoding="utf-8")
            write_digests(folder)
        _require_loadable(int8, trained)
        move_into_place(int8, engine)
        move_into_place(bf16, trainable)


def _require_loadable(checkpoint: Path, trained: Path) -> None:
    """Raise CheckpointError, naming ``trained``, unless all parts of a checkpoint can be read."""
    try:
        opened = open_checkpoint(checkpoint)
        _ = opened.ngrams
    except CheckpointError as error:
        raise CheckpointError(f"{trained}: the export cannot be used: {error}") from None


def save_bf16(trained: Path, folder: Path) -> None:
    """Weights as bf16 safetensors with tokenizer and inverse dictionary, in Hugging Face format."""
    model = load_model(trained)
    save_weights(model.bfloat16(), folder)
    for name in SIDE_FILES:
        if (trained / name).exists():
            shutil.copy(trained / name, folder)
    (folder / "tokenizer_config.json").write_text(
        json.dumps(TOKENIZER_CONFIG, indent=1) + "\n", encoding="utf-8"
    )


def convert_to_ctranslate2(hf_folder: Path, folder: Path, quantization: str = "int8") -> None:
    """Convert an untied T5 in Hugging Face format to CTranslate2.

    transformers reports every T5 as tied when CTranslate2's converter reads it, and the converter
    then scales the head's output by d_model**-0.5, which changes probabilities. Therefore a copy is
    converted whose head is larger by the same factor. For int8 the copy is smoothed first
    (see `despin.train.ship.smoothquant`).
    """
    from ctranslate2.converters import TransformersConverter

    with tempfile.TemporaryDirectory() as scratch:
        model = load_model(hf_folder)
        model.train(False)
        if quantization == "int8" and (hf_folder / "inverse.tsv").exists():
            smooth_activations(model, hf_folder)
        with torch.no_grad():
            model.lm_head.weight.mul_(model.config.d_model**0.5)
        save_weights(model, Path(scratch))
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(hf_folder / name, scratch)
        TransformersConverter(scratch).convert(str(folder), quantization=quantization, force=True)
    write_map(folder)


def write_map(folder: Path) -> None:
    """Write the vocabulary map of a converted model (see `despin.infer.checkpoint.identity_map`)."""
    pieces = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
    (folder / VOCABULARY_MAP).write_text(identity_map(pieces), encoding="utf-8", newline="\n")


def move_into_place(source: Path, target: Path) -> None:
    """Copy a finished folder to ``target``, replacing it at once."""
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        copy_folder(source, part)
        for file in part.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)  # safetensors writes for its owner only
        replace_folder(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def remeasure_lexicon(recipe_file: str, target: Path) -> None:
    """Measure the inverse dictionary ``target`` of a folder again, after the dictionary changed."""
    from despin.infer.resources import find_config
    from despin.train.data.corpora import Corpora
    from despin.train.data.examples import load_mix
    from despin.train.data.inversion import measure_lexicon
    from despin.train.recipe import load_recipe

    recipe = load_recipe(find_config(recipe_file, "train"))
    measured = measure_lexicon(recipe, Corpora(recipe.corpora), load_mix(recipe.pairs))
    put_lexicon(measured, target)


def put_lexicon(lexicon: InverseLexicon, target: Path) -> None:
    """Save an inverse dictionary as ``target`` in a folder of weights, and its digest, in one step."""
    with edited_folder(target.parent) as folder:
        lexicon.save(folder / target.name)
        update_digests(folder, [target.name])
