"""From trained weights to what ships: bf16 in Hugging Face format, int8 for CTranslate2, and a card."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch

from despin.infer.checkpoint import FORMAT
from despin.train.model import load_model

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "model_max_length": 1_000_000,
}
SIDE_FILES = ("tokenizer.json", "inverse.tsv")


def export(trained: Path, engine_folder: Path, settings: dict[str, Any], hf_folder: Path | None = None) -> None:
    """Write the int8 checkpoint that `Despinner` loads, and the trainable one in bf16 if asked.

    ``trained`` is a folder of a run (``best``). Both are made beside their place and moved in when
    whole. The int8 model is made from the bf16 weights, so that both say the same.
    """
    with tempfile.TemporaryDirectory() as scratch:
        half = Path(scratch) / "hf"
        save_half(trained, half)
        made = Path(scratch) / "int8"
        convert(half, made)
        for name in SIDE_FILES:
            shutil.copy(trained / name, made)
        described = {"format": FORMAT, **settings}
        (made / "despin.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
        place(made, engine_folder)
        if hf_folder is not None:
            place(half, hf_folder)


def save_half(trained: Path, folder: Path) -> None:
    """Weights as bf16 safetensors with tokenizer and inverse dictionary, in Hugging Face format."""
    model = load_model(trained)
    model.to(torch.bfloat16).save_pretrained(folder)
    for name in SIDE_FILES:
        shutil.copy(trained / name, folder)
    (folder / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG, indent=1) + "\n", encoding="utf-8")


def convert(hf_folder: Path, folder: Path, quantization: str = "int8") -> None:
    """CTranslate2's form of an untied T5 in Hugging Face format.

    transformers reports every T5 as tied when CTranslate2's converter reads it, and the converter
    then scales the head's output by d_model**-0.5. Greedy text survives that, probabilities do not.
    So it is given a copy whose head is larger by the same factor.
    """
    from ctranslate2.converters import TransformersConverter

    with tempfile.TemporaryDirectory() as scratch:
        model = load_model(hf_folder)
        with torch.no_grad():
            model.lm_head.weight.mul_(model.config.d_model**0.5)
        model.save_pretrained(scratch)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(hf_folder / name, scratch)
        TransformersConverter(scratch).convert(str(folder), quantization=quantization, force=True)


def place(made: Path, target: Path) -> None:
    """Put a finished folder in its place, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(made, beside)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
