"""Guards: reasons why an edit may not be made, whatever the model says. Each has a name and a switch."""

from __future__ import annotations

import re
from collections.abc import Collection

from despin.infer.candidates.slots import Slot, has_words
from despin.infer.guards.amounts import same_amounts
from despin.infer.guards.negation import same_denial
from despin.infer.text.tokens import fold, tokenize

GUARDS = {
    "protected": "addresses, handles, hashtags, mark-up and code are left as they are",
    "empty": "no word would stand there",
    "unknown": "the replacement holds a piece that stands for no character",
    "same": "only quotation marks, case or spacing would change",
    "length": "the replacement is out of all proportion",
    "break": "a line break inside the wording would be lost",
    "figures": "a figure or an amount would change",
    "dates": "a day of the week or a month would change",
    "name": "a name would become another name",
    "negation": "a negation would be gained or lost",
    "sentence": "a sentence would be gained or lost",
}
"""Guards by name, in the order in which they are asked, and what each keeps an edit from doing."""
MAX_WORDS = 8
"""Words that a replacement may have."""
_SENTENCE = re.compile(r"(?<=[a-z]{2})\.(?=\s|$)|[!?]")
_DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|"
    r"october|november|december)\b",
    re.IGNORECASE,
)
"""March and May are verbs too, and are left to the other guards."""


def first_refusal(slot: Slot, replacement: str, guards: Collection[str] = GUARDS) -> str | None:
    """The first of ``guards`` (names in GUARDS) that forbids ``replacement`` in ``slot``, or None.

    Amounts are compared by value: "12 months" and "a year", "3rd" and "third" are the same.
    A name is what the dictionary writes with a capital: a single one is never made of another name,
    while a word inside one may be restored ("White Home", whose "home" is no name in the dictionary).
    """
    return next((name for name in GUARDS if name in guards and _broken(name, slot, replacement)), None)


def _broken(name: str, slot: Slot, replacement: str) -> bool:
    source = slot.source
    match name:
        case "protected":
            return slot.protected
        case "empty":
            return not has_words(replacement)
        case "unknown":
            return any(mark in replacement for mark in ("<", "\ufffd", "⁇"))
        case "same":
            return _bare(replacement) == _bare(source)
        case "length":
            return len(tokenize(replacement)) > MAX_WORDS
        case "break":
            return "\n" in source or "\r" in source
        case "figures":
            return not same_amounts(source, replacement)
        case "dates":
            return _dates(source) != _dates(replacement)
        case "name":
            return replacement in slot.names and not slot.starts and _is_name(source)
        case "negation":
            return not same_denial(source, replacement)
        case "sentence":
            return len(_SENTENCE.findall(source)) != len(_SENTENCE.findall(replacement))
        case _:
            raise ValueError(f"no guard {name!r}")


def _dates(wording: str) -> list[str]:
    return sorted(found.lower().rstrip("s") for found in _DATES.findall(wording))


def _is_name(wording: str) -> bool:
    """Whether a wording is a single word with a capital, and no pronoun."""
    found = tokenize(wording)
    return len(found) == 1 and wording[0].isupper() and fold(wording) not in _PRONOUNS


_PRONOUNS = frozenset(["i", "i'm", "i'd", "i'll", "i've"])


def _bare(text: str) -> list[str]:
    """The tokens without case and without the kind of quotation mark."""
    return [fold(w.text).replace("“", '"').replace("”", '"').replace("‘", "'") for w in tokenize(text)]
