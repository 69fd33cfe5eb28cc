"""Progress on standard error, if it is a terminal."""

from __future__ import annotations

import sys
import time

UPDATE_SECONDS = 0.2
"""Minimum seconds between two updates."""


class StatusLine:
    """A line that is updated in place; nothing is written unless standard error is a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._start = self._last_update = time.monotonic()
        self._words = self._width = 0

    def add(self, path: str, words: int) -> None:
        """Count ``words`` more, of the file ``path``, as processed."""
        self._words += words
        now = time.monotonic()
        if self._shown and now - self._last_update >= UPDATE_SECONDS:
            self._last_update = now
            speed = self._words / (now - self._start)
            self._write(f"despin: {path}: {self._words:,} words, {speed:,.0f} words/s")

    def clear(self) -> None:
        """Erase the line, before other output."""
        if self._shown and self._width:
            self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write("\r" + line.ljust(self._width) + ("\r" if not line else ""))
        sys.stderr.flush()
        self._width = len(line)
