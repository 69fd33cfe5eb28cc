"""What the systems of a comparison are made from, and how one says that it cannot run."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.errors import SystemUnavailable
from despin.infer.checkpoint import EMBEDDED, open_checkpoint


def folder_of(package: str, install: str) -> Path:
    """The folder of an installed package, without importing it. Raises SystemUnavailable if it is missing."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemUnavailable(f"the package {package} is missing: install {install}")
    return Path(found.submodule_search_locations[0])


@dataclass(frozen=True)
class SystemOptions:
    """What systems are made from."""

    checkpoint: Path = EMBEDDED
    """A checkpoint folder; for the inverse dictionary alone, ``inverse.tsv`` in it is enough."""
    min_confidence: float | None = None
    """Despin's threshold, 0 to 1; None takes the checkpoint's own."""
    threads: int = 0
    """CPU threads; 0 takes all cores."""
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
        """From options of the command line: None stands for the default."""
        if checkpoint is not None:
            settings["checkpoint"] = (
                open_checkpoint(checkpoint).folder if _on_hub(checkpoint) else Path(checkpoint)
            )
        return cls(**{name: value for name, value in settings.items() if value is not None})


def _on_hub(name: str) -> bool:
    return name.startswith("hf://")
