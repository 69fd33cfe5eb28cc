"""Proper names that are written with a capital wherever they stand, whatever the case of a phrase's row.

The list holds the common ones: days and months, nations and their people, religions and feasts, and names of
several words. Words that are also common nouns or verbs ("polish", "turkey", "may") are not in it.
"""

from __future__ import annotations

import re

_WORDS = """
monday tuesday wednesday thursday friday saturday sunday january february april june july august
september october november december america american africa african asia asian europe european britain
british england english scotland scottish wales welsh ireland irish france french germany german italy
italian spain spanish portugal portuguese russia russian ukraine ukrainian poland china chinese japan
japanese korea korean india indian iran iranian iraq iraqi israel israeli syria syrian egypt egyptian
canada canadian mexico mexican brazil brazilian australia australian dutch greece greek sweden swedish
norway norwegian denmark danish switzerland austria austrian turkish arab hispanic latino christian
christianity muslim islam islamic jewish catholic christmas easter thanksgiving halloween ramadan
democrat republican london paris berlin moscow beijing california texas florida chicago washington
hollywood facebook google netflix instagram
"""
_PHRASES = """
united states|united kingdom|united nations|white house|new york|los angeles|middle east|european union|
world war|latin america|saudi arabia|south africa|new zealand|hong kong|north korea|south korea
"""
_NAMES = {*_WORDS.split(), *_PHRASES.replace("\n", "").split("|")}
_PLURALS = {word + "s" for word in _WORDS.split() if not word.endswith(("sh", "se", "ch"))}
_NAME = re.compile(r"\b(?:" + "|".join(sorted(_NAMES | _PLURALS, key=len, reverse=True)) + r")\b")


def capitalize_names(phrase: str) -> str:
    """``phrase`` with capitals in the proper names that it writes in lower case."""
    return _NAME.sub(lambda match: match[0].title(), phrase)
