"""How far the work is, on standard error, where a person looks at it."""

from __future__ import annotations

import sys
import time

UPDATE_SECONDS = 0.2
"""Seconds between two tellings."""


class StatusLine:
    """One line that is written over and over; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._begun = self._told = time.monotonic()
        self._words = self._width = 0

    def add(self, path: str, words: int) -> None:
        """``words`` more of ``path`` are done."""
        self._words += words
        now = time.monotonic()
        if self._shown and now - self._told >= UPDATE_SECONDS:
            self._told = now
            speed = self._words / (now - self._begun)
            self._write(f"despin: {path}: {self._words:,} words, {speed:,.0f} a second")

    def clear(self) -> None:
        """Leave no trace before something else is written."""
        if self._shown and self._width:
            self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write("\r" + line.ljust(self._width) + ("\r" if not line else ""))
        sys.stderr.flush()
        self._width = len(line)
