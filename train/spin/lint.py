"""What is wrong with a dictionary as a whole: checks that no single row can show.

What was seen on real pages is never faulted for its grammar: the real spinner has its own mistakes
("gains" -> "features"), and swaps words both ways ("overseas" <-> "abroad").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from despin.train.spin.dictionary import Entry

SEEN = ("observed", "inferred")
_IRREGULAR = frozenset([
    "children", "people", "men", "women", "feet", "teeth", "media", "data", "criteria", "phenomena",
    "mice", "lives", "wives", "knives", "police", "cattle", "folks", "kids", "us", "them", "these",
    "those"
])  # fmt: skip
_UNCOUNTED = frozenset([
    "information", "news", "advice", "knowledge", "research", "equipment", "furniture", "homework",
    "evidence", "progress", "money", "cash", "traffic", "software", "hardware", "feedback", "work",
    "help", "assistance", "aid", "food", "health", "wealth", "power", "energy", "weather", "music",
    "violence", "staff", "personnel", "merchandise", "property", "clothing", "apparel", "attire",
    "footwear", "garbage", "trash", "debris", "housing", "lodging", "training", "schooling"
])  # fmt: skip


def lint_entries(entries: Iterable[Entry]) -> Iterator[str]:
    """One line for each fault, naming the substitution.

    Duplicates and self-maps are looked for without regard to case. A two-way substitution must have
    been seen in one direction at least. Inflections must agree: an "-ing" verb with an "-ing" wording,
    a plural noun with a wording that can be plural.
    """
    rows = list(entries)
    seen: dict[tuple[str, str], Entry] = {}
    rates: dict[str, float | None] = {}
    for entry in rows:
        name = f"{entry.original!r} -> {entry.spun!r}"
        key = (entry.original.lower(), entry.spun.lower())
        if key[0] == key[1]:
            yield f"{name}: stands for itself"
        if key in seen:
            yield f"{name}: listed twice"
        seen[key] = entry
        if rates.setdefault(entry.original, entry.rate) != entry.rate:
            yield f"{name}: another rate than the other wordings of this original"
        if entry.provenance not in SEEN and (clash := inflection_clash(entry)):
            yield f"{name}: {clash}"
    for (original, spun), entry in seen.items():
        back = seen.get((spun, original))
        if back and original < spun and not {entry.provenance, back.provenance} & set(SEEN):
            yield f"{original!r} <-> {spun!r}: a cycle that was not observed"


def inflection_clash(entry: Entry) -> str | None:
    """What does not agree between the two sides' inflections, judged by their endings, or None."""
    original, words = entry.original.lower(), entry.spun.lower().split()
    if " " in original or not original.isalpha():
        return None
    continuous = entry.pos == "VERB" and original.endswith("ing") and len(original) > 5
    if continuous and not any(w.endswith("ing") for w in words):
        return "an -ing form with a wording that has none"
    if entry.pos == "NOUN" and _is_plural(original) and not any(map(_may_be_plural, words)):
        return "a plural with a singular"
    return None


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "ics", "news")) and len(word) > 3


def _may_be_plural(word: str) -> bool:
    return word.endswith("s") or word in _IRREGULAR or word in _UNCOUNTED
