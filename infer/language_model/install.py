"""Install a language model: convert it to int8 once, check that it works, and keep it with its card."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import ctranslate2

from despin.errors import InputError
from despin.infer.digests import write_digests
from despin.infer.language_model import gguf_conversion, transformers_conversion
from despin.infer.language_model.scorer import LanguageModel
from despin.infer.language_model.store import CARD_FILE, KNOWN, known_file, models_folder

PROBES = ("The lower house voted on Tuesday.", "Cats.", "He said that the price of oil would rise next year.")
"""Texts of several lengths, to see that the model scores them."""


def install(source: str, name: str, quantization: str = "int8") -> dict[str, Any]:
    """Convert ``source`` and install it under ``name``, replacing one of that name; returns its card.

    ``source`` is a name in KNOWN, a GGUF file, a folder in Hugging Face format, or a name on the hub. Raises
    InputError for one that cannot be read or converted, and CheckpointError for one that cannot score text.
    """
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder, prefix=f".{name}-"))
    try:
        card = {
            "name": name,
            **_convert(source, part, quantization),
            "quantization": quantization,
            "ctranslate2": ctranslate2.__version__,
        }
        card["megabytes"] = round(sum(f.stat().st_size for f in part.iterdir()) / 1e6, 1)
        _write(card, part)
        write_digests(part)
        LanguageModel(part, 1).log_probs(PROBES)
        part.chmod(0o755)  # mkdtemp makes it readable by its owner only
        shutil.rmtree(folder / name, ignore_errors=True)
        part.rename(folder / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return card


def _convert(source: str, folder: Path, quantization: str) -> dict[str, Any]:
    if source in KNOWN:
        card = gguf_conversion.convert(known_file(source), folder, quantization)
        return {**card, "licence": KNOWN[source].licence}
    path = Path(source)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise InputError(f"{source}: no such file")
        return gguf_conversion.convert(path, folder, quantization)
    hub_name = source.removeprefix("hf://")
    if not (path / "config.json").is_file() and (path.exists() or hub_name.count("/") != 1):
        raise InputError(
            f"{source} is no known model ({', '.join(KNOWN)}), GGUF file, folder with a config.json, or name "
            "on the hub (owner/name)"
        )
    return transformers_conversion.convert(source if path.is_dir() else hub_name, folder, quantization)


def _write(card: dict[str, Any], folder: Path) -> None:
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
