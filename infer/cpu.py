"""Available processor cores."""

from __future__ import annotations

import os

MAX_THREADS = 256
"""More threads than any machine here can use; far more of them end the process."""


def available_cores() -> int:
    """The number of cores that this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(threads: int) -> None:
    """Raise ValueError unless ``threads`` is from 0 (all cores) to MAX_THREADS."""
    if not isinstance(threads, int) or not 0 <= threads <= MAX_THREADS:
        raise ValueError(f"threads must be an integer between 0 and {MAX_THREADS}, got {threads!r}")
