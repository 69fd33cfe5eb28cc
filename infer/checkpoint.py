"""A checkpoint folder: what it must hold, its digests, where the embedded one is, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from despin.errors import CheckpointError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.subwords import Subwords
from despin.infer.decision.ngrams import NGRAMS_FILE, NgramTable
from despin.infer.digests import DIGESTS_FILE, DamagedFolder, check_digests
from despin.infer.settings import SETTINGS_FILE, parse_settings, read_settings

T = TypeVar("T")
EMBEDDED = Path(__file__).parent / "embedded"
MODEL_FILE = "model.bin"
TOKENIZER_FILE = "tokenizer.json"
INVERSE_FILE = "inverse.tsv"
VOCABULARY_FILE = "shared_vocabulary.json"
VOCABULARY_MAP = "vmap.txt"
"""CTranslate2's name for the table of pieces that a piece of the source allows in the output."""
REQUIRED_FILES = (
    SETTINGS_FILE, "config.json", MODEL_FILE, VOCABULARY_FILE, TOKENIZER_FILE, INVERSE_FILE,
)  # fmt: skip
OPTIONAL_FILES = (NGRAMS_FILE, VOCABULARY_MAP)
CHECKPOINT_FILES = (*REQUIRED_FILES, *OPTIONAL_FILES)
"""All that inference reads of a checkpoint folder, besides ``digests.json``."""
_LARGE_FILES = (MODEL_FILE, NGRAMS_FILE)


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

    Only an ``hf://`` name reaches for the network. Every file is compared with its digest in
    ``digests.json``; a folder without that file, as earlier versions exported it, is read unchecked. Raises
    CheckpointError if the folder, one of its files or its format is not what is needed.
    """
    if path is not None and str(path).startswith("hf://"):
        folder = _from_hub(str(path))
    else:
        folder = EMBEDDED if path is None else Path(path)
    _require_files(folder)
    settings = read_settings(folder)
    parse_settings(settings, folder)
    large_files_checked = None
    try:
        # Hashing and unpacking release the interpreter lock, so they run while everything else is loaded. All
        # digests are compared before CTranslate2 sees a file: its loader trusts what it reads.
        if (folder / DIGESTS_FILE).exists():
            large_files_checked = _in_background(lambda: check_digests(folder, _LARGE_FILES))
            check_digests(folder, [name for name in CHECKPOINT_FILES if name not in _LARGE_FILES])
        ngrams_file = folder / NGRAMS_FILE
        has_ngrams = ngrams_file.is_file()
        unpacking = _in_background(lambda: NgramTable.load(ngrams_file)) if has_ngrams else None
        pieces = Subwords.load(folder / TOKENIZER_FILE)
        lexicon = InverseLexicon.load(folder / INVERSE_FILE)
        _check_vocabulary(folder, pieces)
        if large_files_checked is not None:
            large_files_checked.result()
    except DamagedFolder as error:
        raise CheckpointError(
            f"{folder} is damaged: {error}; fetch or export the checkpoint again "
            f"(after a change of your own: despin train digests {folder})"
        ) from None
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{folder} cannot be read: {error}") from None
    return Checkpoint(folder, settings, pieces, lexicon, unpacking)


def _require_files(folder: Path) -> None:
    """Raise CheckpointError if there is no checkpoint at ``folder``, or a folder in the place of a file."""
    if not folder.is_dir():
        old = folder.with_name(folder.name + ".old")
        if old.is_dir():  # where two names cannot be exchanged in one step
            raise CheckpointError(
                f"no checkpoint folder at {folder}: an export was interrupted; rename {old}"
            )
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
    for name in OPTIONAL_FILES:
        if (folder / name).exists() and not (folder / name).is_file():
            raise CheckpointError(f"{folder} is no Despin checkpoint: {name} is no file")


def _check_vocabulary(folder: Path, pieces: Subwords) -> None:
    """Raise ValueError unless model and tokenizer number the pieces alike and the map is the identity.

    Otherwise the model would be asked about other pieces than those of the text; an empty map crashes
    CTranslate2.
    """
    file = folder / VOCABULARY_FILE
    try:
        vocabulary = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        vocabulary = None
    if not isinstance(vocabulary, list) or not all(isinstance(piece, str) for piece in vocabulary):
        raise ValueError(f"{VOCABULARY_FILE} does not hold a JSON list of pieces")
    id_of = pieces.tokenizer.get_vocab()
    if len(vocabulary) != len(id_of) or any(id_of.get(p) != number for number, p in enumerate(vocabulary)):
        raise ValueError(f"{TOKENIZER_FILE} and {VOCABULARY_FILE} are of different models")
    vocabulary_map = folder / VOCABULARY_MAP
    if vocabulary_map.is_file() and vocabulary_map.read_bytes() != identity_map(vocabulary).encode():
        raise ValueError(f"{VOCABULARY_MAP} does not map each piece to itself; export the checkpoint again")


def identity_map(vocabulary: Iterable[str]) -> str:
    """The content of a vocabulary map by which only pieces of the source may be generated.

    The source contains the hints and markers, which is all that the engine scores.
    """
    return "".join(f"{piece}\t{piece}\n" for piece in vocabulary if piece.split() == [piece])


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


def _in_background(work: Callable[[], T]) -> Future[T]:
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future


def _from_hub(name: str) -> Path:
    """The local copy of a hub repository, fetched where it is not there yet."""
    from huggingface_hub import snapshot_download

    files = [*CHECKPOINT_FILES, DIGESTS_FILE]
    try:
        return Path(snapshot_download(name.removeprefix("hf://"), allow_patterns=files))
    except Exception as error:  # whatever the network, the hub or its client raise, it is one thing here
        first = str(error).strip().splitlines()[:1]
        raise CheckpointError(
            f"{name} cannot be fetched: {' '.join(first) or type(error).__name__}"
        ) from None
