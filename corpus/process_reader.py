"""A reader of documents for code that others run in processes of theirs: one model in each, loaded once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from despin.corpus.document_reader import Document, DocumentReader, Finding
from despin.infer.despinner import Despinner


class ProcessReader(DocumentReader):
    """Holds no model but takes that of the process, so that it can be copied and pickled at any time."""

    @property
    def despinner(self) -> Despinner:
        """The process's model with these settings."""
        own = self.settings
        loaded = _loaded(os.getpid(), own.checkpoint, self.threads)
        return loaded.with_options(min_score=own.threshold, point=own.point)

    def read_values(self, values: Iterable[object]) -> list[Finding | None]:
        """The finding of each value, in order; None for what is no str."""
        texts = [value if isinstance(value, str) else None for value in values]
        findings = iter(
            self.read([Document(text, self.settings.format) for text in texts if text is not None])
        )
        return [None if text is None else next(findings) for text in texts]


@cache
def _loaded(process: int, checkpoint: str | None, threads: int) -> Despinner:
    """The model of a process.

    One that was loaded before a fork is of no use behind it, since its threads are gone; nor may it be
    discarded there, which would wait for them. It stays here under its own process.
    """
    return Despinner(checkpoint, threads=threads)
