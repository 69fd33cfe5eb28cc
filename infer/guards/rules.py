"""The guards, in the order in which they are checked.

Amounts are compared by value: "12 months" and "a year", "3rd" and "third" are the same. A name is what the
dictionary writes with a capital: a single one is never made of another name, while a word inside one may be
restored ("White Home", whose "home" is no name in the dictionary).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from despin.infer.candidates.slots import Slot, has_words
from despin.infer.guards.amounts import same_amounts
from despin.infer.guards.guard import Guard
from despin.infer.guards.negation import same_negation
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import fold, tokenize

MAX_WORDS = 8
"""Tokens that a replacement may have."""
_UNKNOWN = ("<", "\ufffd", "⁇")
_SENTENCE_END = re.compile(r"(?<=[a-z]{2})\.(?=\s|$)|[!?]")
_DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|"
    r"october|november|december)\b",
    re.IGNORECASE,
)
"""March and May are verbs too, and are left to the other guards."""
_PRONOUNS = frozenset(["i", "i'm", "i'd", "i'll", "i've"])


def _is_protected(slot: Slot, replacement: str) -> bool:
    return slot.protected


def _is_empty(slot: Slot, replacement: str) -> bool:
    return not has_words(replacement)


def _has_unknown(slot: Slot, replacement: str) -> bool:
    return any(mark in replacement for mark in _UNKNOWN)


def _is_same(slot: Slot, replacement: str) -> bool:
    return _normalized(replacement) == _normalized(slot.source)


def _is_too_long(slot: Slot, replacement: str) -> bool:
    return len(tokenize(replacement)) > MAX_WORDS


def _loses_line_break(slot: Slot, replacement: str) -> bool:
    return "\n" in slot.source or "\r" in slot.source


def _changes_amount(slot: Slot, replacement: str) -> bool:
    return not same_amounts(slot.source, replacement)


def _changes_date(slot: Slot, replacement: str) -> bool:
    return _dates(slot.source) != _dates(replacement)


def _changes_name(slot: Slot, replacement: str) -> bool:
    return replacement in slot.names and not slot.at_sentence_start and _is_name(slot.source)


def _changes_negation(slot: Slot, replacement: str) -> bool:
    return not same_negation(slot.source, replacement)


def _changes_sentences(slot: Slot, replacement: str) -> bool:
    return len(_SENTENCE_END.findall(slot.source)) != len(_SENTENCE_END.findall(replacement))


_ALL = (
    Guard("protected", "addresses, handles, hashtags, mark-up and code are left as they are", _is_protected),
    Guard("empty", "no word would stand there", _is_empty),
    Guard("unknown", "the replacement holds a piece that stands for no character", _has_unknown),
    Guard("same", "only quotation marks, case or spacing would change", _is_same),
    Guard("length", "the replacement is out of all proportion", _is_too_long),
    Guard("break", "a line break inside the wording would be lost", _loses_line_break),
    Guard("figures", "a figure or an amount would change", _changes_amount),
    Guard("dates", "a day of the week or a month would change", _changes_date),
    Guard("name", "a name would become another name", _changes_name),
    Guard("negation", "a negation would be gained or lost", _changes_negation),
    Guard("sentence", "a sentence would be gained or lost", _changes_sentences),
)
GUARDS = {guard.name: guard for guard in _ALL}
"""Guards by name, in the order in which they are checked."""


def first_refusal(slot: Slot, replacement: str, names: Collection[str] = GUARDS) -> Guard | None:
    """The first guard that forbids ``replacement`` in ``slot``, of those that ``names`` holds; or None."""
    return next((g for g in GUARDS.values() if g.name in names and g.refuses(slot, replacement)), None)


def _dates(wording: str) -> list[str]:
    return sorted(match.lower().rstrip("s") for match in _DATES.findall(wording))


def _is_name(wording: str) -> bool:
    """Whether a wording is a single word with a capital, and no pronoun."""
    return len(tokenize(wording)) == 1 and wording[0].isupper() and fold(wording) not in _PRONOUNS


def _normalized(text: str) -> list[str]:
    """The tokens without case and without the kind of quotation mark."""
    return [straighten_quotes(fold(token.text)) for token in tokenize(text)]
