"""The kind of apostrophe that a replacement gets: that of its nearest neighbour in the text."""

from __future__ import annotations

import re
from bisect import bisect_left

from despin.infer.text.quotes import CURLY_APOSTROPHE

_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_CURLY_QUOTE = re.compile("[‘’“”]")


class Apostrophes:
    """The apostrophes inside the words of a text."""

    def __init__(self, text: str) -> None:
        self._positions: list[int] = []
        self._are_curly: list[bool] = []
        for match in _APOSTROPHE.finditer(text):
            self._positions.append(match.start())
            self._are_curly.append(match[0] == CURLY_APOSTROPHE)
        self._default = '"' not in text and "'" not in text and _CURLY_QUOTE.search(text) is not None

    def set_in(self, replacement: str, offset: int) -> str:
        """``replacement`` with the apostrophes of the text's word next to ``offset``; without any such word,
        with curly ones if the text's quotation marks are curly, else with straight ones."""
        if "'" not in replacement:
            return replacement
        is_curly = self._default
        if self._positions:
            i = bisect_left(self._positions, offset)
            nearest = min(
                range(max(0, i - 1), min(i + 1, len(self._positions))),
                key=lambda j: abs(self._positions[j] - offset),
            )
            is_curly = self._are_curly[nearest]
        return replacement.replace("'", CURLY_APOSTROPHE) if is_curly else replacement
