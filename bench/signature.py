"""The signature of a result: data, checkpoint, settings, versions, machine."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from despin.infer.cores import cores

WEIGHTS = ("model.bin", "inverse.tsv")
DIGITS = 12


def short(digest: str) -> str:
    """The first 12 digits of a hash, enough to tell files apart."""
    return digest[:DIGITS]


def hash_of(file: Path) -> str:
    """Twelve hex digits of a file's sha256."""
    with file.open("rb") as handle:
        return short(hashlib.file_digest(handle, "sha256").hexdigest())


def checkpoint_hash(folder: Path) -> str:
    """Twelve hex digits of the sha256 of model.bin and inverse.tsv, joined; a missing one is named."""
    digest = hashlib.sha256()
    missing = []
    for name in WEIGHTS:
        try:
            with (folder / name).open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError:
            missing.append(name)
    if len(missing) == len(WEIGHTS):
        return "none"
    return short(digest.hexdigest()) + "".join(f" (without {name})" for name in missing)


def machine() -> dict[str, str]:
    """Processor model and number of cores this process may use."""
    return {"cpu": _cpu(), "cores": str(cores())}


def versions() -> dict[str, str]:
    """Versions of what settles the result and its speed."""
    return {
        "despin": version_of("despin"),
        "ctranslate2": version_of("ctranslate2"),
        "python": platform.python_version(),
    }


def signature_line(parts: Mapping[str, str]) -> str:
    """One line of the parts, in order."""
    return "signature: " + joined(parts)


def joined(parts: Mapping[str, str]) -> str:
    """The parts side by side, in order."""
    return " | ".join(f"{name} {value}" for name, value in parts.items())


def has_bf16() -> bool:
    """Whether the processor multiplies in bfloat16 by itself; without, that is slower than float32."""
    flags = _told_of_cpu("flags").split()
    return "avx512_bf16" in flags or "amx_bf16" in flags


def version_of(package: str) -> str:
    """The version of an installed package, ``none`` where it is missing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _cpu() -> str:
    return _told_of_cpu("model name") or platform.processor() or platform.machine() or "unknown"


def _told_of_cpu(what: str) -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == what and value.strip():
                return value.strip()
    except OSError:
        pass
    return ""
