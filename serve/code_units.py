"""Offsets in UTF-16 code units, as JavaScript, Java and their users count, from offsets in characters."""

from __future__ import annotations

import re
from bisect import bisect_left

_BEYOND_UNIT = re.compile("[\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Utf16Offsets:
    """The offsets of one text. A character beyond U+FFFF, such as an emoji, has two code units."""

    def __init__(self, text: str) -> None:
        self._pairs = [] if text.isascii() else [m.start() for m in _BEYOND_UNIT.finditer(text)]

    def __getitem__(self, offset: int) -> int:
        """The code units before a character offset."""
        return offset + bisect_left(self._pairs, offset)


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + len(_BEYOND_UNIT.findall(text))


def without_surrogates(text: str) -> str:
    """``text`` with U+FFFD for each lone surrogate, which JSON may hold and UTF-8 cannot; offsets stay."""
    return _SURROGATE.sub("\ufffd", text)
