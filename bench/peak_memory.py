"""Peak memory of this process."""

from __future__ import annotations

from pathlib import Path


def peak_memory() -> int | None:
    """Bytes of peak resident memory of this process; None on systems without /proc.

    Each process must ask for itself, because the kernel's figures for a finished child process include
    the memory of the process that forked it.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), None)
