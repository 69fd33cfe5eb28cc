"""Guards: reasons why an edit may not be made, whatever the model says."""

from __future__ import annotations

import re

from despin.infer.slots import Slot, has_words
from despin.infer.words import fold, words

_DIGITS = re.compile(r"\d+")
_NEGATION = re.compile(r"\b(?:not|no|never|none|nor|cannot|neither)\b|n['’]t\b", re.IGNORECASE)
LONGEST = 8
"""Words that a replacement may have."""


def refuse(slot: Slot, replacement: str) -> str | None:
    """The name of the guard that forbids ``replacement`` in ``slot``, or None.

    - ``empty``: nothing, or no word, would stand there.
    - ``same``: only quotes, case or spacing would change.
    - ``length``: the replacement is out of all proportion.
    - ``figures``: digits would change, come or go, and no hint asks for it ("3rd" -> "third").
    - ``negation``: a "not" would be gained or lost and no hint asks for it.
    - ``unknown``: it holds a piece that stands for no character.
    """
    if not replacement or not has_words(replacement):
        return "empty"
    if "<" in replacement or "\ufffd" in replacement or "⁇" in replacement:
        return "unknown"
    if _bare(replacement) == _bare(slot.source):
        return "same"
    if len(words(replacement)) > LONGEST:
        return "length"
    if replacement in slot.hints:
        return None
    if sorted(_DIGITS.findall(slot.source)) != sorted(_DIGITS.findall(replacement)):
        return "figures"
    if bool(_NEGATION.search(slot.source)) != bool(_NEGATION.search(replacement)):
        return "negation"
    return None


def _bare(text: str) -> list[str]:
    """The tokens without case and without the kind of quotation mark."""
    return [fold(w.text).replace("“", '"').replace("”", '"').replace("‘", "'") for w in words(text)]
