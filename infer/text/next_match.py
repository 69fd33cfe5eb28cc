"""The next match of a pattern after ascending positions, in linear time over all queries."""

from __future__ import annotations

import re


class NextMatch:
    """Finds the next match of patterns in one text, remembering the last answer for each pattern.

    A query from a position before the match remembered is answered without a search, and a pattern found to
    have no match is not searched for again; so the queries for one pattern cost one pass over the text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: dict[re.Pattern[str], tuple[int, re.Match[str] | None]] = {}

    def find(self, pattern: re.Pattern[str], position: int, limit: int | None = None) -> re.Match[str] | None:
        """The first match that starts at ``position`` or behind, if it ends at ``limit`` or before.

        ``position`` must not decrease between calls with the same pattern; one that does is answered by a
        search of its own.
        """
        since, match = self._last.get(pattern, (-1, None))
        if since < 0 or position < since or (match is not None and match.start() < position):
            match = pattern.search(self._text, position)
            self._last[pattern] = (position, match)
        if match is None or (limit is not None and match.end() > limit):
            return None
        return match
