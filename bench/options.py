"""What the systems of a comparison are made from, and how one says that it cannot run."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from despin.infer.checkpoint import EMBEDDED


class NotRun(Exception):
    """A system that cannot run here; the message is the reason, on one line."""


def folder_of(package: str, install: str) -> Path:
    """Where an installed package lies, which is not imported. Raises NotRun, naming what to ``install``."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise NotRun(f"the package {package} is missing: install {install}")
    return Path(found.submodule_search_locations[0])


@dataclass(frozen=True)
class Options:
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
