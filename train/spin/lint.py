"""Checks of a dictionary as a whole, in addition to those of single rows.

Substitutions seen on real pages are not checked for grammar: the real spinner makes mistakes
("gains" -> "features") and swaps words in both directions ("overseas" <-> "abroad").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from despin.train.spin.dictionary import Entry
from despin.train.spin.proper_names import capitalize_names

SEEN = ("observed", "inferred")
"""Provenances of substitutions seen on real pages."""
_IRREGULAR = frozenset([
    "children", "people", "men", "women", "feet", "teeth", "media", "data", "criteria", "phenomena",
    "mice", "lives", "wives", "knives", "police", "cattle", "folks", "kids", "us", "them", "these",
    "those"
])  # fmt: skip
_UNCOUNTABLE = frozenset([
    "information", "news", "advice", "knowledge", "research", "equipment", "furniture", "homework",
    "evidence", "progress", "money", "cash", "traffic", "software", "hardware", "feedback", "work",
    "help", "assistance", "aid", "food", "health", "wealth", "power", "energy", "weather", "music",
    "violence", "staff", "personnel", "merchandise", "property", "clothing", "apparel", "attire",
    "footwear", "garbage", "trash", "debris", "housing", "lodging", "training", "schooling"
])  # fmt: skip


def lint_entries(entries: Iterable[Entry]) -> Iterator[str]:
    """One line for each problem, naming the substitution.

    Duplicates and identities are detected regardless of case. A substitution listed in both directions
    must have been observed in at least one. Inflections must agree: an "-ing" verb needs a spun form with
    an "-ing" word, a plural noun one with a word that can be plural.
    """
    rows = list(entries)
    seen: dict[tuple[str, str], Entry] = {}
    rates: dict[str, float | None] = {}
    for entry in rows:
        name = f"{entry.original!r} -> {entry.spun!r}"
        if entry.original != capitalize_names(entry.original):
            yield f"{name}: a proper name in lower case"
        key = (entry.original.lower(), entry.spun.lower())
        if key[0] == key[1]:
            yield f"{name}: original and spun form are the same"
        if key in seen:
            yield f"{name}: listed twice"
        seen[key] = entry
        if rates.setdefault(entry.original, entry.rate) != entry.rate:
            yield f"{name}: its rate differs from that of other rows of this original"
        if entry.provenance not in SEEN and (clash := inflection_clash(entry)):
            yield f"{name}: {clash}"
    for (original, spun), entry in seen.items():
        reverse = seen.get((spun, original))
        if reverse and original < spun and not {entry.provenance, reverse.provenance} & set(SEEN):
            yield f"{original!r} <-> {spun!r}: a cycle of which neither direction was observed"


def inflection_clash(entry: Entry) -> str | None:
    """How the inflections of the two sides disagree, judged by their endings; None if they agree."""
    original, words = entry.original.lower(), entry.spun.lower().split()
    if " " in original or not original.isalpha():
        return None
    continuous = entry.pos == "VERB" and original.endswith("ing") and len(original) > 5
    if continuous and not any(w.endswith("ing") for w in words):
        return "an -ing form replaced by a phrase without one"
    if entry.pos == "NOUN" and _is_plural(original) and not any(map(_may_be_plural, words)):
        return "a plural replaced by a singular"
    return None


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "ics", "news")) and len(word) > 3


def _may_be_plural(word: str) -> bool:
    return word.endswith("s") or word in _IRREGULAR or word in _UNCOUNTABLE
