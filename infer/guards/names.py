"""Names that stay: surnames, names of places, companies and titles of works, and words that stand in them.

A name is what the dictionary writes with a capital: a single one is never made of another name, while a word
inside one may be restored ("White Home", whose "home" is no name in the dictionary).
"""

from __future__ import annotations

from despin.infer.guards.context import GuardContext, surnames
from despin.infer.guards.guard import CERTAIN, Proposal
from despin.infer.guards.known_names import in_company_name, in_known_name, is_behind_office, is_known_name
from despin.infer.text.tokens import fold, tokenize

CAPITALS_CONFIDENCE = 0.66
"""The confidence from which a word with a capital beside another one may be changed in mid-sentence."""
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
_PRONOUNS = frozenset(["i", "i'm", "i'd", "i'll", "i've"])


def changes_name(edit: Proposal) -> bool:
    """Whether a name would become another word, as far as the slot and the text around it tell."""
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
    if edit.confidence < CERTAIN and _is_listed(edit, context, is_institution):
        return True
    # Where a sentence starts, the capital of its first word says nothing, but that of a later one does.
    first, last = slot.source[0], tokenize(slot.source)[-1].text[0]
    has_capital = (first.isupper() and not starts) or (last.isupper() and is_phrase)
    if not has_capital or is_institution or edit.confidence >= NAME_CONFIDENCE:
        return False
    if context.is_headline(slot.start):
        return False
    return context.names_neighbour(slot.start, slot.end) or (
        edit.confidence < CAPITALS_CONFIDENCE
        and first.isupper()
        and context.is_beside_capital(slot.start, slot.end)
    )


def _is_listed(edit: Proposal, context: GuardContext, is_institution: bool) -> bool:
    """Whether a list has the name, the suffix of companies behind it or the office before it."""
    slot = edit.slot
    if in_known_name(context, slot.start, slot.end, edit.replacement):
        return True
    if not slot.source[0].isupper():
        return False
    if is_known_name(context, slot.start, slot.end):
        return True
    if edit.confidence < NAME_CONFIDENCE and in_company_name(context, slot.start, slot.end):
        return True
    is_rank = is_institution or fold(edit.replacement) == "general"
    return _is_name(slot.source) and not is_rank and is_behind_office(context, slot.start)


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


def _is_name(wording: str) -> bool:
    """Whether a wording is a single word with a capital, and no pronoun."""
    return len(tokenize(wording)) == 1 and wording[0].isupper() and fold(wording) not in _PRONOUNS
