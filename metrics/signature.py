"""The signature of a result: data, checkpoint, settings, versions, machine."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from despin.infer.checkpoint import REQUIRED_FILES, checkpoint_digest
from despin.infer.cpu import available_cores

DIGITS = 12


def short(digest: str) -> str:
    """The first 12 digits of a hash, enough to tell files apart."""
    return digest[:DIGITS]


def hash_of(file: Path) -> str:
    """The first 12 hex digits of a file's sha256."""
    with file.open("rb") as handle:
        return short(hashlib.file_digest(handle, "sha256").hexdigest())


def checkpoint_hash(folder: Path) -> str:
    """The first 12 hex digits of the hash of all that inference reads of a checkpoint folder.

    Missing required files are named after it; ``none`` if all are missing.
    """
    missing = [name for name in REQUIRED_FILES if not (folder / name).is_file()]
    if len(missing) == len(REQUIRED_FILES):
        return "none"
    note = f" (without {', '.join(missing)})" if missing else ""
    return short(checkpoint_digest(folder)) + note


def machine() -> dict[str, str]:
    """Processor model and number of cores available to this process."""
    return {"cpu": _cpu(), "cores": str(available_cores())}


def versions() -> dict[str, str]:
    """Versions of the packages on which output and speed depend."""
    return {
        "despin": version_of("despin"),
        "ctranslate2": version_of("ctranslate2"),
        "python": platform.python_version(),
    }


def signature(
    *, pairs: str | None = None, clean: Sequence[str] = (), checkpoint: Path | None = None, **settings: str
) -> dict[str, str]:
    """What figures depend on, by name: data, checkpoint, settings, versions, machine.

    ``pairs`` is the sha256 of the pairs (`despin.metrics.pairs.read_pairs`), ``clean`` the clean texts,
    ``checkpoint`` its folder. Other ``settings`` are included unchanged, with "-" for "_" in their names.
    """
    parts = {} if pairs is None else {"pairs": short(pairs)}
    if clean:
        parts["clean"] = short(hashlib.sha256("\n".join(clean).encode("utf-8")).hexdigest())
    if checkpoint is not None:
        parts["checkpoint"] = checkpoint_hash(checkpoint)
    parts |= {name.replace("_", "-"): value for name, value in settings.items()}
    return parts | versions() | machine()


def signature_line(parts: Mapping[str, str]) -> str:
    """The signature on one line."""
    return "Signature: " + " | ".join(f"{name} {value}" for name, value in parts.items())


def has_bf16() -> bool:
    """Whether the processor has bfloat16 instructions; without them bfloat16 is slower than float32."""
    flags = _cpuinfo("flags").split()
    return "avx512_bf16" in flags or "amx_bf16" in flags


def version_of(package: str) -> str:
    """The version of an installed package, ``none`` if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _cpu() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine() or "unknown"


def _cpuinfo(field: str) -> str:
    """The first value of a field in /proc/cpuinfo; empty if there is none."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field and value.strip():
                return value.strip()
    except OSError:
        pass
    return ""
