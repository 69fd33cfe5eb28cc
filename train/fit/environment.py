"""The machine and the package versions that a run is recorded with."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

PACKAGES = ("despin", "torch", "transformers", "accelerate", "datasets", "ctranslate2", "tokenizers")
CPU_INFO = Path("/proc/cpuinfo")


def hardware() -> str:
    """GPUs, or processor model, cores and threads, in words."""
    if torch.cuda.is_available():
        return f"{torch.cuda.device_count()} x {torch.cuda.get_device_name()}"
    name = platform.processor() or platform.machine()
    if CPU_INFO.exists():
        lines = CPU_INFO.read_text().splitlines()
        models = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
        name = models[0] if models else name
    return f"{name}, {os.cpu_count()} cores, {torch.get_num_threads()} threads used, no GPU"


def package_versions() -> dict[str, str]:
    """The versions of those of PACKAGES that are installed."""
    versions = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions
