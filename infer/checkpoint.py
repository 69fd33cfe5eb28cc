"""A checkpoint folder: what it must hold, where the embedded one is, and how one is told from another."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.errors import CheckpointError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.subwords import Subwords
from despin.infer.decision.ngrams import NGRAMS_FILE, NgramTable

EMBEDDED = Path(__file__).parent / "embedded"
FORMAT = 1
VOCABULARY_MAP = "vmap.txt"
"""CTranslate2's name for the table of pieces that a piece of the source allows in the output."""
FILES = ("despin.json", "config.json", "model.bin", "shared_vocabulary.json", "tokenizer.json", "inverse.tsv")


@dataclass(frozen=True)
class Checkpoint:
    """A checked checkpoint folder, its small parts loaded."""

    folder: Path
    settings: dict[str, Any]
    pieces: Subwords
    lexicon: InverseLexicon
    unpacking: Future[NgramTable] | None = None

    @property
    def ngrams(self) -> NgramTable | None:
        """The table of n-grams, waited for while it is unpacked. None where the folder has none: the
        model and the inverse dictionary then decide alone. Raises CheckpointError if it is damaged."""
        try:
            return None if self.unpacking is None else self.unpacking.result()
        except (OSError, ValueError) as error:
            raise CheckpointError(f"{self.folder} cannot be read: {error}") from None


def open_checkpoint(path: str | Path | None = None) -> Checkpoint:
    """The checkpoint in a folder, of a hub repository (``hf://owner/name``), or the embedded one.

    Only an ``hf://`` name reaches for the network. Raises CheckpointError if the folder, one of its
    files or its format is not what is needed.
    """
    if path is not None and str(path).startswith("hf://"):
        folder = _from_hub(str(path))
    else:
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
        # Unpacking holds no lock, so it goes on beside all else that a first result waits for.
        unpacking = (
            _begin(NgramTable.load, folder / NGRAMS_FILE) if (folder / NGRAMS_FILE).is_file() else None
        )
        pieces = Subwords.load(folder / "tokenizer.json")
        lexicon = InverseLexicon.load(folder / "inverse.tsv")
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{folder} cannot be read: {error}") from None
    return Checkpoint(folder, settings, pieces, lexicon, unpacking)


def _begin(load: Callable[[Path], NgramTable], file: Path) -> Future[NgramTable]:
    with_one = ThreadPoolExecutor(1)
    begun = with_one.submit(load, file)
    with_one.shutdown(wait=False)
    return begun


def _from_hub(name: str) -> Path:
    """The local copy of a hub repository, fetched where it is not there yet."""
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(
                name.removeprefix("hf://"), allow_patterns=[*FILES, NGRAMS_FILE, VOCABULARY_MAP]
            )
        )
    except Exception as error:  # whatever the network, the hub or its client raise, it is one thing here
        first = str(error).strip().splitlines()[:1]
        raise CheckpointError(
            f"{name} cannot be fetched: {' '.join(first) or type(error).__name__}"
        ) from None
