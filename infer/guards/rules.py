"""The guards, in the order in which they are checked.

Amounts are compared by value: "12 months" and "a year", "3rd" and "third" are the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from despin.infer.candidates.slots import Slot, has_words
from despin.infer.guards.amounts import Change, amount_change
from despin.infer.guards.context import GuardContext
from despin.infer.guards.guard import CERTAIN, Guard, Proposal
from despin.infer.guards.hurtful import hurts
from despin.infer.guards.names import changes_name
from despin.infer.guards.negation import same_negation
from despin.infer.guards.quantities import is_garbled_selection, same_quantities
from despin.infer.guards.quantity_phrases import NUMBER_BEHIND
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import fold, tokenize

__all__ = ["CERTAIN", "GUARDS", "MAX_WORDS", "first_refusal"]

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


def _is_protected(edit: Proposal) -> bool:
    return edit.slot.protected


def _is_empty(edit: Proposal) -> bool:
    return not has_words(edit.replacement)


def _has_unknown(edit: Proposal) -> bool:
    return any(mark in edit.replacement for mark in _UNKNOWN)


def _is_same(edit: Proposal) -> bool:
    return _normalized(edit.replacement) == _normalized(edit.slot.source)


def _is_too_long(edit: Proposal) -> bool:
    return len(tokenize(edit.replacement)) > MAX_WORDS


def _changes_amount(edit: Proposal) -> bool:
    slot, context = edit.slot, edit.context
    measured = context is not None and context.is_measured(slot.start)
    change = amount_change(slot.source, edit.replacement, measured)
    if change is Change.STATED:
        return True
    if edit.confidence >= CERTAIN:
        return False
    return change is Change.LOOSE or _changes_quantity(edit)


def _changes_quantity(edit: Proposal) -> bool:
    slot, context = edit.slot, edit.context
    if context is not None and is_garbled_selection(slot.source, context.text, slot.end):
        return False
    counted = context is not None and NUMBER_BEHIND.match(context.text, slot.end) is not None
    return not same_quantities(slot.source, edit.replacement, counted)


def _changes_date(edit: Proposal) -> bool:
    return _dates(edit.slot.source) != _dates(edit.replacement)


def _changes_negation(edit: Proposal) -> bool:
    return not same_negation(edit.slot.source, edit.replacement)


def _changes_sentences(edit: Proposal) -> bool:
    return len(_SENTENCE_END.findall(edit.slot.source)) != len(_SENTENCE_END.findall(edit.replacement))


def _hurts(edit: Proposal) -> bool:
    return edit.confidence < CERTAIN and hurts(edit.slot.source, edit.replacement)


_ALL = (
    Guard("protected", "addresses, handles, hashtags, mark-up and code are left as they are", _is_protected),
    Guard("empty", "no word would stand there", _is_empty),
    Guard("unknown", "the replacement holds a piece that stands for no character", _has_unknown),
    Guard("same", "only quotation marks, case or spacing would change", _is_same),
    Guard("length", "the replacement is out of all proportion", _is_too_long),
    Guard("dates", "a day of the week or a month would change", _changes_date),
    Guard("figures", "a figure, an amount or a measure would change", _changes_amount),
    Guard("name", "a name would become another word", changes_name),
    Guard("negation", "a negation would be gained or lost", _changes_negation),
    Guard("sentence", "a sentence would be gained or lost", _changes_sentences),
    Guard("hurtful", "a word that hurts would stand there without certainty", _hurts),
)
GUARDS = {guard.name: guard for guard in _ALL}
"""Guards by name, in the order in which they are checked."""


def first_refusal(
    slot: Slot,
    replacement: str,
    names: Collection[str] = GUARDS,
    confidence: float = 1.0,
    context: GuardContext | None = None,
) -> Guard | None:
    """The first guard that forbids ``replacement`` in ``slot``, of those that ``names`` holds; or None.

    ``confidence``: the edit's calibrated probability, 0 to 1. ``context``: the text that the slot's offsets
    refer to; without it, names are known by the slot alone.
    """
    edit = Proposal(slot, replacement, confidence, context)
    return next((g for g in GUARDS.values() if g.name in names and g.refuses(edit)), None)


def _dates(wording: str) -> list[str]:
    return sorted(match.lower().rstrip("s") for match in _DATES.findall(wording))


def _normalized(text: str) -> list[str]:
    """The tokens without case and without the kind of quotation mark."""
    return [straighten_quotes(fold(token.text)) for token in tokenize(text)]
