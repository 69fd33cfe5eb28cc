"""The files and settings from which systems are opened."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.errors import SystemUnavailable
from despin.infer.checkpoint import EMBEDDED, open_checkpoint


def package_folder(package: str, requirement: str) -> Path:
    """The folder of an installed package, without importing it. Raises SystemUnavailable if it is missing.

    ``requirement`` is what the message says to install.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemUnavailable(f"the package {package} is missing: install {requirement}")
    return Path(spec.submodule_search_locations[0])


@dataclass(frozen=True)
class SystemOptions:
    """The options shared by all systems."""

    checkpoint: Path = EMBEDDED
    """A checkpoint folder; for the inverse dictionary alone, ``inverse.tsv`` in it is enough."""
    min_confidence: float | None = None
    """Despin's threshold, 0 to 1; None uses the checkpoint's own."""
    threads: int = 0
    """CPU threads; 0 uses all cores."""
    trainable: Path = Path("models/despin-small")
    """The checkpoint in Hugging Face format."""
    base: Path = Path("runs/base")
    """The pretrained base, unpruned."""
    unpruned: Path = Path("runs/unpruned/best")
    """The base fine-tuned without pruning."""
    fivegram: Path = Path("runs/kenlm/5gram.bin")
    """KenLM's model."""

    @classmethod
    def of(cls, checkpoint: str | None = None, **settings: Any) -> SystemOptions:
        """From options of the command line, where None means the default."""
        if checkpoint is not None:
            on_hub = checkpoint.startswith("hf://")
            settings["checkpoint"] = open_checkpoint(checkpoint).folder if on_hub else Path(checkpoint)
        return cls(**{name: value for name, value in settings.items() if value is not None})
