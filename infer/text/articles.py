"""a and an: the article before a substitution was written for the original, since no spinner repairs it."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"(?<![\w'’-])(an?)\s+$", re.IGNORECASE)
_VOWELS = frozenset("aeiou8")
_SILENT_H = re.compile(r"hou?r(?!de)|honest|honou?r|heir", re.IGNORECASE)
_CONSONANT = re.compile(
    r"uni(?!n|m[^o]|d)|use|usu|usa|util|ub[iq]|ura|eu|ewe|one\b|once\b|one-", re.IGNORECASE
)
LOOKBEHIND = 8
"""Characters looked back for the article and the space behind it."""


def article_before(text: str, start: int) -> str | None:
    """``a`` or ``an`` if that is the word before ``start``, else None."""
    found = _BEFORE.search(text, max(0, start - LOOKBEHIND), start)
    return found[1].lower() if found else None


def takes_an(wording: str) -> bool:
    """Whether English puts an before ``wording``, judged by its spelling ("an hour", "a union")."""
    if _SILENT_H.match(wording):
        return True
    return wording[:1].lower() in _VOWELS and not _CONSONANT.match(wording)


def article_agrees(article: str | None, wording: str) -> bool:
    """Whether ``wording`` may stand behind ``article``; anything may where there is none."""
    return article is None or takes_an(wording) == (article == "an")
