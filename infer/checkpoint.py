"""A checkpoint folder: what it must hold, where the embedded one is, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.errors import CheckpointError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.subwords import Subwords
from despin.infer.decision.ngrams import NGRAMS_FILE, NgramTable
from despin.infer.settings import SETTINGS_FILE, parse_settings, read_settings

EMBEDDED = Path(__file__).parent / "embedded"
MODEL_FILE = "model.bin"
TOKENIZER_FILE = "tokenizer.json"
INVERSE_FILE = "inverse.tsv"
VOCABULARY_MAP = "vmap.txt"
"""CTranslate2's name for the table of pieces that a piece of the source allows in the output."""
REQUIRED_FILES = (
    SETTINGS_FILE, "config.json", MODEL_FILE, "shared_vocabulary.json", TOKENIZER_FILE, INVERSE_FILE,
)  # fmt: skip
OPTIONAL_FILES = (NGRAMS_FILE, VOCABULARY_MAP)
CHECKPOINT_FILES = (*REQUIRED_FILES, *OPTIONAL_FILES)
"""All that inference reads of a checkpoint folder."""


@dataclass(frozen=True)
class Checkpoint:
    """A checked checkpoint folder, its small parts loaded."""

    folder: Path
    settings: dict[str, Any]
    """The mapping in its ``despin.json``, which `parse_settings` has accepted."""
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
    missing = [name for name in REQUIRED_FILES if not (folder / name).is_file()]
    if missing:
        hint = (
            "; this is a trainable checkpoint, export it first"
            if (folder / "model.safetensors").exists()
            else ""
        )
        raise CheckpointError(f"{folder} is no Despin checkpoint: {', '.join(missing)} missing{hint}")
    settings = read_settings(folder)
    parse_settings(settings, folder)
    try:
        # Unpacking releases the interpreter lock, so it runs while everything else is loaded.
        ngrams_file = folder / NGRAMS_FILE
        unpacking = _in_background(NgramTable.load, ngrams_file) if ngrams_file.is_file() else None
        pieces = Subwords.load(folder / TOKENIZER_FILE)
        lexicon = InverseLexicon.load(folder / INVERSE_FILE)
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{folder} cannot be read: {error}") from None
    return Checkpoint(folder, settings, pieces, lexicon, unpacking)


def checkpoint_digest(folder: Path) -> str:
    """The sha256 (hex) of all that inference reads of a folder: each file's name, size and bytes.

    A missing file counts by its absence, so that two folders have one digest only if they answer alike.
    """
    digest = hashlib.sha256()
    for name in CHECKPOINT_FILES:
        file = folder / name
        size = file.stat().st_size if file.is_file() else -1
        digest.update(f"{name}\0{size}\0".encode())
        if size >= 0:
            with file.open("rb") as handle:
                while block := handle.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def _in_background(load: Callable[[Path], NgramTable], file: Path) -> Future[NgramTable]:
    pool = ThreadPoolExecutor(1)
    future = pool.submit(load, file)
    pool.shutdown(wait=False)
    return future


def _from_hub(name: str) -> Path:
    """The local copy of a hub repository, fetched where it is not there yet."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name.removeprefix("hf://"), allow_patterns=list(CHECKPOINT_FILES)))
    except Exception as error:  # whatever the network, the hub or its client raise, it is one thing here
        first = str(error).strip().splitlines()[:1]
        raise CheckpointError(
            f"{name} cannot be fetched: {' '.join(first) or type(error).__name__}"
        ) from None
