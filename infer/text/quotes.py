"""Curly quotation marks and apostrophes as straight ones, one character for one: offsets stay the same."""

from __future__ import annotations

CURLY_APOSTROPHE = "’"
STRAIGHT_QUOTES = str.maketrans({CURLY_APOSTROPHE: "'", "‘": "'", "“": '"', "”": '"'})
"""For `str.translate`."""


def straighten_quotes(text: str) -> str:
    """``text`` with straight quotation marks and apostrophes."""
    return text.translate(STRAIGHT_QUOTES)


def straighten_apostrophes(text: str) -> str:
    """``text`` with straight apostrophes; other quotation marks stay as they are."""
    return text.replace(CURLY_APOSTROPHE, "'")
