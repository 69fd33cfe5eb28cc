"""Offsets in UTF-16 code units, as JavaScript counts them."""

from __future__ import annotations

import re
from collections.abc import Callable

_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


def utf16_counter(text: str) -> Callable[[int], int]:
    """A function from offsets in characters of ``text``, asked in ascending order, to UTF-16 code units.

    All calls together take time linear in the text.
    """
    astral = [match.start() for match in _ASTRAL.finditer(text)]
    passed = 0

    def units(offset: int) -> int:
        nonlocal passed
        while passed < len(astral) and astral[passed] < offset:
            passed += 1
        return offset + passed

    return units
