"""A checkpoint folder: what it must hold, where the embedded one is, and how one is told from another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.infer.lexicon import InverseLexicon
from despin.infer.pieces import Pieces

EMBEDDED = Path(__file__).parent / "checkpoint"
FORMAT = 1
FILES = ("despin.json", "config.json", "model.bin", "shared_vocabulary.json", "tokenizer.json", "inverse.tsv")


class CheckpointError(Exception):
    """A checkpoint that cannot be used; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """A checked checkpoint folder, its small parts loaded."""

    folder: Path
    settings: dict[str, Any]
    pieces: Pieces
    lexicon: InverseLexicon


def open_checkpoint(path: str | Path | None = None) -> Checkpoint:
    """The checkpoint in a folder, or the embedded one.

    Raises CheckpointError if the folder, one of its files or its format is not what is needed.
    """
    folder = EMBEDDED if path is None else Path(path)
    if not folder.is_dir():
        raise CheckpointError(
            f"no checkpoint folder at {folder}; give the folder that `despin train` exported "
            "or leave the option out for the embedded checkpoint"
        )
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        hint = (
            "; this is a trainable checkpoint, export it first"
            if (folder / "model.safetensors").exists()
            else ""
        )
        raise CheckpointError(f"{folder} is no Despin checkpoint: {', '.join(missing)} missing{hint}")
    try:
        settings = json.loads((folder / "despin.json").read_text(encoding="utf-8"))
        found = settings.get("format")
        if found != FORMAT:
            raise CheckpointError(
                f"{folder}: format {found} is not read by this version (format {FORMAT} is)"
            )
        pieces = Pieces.load(folder / "tokenizer.json")
        lexicon = InverseLexicon.load(folder / "inverse.tsv")
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{folder} cannot be read: {error}") from None
    return Checkpoint(folder, settings, pieces, lexicon)
