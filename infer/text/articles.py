"""The indefinite article as a clue: spinners leave it as the original wording required."""

from __future__ import annotations

import re

_ARTICLE_BEFORE = re.compile(r"(?<![\w'’-])(an?)\s+$", re.IGNORECASE)
_VOWELS = frozenset("aeiou8")
_SILENT_H = re.compile(r"hou?r(?!de)|honest|honou?r|heir", re.IGNORECASE)
_CONSONANT = re.compile(
    r"uni(?!n|m[^o]|d)|use|usu|usa|uti|uto|ub[iq]|ura|uri|eu|ewe|one\b|once\b|one-", re.IGNORECASE
)
LOOKBEHIND = 8
"""Characters searched before a position for an article and the white space after it."""


def article_before(text: str, start: int) -> str | None:
    """``a`` or ``an`` with the white space after it, as they stand before offset ``start``, or else None."""
    match = _ARTICLE_BEFORE.search(text, max(0, start - LOOKBEHIND), start)
    return match[0] if match else None


def repaired_article(article: str) -> str:
    """The other indefinite article, in the same case and with the same white space after it."""
    if article[:2].lower() == "an":
        return article[0] + article[2:]
    return article[0] + "n" + article[1:]


def takes_an(wording: str) -> bool:
    """Whether ``wording`` takes "an" rather than "a", judged by its spelling ("an hour", "a union")."""
    if _SILENT_H.match(wording):
        return True
    return wording[:1].lower() in _VOWELS and not _CONSONANT.match(wording)


def article_agrees(article: str | None, wording: str) -> bool:
    """Whether ``wording`` may follow ``article``; always True if ``article`` is None."""
    return article is None or takes_an(wording) == (article == "an")
