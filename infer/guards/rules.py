"""The guards, in the order in which they are checked.

Amounts are compared by value: "12 months" and "a year", "3rd" and "third" are the same. A name is what the
dictionary writes with a capital: a single one is never made of another name, while a word inside one may be
restored ("White Home", whose "home" is no name in the dictionary).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from despin.infer.candidates.slots import Slot, has_words
from despin.infer.guards.amounts import Change, amount_change
from despin.infer.guards.context import GuardContext, surnames
from despin.infer.guards.guard import Guard, Proposal
from despin.infer.guards.hurtful import hurts
from despin.infer.guards.negation import same_negation
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import fold, tokenize

MAX_WORDS = 8
"""Tokens that a replacement may have."""
CERTAIN = 0.9
"""The confidence from which an edit may change a magnitude, make a name of a name or write a word that hurts:
347 of 350 edits of the development pairs (0.991) are right from there on."""
NAME_CONFIDENCE = 0.75
"""The confidence from which a word beside a name may be changed: what was replaced there ("Past Meat") is
mostly above it, what belongs to the name ("The Lady Corrigan") mostly below."""
SURNAME_CONFIDENCE = 0.7
"""The confidence from which a surname is restored that a spinner replaced by a word that is no surname."""
_INSTITUTIONS_LIST = (
    "house department court committee commission council agency office university school college institute "
    "center centre street store company corporation bank party assembly parliament congress senate "
    "association union league cup games hospital museum foundation fund award awards act law bill plan news "
    "times post journal magazine press church club team airlines hotel"
)
_INSTITUTIONS = frozenset(_INSTITUTIONS_LIST.split())
"""Last words of the names of institutions, which real spun texts have replaced ("Texas Home", "CBS
Information"): they are restored beside a name too."""
_STREETS_LIST = (
    "street st avenue ave road rd lane drive boulevard blvd court square terrace bridge building hall tower "
    "park river creek lake valley hill island county village farm"
)
_STREETS = frozenset(_STREETS_LIST.split())
"""Last words of the names of places, in which surnames stand: "Lively Street"."""
_UNKNOWN = ("<", "\ufffd", "⁇")
_SENTENCE_END = re.compile(r"(?<=[a-z]{2})\.(?=\s|$)|[!?]")
_DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|"
    r"october|november|december)\b",
    re.IGNORECASE,
)
"""March and May are verbs too, and are left to the other guards."""
_PRONOUNS = frozenset(["i", "i'm", "i'd", "i'll", "i've"])


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
    return change is Change.STATED or (change is Change.LOOSE and edit.confidence < CERTAIN)


def _changes_date(edit: Proposal) -> bool:
    return _dates(edit.slot.source) != _dates(edit.replacement)


def _changes_name(edit: Proposal) -> bool:
    slot, context = edit.slot, edit.context
    if context is not None and _is_spun_surname(edit, context):
        return False
    starts = slot.at_sentence_start if context is None else context.starts_sentence(slot.start)
    if not starts and edit.confidence < CERTAIN and edit.replacement in slot.names and _is_name(slot.source):
        return True
    return context is not None and not slot.source.islower() and _is_written_as_name(edit, context, starts)


def _is_written_as_name(edit: Proposal, context: GuardContext, starts: bool) -> bool:
    """Whether a wording with a capital belongs to a name by what stands around it."""
    slot = edit.slot
    is_institution = fold(edit.replacement.split()[-1]) in _INSTITUTIONS
    is_phrase = len(tokenize(slot.source)) > 1
    if not (is_phrase and (is_institution or edit.confidence >= CERTAIN)) and _loses_surname(edit, context):
        return True
    if _names_place(slot.source, context.word_after(slot.end)):
        return True
    if not starts and _is_name(slot.source) and context.is_first_name(slot.start, slot.end, slot.source):
        return True
    # Where a sentence starts, the capital of its first word says nothing, but that of a later one does.
    first, last = slot.source[0], tokenize(slot.source)[-1].text[0]
    has_capital = (first.isupper() and not starts) or (last.isupper() and is_phrase)
    if not has_capital or is_institution or edit.confidence >= NAME_CONFIDENCE:
        return False
    return context.names_neighbour(slot.start, slot.end) and not context.is_headline(slot.start)


def _loses_surname(edit: Proposal, context: GuardContext) -> bool:
    """Whether the wording starts with a surname that is not in the replacement.

    A first name or title within the wording itself is the dictionary's own, which knows the whole.
    """
    slot = edit.slot
    first = tokenize(slot.source)[0].text
    return (
        _is_name(first)
        and fold(first) not in {fold(token.text) for token in tokenize(edit.replacement)}
        and context.is_surname(slot.start, first)
    )


def _names_place(word: str, following: str) -> bool:
    """Whether a surname and the word behind it are the name of a street or place."""
    is_place = following[:1].isupper() and fold(following) in _STREETS
    return is_place and _is_name(word) and fold(word) in surnames()


def _is_spun_surname(edit: Proposal, context: GuardContext) -> bool:
    """Whether a wording in the place of a surname is none, and what it may have replaced is a common one:
    "Aaron Choose" -> "Aaron Judge"."""
    slot = edit.slot
    return (
        edit.confidence >= SURNAME_CONFIDENCE
        and surnames().get(fold(edit.replacement), False)
        and not any(fold(token.text) in surnames() for token in tokenize(slot.source))
        and not context.has_title(slot.start)
        and context.is_surname(slot.start, tokenize(slot.source)[0].text)
    )


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
    Guard("name", "a name would become another word", _changes_name),
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


def _is_name(wording: str) -> bool:
    """Whether a wording is a single word with a capital, and no pronoun."""
    return len(tokenize(wording)) == 1 and wording[0].isupper() and fold(wording) not in _PRONOUNS


def _normalized(text: str) -> list[str]:
    """The tokens without case and without the kind of quotation mark."""
    return [straighten_quotes(fold(token.text)) for token in tokenize(text)]
