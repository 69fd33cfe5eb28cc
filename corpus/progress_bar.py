"""Progress on a terminal: share of the bytes read, time left, rate and counts."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from despin.corpus.corpus_statistics import Statistics
from despin.corpus.parts import Source
from despin.corpus.task import Progress

UPDATE_SECONDS = 0.2
"""Minimum seconds between two updates."""
FORMAT = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"


class ProgressBar:
    """A line on standard error that is updated in place; nothing where that is no terminal."""

    def __init__(self, sources: Sequence[Source]) -> None:
        from tqdm import tqdm

        sizes = [source.size for source in sources]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        self._positions: dict[int, int] = {}
        self._statistics = Statistics()
        self._failures = 0
        self._start = self._last_update = time.monotonic()
        is_shown = sys.stderr is not None and sys.stderr.isatty()
        self._bar = tqdm(
            total=total,
            unit="B",
            unit_scale=True,
            bar_format=FORMAT,
            smoothing=0,  # parts differ in what the model reads of them
            disable=not is_shown,
            file=sys.stderr,
            leave=False,
        )

    def __call__(self, progress: Progress) -> None:
        """Count a part."""
        # Parts are not done in their order: the bar follows the farthest one of each source.
        before = self._positions.get(progress.source, 0)
        self._positions[progress.source] = max(before, progress.position)
        self._failures += bool(progress.failure)
        if progress.record is not None:
            self._statistics.add(progress.record.statistics)
        if self._bar.disable:
            return
        step = self._positions[progress.source] - before
        self._bar.n += step
        if progress.record is None and not progress.failure:
            self._bar.initial += step  # what an earlier run did says nothing of the time left
        now = time.monotonic()
        if now - self._last_update >= UPDATE_SECONDS:
            self._last_update = now
            self._bar.set_postfix_str(self._counts())

    def _counts(self) -> str:
        found = self._statistics
        seconds = max(time.monotonic() - self._start, 1e-9)
        counts = [
            f"{found.words / seconds:,.0f} words/s",
            f"{found.documents:,} documents",
            f"{found.verdicts['spun']:,} spun",
        ]
        if aside := sum(found.asides.values()):
            counts.append(f"{aside:,} put aside")
        if self._failures:
            counts.append(f"{self._failures:,} failed")
        return ", ".join(counts)

    def close(self) -> None:
        """Erase the line."""
        self._bar.close()
