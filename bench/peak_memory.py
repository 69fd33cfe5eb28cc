"""The most memory that a process has held."""

from __future__ import annotations

from pathlib import Path


def peak_memory() -> int | None:
    """Bytes that this process has held at most; None where the system does not tell.

    What the kernel tells of an ended process counts the memory of the one that started it too, so each
    asks for itself.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), None)
