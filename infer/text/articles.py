"""The indefinite article as a clue: spinners leave it as the original wording required."""

from __future__ import annotations

import re

_ARTICLE_BEFORE = re.compile(r"(?<![\w'’-])(an?)\s+$", re.IGNORECASE)
_VOWELS = frozenset("aeiou8")
_SILENT_H = re.compile(r"hou?r(?!de)|honest|honou?r|heir", re.IGNORECASE)
_CONSONANT = re.compile(
    r"uni(?!n|m[^o]|d)|use|usu|usa|util|ub[iq]|ura|eu|ewe|one\b|once\b|one-", re.IGNORECASE
)
LOOKBEHIND = 8
"""Characters searched before a position for an article and the white space after it."""


def article_before(text: str, start: int) -> str | None:
    """``a`` or ``an`` if that is the word before offset ``start``, else None."""
    match = _ARTICLE_BEFORE.search(text, max(0, start - LOOKBEHIND), start)
    return match[1].lower() if match else None


def takes_an(wording: str) -> bool:
    """Whether ``wording`` takes "an" rather than "a", judged by its spelling ("an hour", "a union")."""
    if _SILENT_H.match(wording):
        return True
    return wording[:1].lower() in _VOWELS and not _CONSONANT.match(wording)


def article_agrees(article: str | None, wording: str) -> bool:
    """Whether ``wording`` may follow ``article``; always True if ``article`` is None."""
    return article is None or takes_an(wording) == (article == "an")
