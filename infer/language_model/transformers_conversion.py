"""Causal language models that transformers can read as CTranslate2 models in int8.

A folder in Hugging Face format, a name on the hub, or a GGUF file of an architecture that
`despin.infer.language_model.gguf_conversion` does not read itself. Needs torch and transformers, once.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from despin.errors import InputError

_LICENCE = re.compile(r"^license:\s*(\S+)", re.MULTILINE)
REQUIREMENT = "converting this model needs torch and transformers: pip install 'despin[train]'"


def convert(source: str, folder: Path, quantization: str) -> dict[str, Any]:
    """Convert ``source`` into ``folder``, which exists; returns what the card says of it.

    Raises InputError if the packages are missing, or the model cannot be read or converted.
    """
    try:
        import torch
        from ctranslate2.converters import TransformersConverter
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ModuleNotFoundError:
        raise InputError(REQUIREMENT) from None
    file = Path(source)
    place: dict[str, Any] = {"pretrained_model_name_or_path": source}
    if file.suffix == ".gguf":
        place = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
    try:
        tokenizer = AutoTokenizer.from_pretrained(**place)
        model = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32)
        with tempfile.TemporaryDirectory() as scratch:
            # Dequantized weights are saved by a model that does not know it was quantized.
            if hasattr(model.config, "quantization_config"):
                del model.config.quantization_config
            plain = AutoModelForCausalLM.from_config(model.config)  # type: ignore[no-untyped-call]
            plain.load_state_dict(model.state_dict())
            plain.save_pretrained(scratch)
            tokenizer.save_pretrained(scratch)
            TransformersConverter(scratch).convert(str(folder), quantization=quantization, force=True)
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    except Exception as error:  # each architecture has its own ways to fail
        raise InputError(f"{source} cannot be converted: {' '.join(str(error).split())}") from None
    start = tokenizer.bos_token or tokenizer.eos_token
    if start is None:
        raise InputError(f"{source}: the tokenizer has no token that starts a document")
    return {
        "source": source,
        "licence": _licence(file),
        "architecture": str(model.config.model_type),
        "parameters": int(model.num_parameters()),
        "start": str(start),
    }


def _licence(source: Path) -> str:
    """The licence that the model card beside a model names."""
    card = (source if source.is_dir() else source.parent) / "README.md"
    try:
        match = _LICENCE.search(card.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        match = None
    return match[1] if match else "see its model card"
