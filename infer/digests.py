"""Digests of the files of a folder, so that a damaged or exchanged file is found before it is used.

Flipped bits in weights, half a dictionary or another model's tokenizer still load, and give other text. The
digests lie beside the files, in ``digests.json``: a mapping of file name to ``bytes`` and ``sha256`` (hex,
what `sha256sum` prints). They find accidents, not attacks: who can change a file can change its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from despin.infer.files import write_text

DIGESTS_FILE = "digests.json"
UNCHECKED = frozenset([DIGESTS_FILE, "README.md", "lineage.json"])
"""Files without a digest: those that only people read, which `despin train card` writes again."""


class DamagedFolder(ValueError):
    """A file of a folder is not what its digest says; the message names the file and how it differs."""


def write_digests(folder: Path) -> None:
    """Write the digests of all regular files at the top of ``folder`` but UNCHECKED, atomically.

    Raises OSError if one cannot be read, InputError if the digests cannot be written.
    """
    names = sorted(file.name for file in folder.iterdir() if file.is_file() and file.name not in UNCHECKED)
    _write(folder, {name: _digest(folder / name) for name in names})


def update_digests(folder: Path, changed: Iterable[str]) -> None:
    """`record_digests`, or nothing where the folder has no digests, as of earlier versions."""
    if (folder / DIGESTS_FILE).exists():
        record_digests(folder, changed)


def record_digests(folder: Path, changed: Iterable[str]) -> None:
    """Record the files ``changed`` as they are now, beside what is recorded.

    The digests of the other files stay, so that damage to them is still found. Raises DamagedFolder if
    ``digests.json`` cannot be read, and what `write_digests` raises.
    """
    recorded = read_digests(folder) if (folder / DIGESTS_FILE).exists() else {}
    _write(folder, {**recorded, **{name: _digest(folder / name) for name in changed}})


def has_digest(file: Path) -> bool:
    """Whether the digest of a file is recorded in its folder. Raises DamagedFolder as `read_digests`."""
    return (file.parent / DIGESTS_FILE).exists() and file.name in read_digests(file.parent)


def read_digests(folder: Path) -> dict[str, dict[str, Any]]:
    """The recorded digests by file name. Raises DamagedFolder if the file is not as written."""
    try:
        recorded = json.loads((folder / DIGESTS_FILE).read_text(encoding="utf-8"))
        valid = all(
            Path(name).name == name and set(digest) == {"bytes", "sha256"} and type(digest["bytes"]) is int
            for name, digest in recorded.items()
        )
    except (OSError, ValueError, RecursionError, AttributeError, TypeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DamagedFolder(f"{DIGESTS_FILE} cannot be read ({reason})") from None
    if not valid:
        raise DamagedFolder(f"{DIGESTS_FILE} does not hold the size and sha256 of each file")
    return dict(recorded)


def check_digests(folder: Path, names: Collection[str] | None = None) -> None:
    """Compare files with their digests: ``names``, whether they are recorded or there, or all recorded ones.

    Files of the same size as recorded are read whole: 0.06 s for the 48 MB of the embedded checkpoint (sha256
    of OpenSSL on a server core, 0.8 GB/s; blake2b took 0.07 s, zlib's crc32 0.04 s). The interpreter lock is
    released meanwhile. Raises DamagedFolder at the first difference, OSError if a file cannot be read.
    """
    recorded = read_digests(folder)
    for name in recorded if names is None else names:
        file = folder / name
        if not file.exists():
            if name in recorded:
                raise DamagedFolder(f"{name} is missing")
        elif not file.is_file():
            raise DamagedFolder(f"{name} is no file")
        elif name not in recorded:
            raise DamagedFolder(f"{name} is not among the files that {DIGESTS_FILE} lists")
        elif (size := file.stat().st_size) != recorded[name]["bytes"]:
            raise DamagedFolder(f"{name} has {size:,} bytes instead of {recorded[name]['bytes']:,}")
        elif _digest(file) != recorded[name]:
            raise DamagedFolder(f"{name} differs from its sha256 in {DIGESTS_FILE}")


def _digest(file: Path) -> dict[str, Any]:
    with file.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return {"bytes": handle.tell(), "sha256": digest}


def _write(folder: Path, digests: dict[str, dict[str, Any]]) -> None:
    write_text(folder / DIGESTS_FILE, json.dumps(digests, indent=1, sort_keys=True) + "\n")
