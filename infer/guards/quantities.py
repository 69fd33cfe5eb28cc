"""Comparison of quantities that no figure states: bounds, quantifiers, frequencies, extremes, "one of the".

Each wording is read as the senses that its phrases have. The dictionary takes neighbouring quantifiers for
one another ("several", "numerous", "a number of"), so that a quantifier may have more than one level, and two
are alike where they share one.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import takewhile

from despin.infer.guards.quantity_phrases import (
    BOUNDS,
    EXTREME,
    EXTREMES,
    FREQUENCIES,
    ONE_OF,
    PARTITIVE,
    QUANTIFIERS,
    THE_ONLY,
    Sense,
)

_LEVELS: dict[Sense, frozenset[str]] = {
    "several": frozenset(["some", "many"]),
    "somebody": frozenset(["some", "any"]),
    "each": frozenset(["all"]),
}
"""The levels of the quantifiers that have another one than themselves, or two."""
_SPUN_LEVELS = {"each": frozenset(["all", "both"]), "both": frozenset(["both", "either"])}
"""What else the dictionary writes these for: "each" for "both", and "both" for "either"."""
_NOUNS_BEHIND = re.compile(r"(?: [a-z]+(?:[-’'][a-z]+)*){1,4}", re.IGNORECASE)
_NO_NOUN_LIST = (
    "a an the of in on at to for from by with about as than that which who whose when where while if "
    "but and or i i've i'd you you've we we've they he she it it's is are was were has have had do "
    "does did can could will would may might should must"
)
_NO_NOUN = frozenset(_NO_NOUN_LIST.split())
_PLURALS_LIST = "people men women children police feet teeth mice them those these"
_PLURALS = frozenset(_PLURALS_LIST.split())


@lru_cache(maxsize=4096)
def same_quantities(source: str, replacement: str, counted: bool = False) -> bool:
    """Whether two wordings state the same quantities, so far as they state any.

    ``counted``: whether a number stands right behind them in the text. Bounds and extremes may not come or
    go; quantifiers and frequencies may, since the dictionary has many phrases with an idle one.
    """
    before, after = (" ".join(w.lower().replace("-", " ").split()) for w in (source, replacement))
    mark = " #" if counted else ""
    return (
        _bounds(before + mark) == _bounds(after + mark)
        and _may_be_alike(_quantifiers(before, True), _quantifiers(after, False))
        and _may_be_alike(_frequencies(before), _frequencies(after))
        and _same_extremes(before, after)
        and _same_selection(before, after)
    )


def is_garbled_selection(source: str, text: str, end: int) -> bool:
    """Whether "one of the" or "many of the" has a noun behind it that is a single thing ("one of the best
    entry"), which the dictionary wrote for "the" or "most of the".

    ``end``: where the wording ends in the text.
    """
    wording = source.lower()
    if not (ONE_OF.search(wording) or wording.startswith(("many of", "lots of"))):
        return False
    match = _NOUNS_BEHIND.match(text, end)
    words = match[0].lower().replace("’", "'").split() if match else []
    nouns = list(takewhile(lambda word: word not in _NO_NOUN, words))
    return bool(nouns) and not any(
        word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is"))) for word in nouns
    )


def _bounds(wording: str) -> Counter[Sense]:
    return Counter(_matches(BOUNDS, wording))


def _quantifiers(wording: str, is_spun: bool) -> list[frozenset[str]]:
    # "at least", "more than" and the like are bounds, and no quantifiers
    rest = BOUNDS.sub(lambda match: " | ", wording)
    senses = _matches(QUANTIFIERS, " ".join(rest.split()))
    levels = _LEVELS | _SPUN_LEVELS if is_spun else _LEVELS
    return [levels.get(sense, frozenset([sense])) for sense in senses]


def _frequencies(wording: str) -> list[frozenset[str]]:
    return [frozenset([sense]) for sense in _matches(FREQUENCIES, wording)]


def _matches(pattern: re.Pattern[str], wording: str) -> list[Sense]:
    senses = (match.lastgroup or "idle" for match in pattern.finditer(wording))
    return [sense for sense in senses if sense != "idle"]


def _may_be_alike(before: list[frozenset[str]], after: list[frozenset[str]]) -> bool:
    """Whether one side states nothing, or each of the shorter side has its like in the other."""
    fewer, more = sorted((before, after), key=len)
    return all(any(a & b for b in more) for a in fewer)


def _same_extremes(before: str, after: str) -> bool:
    for wording, other in ((before, after), (after, before)):
        for match in EXTREME.finditer(BOUNDS.sub(" ", wording)):
            if match.lastindex and not EXTREMES[match.lastindex - 1].search(other):
                return False
    return True


def _same_selection(before: str, after: str) -> bool:
    """Whether not one of many becomes the only one, nor the only one one of many."""
    if ONE_OF.search(before):
        return PARTITIVE.search(after) is not None
    return not (ONE_OF.search(after) and THE_ONLY.search(before) and not PARTITIVE.search(before))
