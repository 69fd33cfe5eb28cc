"""The trivial baseline: the text as it is."""

from __future__ import annotations

from collections.abc import Sequence


class UnchangedText:
    """Changes nothing; every system must score better than this."""

    name = "copy"
    size = 0

    def restore(self, texts: Sequence[str]) -> list[str]:
        """The texts, unchanged."""
        return list(texts)
