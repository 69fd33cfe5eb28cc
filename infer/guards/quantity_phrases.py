"""Phrases that state a quantity without a figure, by sense."""

from __future__ import annotations

import re

_NUMBER_LIST = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
    "million billion half hundreds thousands millions billions dozen dozens"
)
_NUMBER = rf"(?:[$£€~]?\d|(?:an? )?(?:{'|'.join(_NUMBER_LIST.split())}|third|quarter)\b)"
NUMBER_BEHIND = re.compile(rf"[ \t\u00a0\u202f]{{0,2}}{_NUMBER}", re.IGNORECASE)
"""A number right behind a wording, which makes a bound of "over" and "about"."""
_COUNTED = rf"(?= {_NUMBER}| *#)"
_STARTS_LIST = "just simply slightly well effectively only for to by of at in is was were are"
_STARTS = "|".join(rf"(?<={word} )" for word in _STARTS_LIST.split())
_PREPOSED = rf"(?:(?<!\w )|{_STARTS})"
"""Before a preposition that is a bound, and none of a verb's own: "over 12", not "brought about 12"."""

Sense = str


def _senses(groups: dict[Sense, str]) -> re.Pattern[str]:
    """A pattern whose `lastgroup` is the sense. Earlier groups win where two would match."""
    return re.compile("|".join(rf"(?P<{sense}>\b(?:{phrases})(?!\w))" for sense, phrases in groups.items()))


BOUNDS = _senses(
    {
        "idle": r"to at least(?= one)|more than one|(?:more|extra) or (?:much )?less|"
        r"up to (?:now|date|speed|par|the minute)",
        "lower": r"at (?:the )?(?:very )?least|(?:no|not) (?:less|fewer|lower) than|an? minim(?:um|al) of|"
        r"or (?:more|extra|greater|above)",
        "upper": r"at (?:the )?(?:very )?most|(?:no|not) (?:more|greater|higher) than|an? maximum of|"
        r"or (?:less|fewer)|not exceeding|"
        rf"(?:up to|as (?:much|many|a lot|a lot of|high) as){_COUNTED}",
        "from": r"as (?:little|low|few) as",
        "more": r"(?:more|extra|additional|greater|higher|better|larger|bigger) than|"
        r"in excess of|upwards? of|"
        rf"{_PREPOSED}(?:over|above){_COUNTED}",
        "less": r"(?:less|fewer|lower|smaller) than|"
        rf"{_PREPOSED}(?:under|below|beneath|underneath){_COUNTED}",
        "nearly": rf"nearly|almost|practically|virtually|just about|(?:close to|near){_COUNTED}",
        "about": rf"{_PREPOSED}(?:about|around|round|roughly|approximately|some|circa){_COUNTED}",
    }
)
QUANTIFIERS = _senses(
    {
        "idle": r"(?:after|above|at|in|over) all|all (?:of (?:a|the) sudden|the (?:same|times?))|"
        r"all (?:over|through|along|round|around|told|but|for|right)|for (?:all|the) times|"
        r"in all probability|most likely|for the most part|in any (?:other case|respect|event|case|way)|"
        r"any ?more|any ?longer|each other|one another|and many others|every now and then|every so often|"
        r"(?:every|any|each) ?day life|some (?:times?|days?)|sometimes|a little bit|on the whole|"
        r"no (?:longer|one|less|more|fewer|matter)|what number of|how (?:many|much|few)|"
        r"(?:as|so) (?:many|much|few|little)|(?:much|many) (?:more|less)|"
        r"(?:either|both) (?:sides?|ways?|manners?)|"
        r"(?:the|probably the|essentially the|considered the) most(?! of)",
        "no": r"no|none|(?:not|without|aren['’]t|isn['’]t|wasn['’]t|weren['’]t) any",
        "several": r"quite an? (?:few|lot|couple)(?: of)?|several|numerous|multiple|various|varied|assorted|"
        r"an? (?:\w+ )?(?:number|variety|range|selection|series|handful) of",
        "some": r"(?:an?|the|last|final|past|previous|next|first|primary|initial|these|those|every) few|"
        r"(?:an?|last|past|previous|next|first|every) couple(?: of)?|a little|some",
        "somebody": r"some(?:one|body|thing|where)",
        "all": r"the whole lot|every little|all|every(?:one|body|thing|where)?|entire|whole(?! lot| bunch)",
        "few": r"few|little|fewest",
        "many": r"(?:a )?(?:whole )?(?:lots?|bunch|loads?|tons|plenty|great deal|masses|myriad)(?: of)?|"
        r"many|much|countless",
        "most": r"(?:the |a )?(?:vast |overwhelming )?(?:majority|bulk)(?: of)?|most of|"
        r"most \w+(?<!ou)(?<!s)s|most$",
        "each": r"each",
        "any": r"any(?:one|body|thing|where)?",
        "both": r"both",
        "either": r"either",
    }
)
FREQUENCIES = _senses(
    {
        "idle": r"not (?:all|every) the time",
        "rarely": r"rarely|seldom|hardly(?: ever)?|infrequently|scarcely|"
        r"not (?:\w+ )?(?:often|typically|usually)",
        "often": r"often(?:times)?|frequently|usually|typically|generally|commonly|normally|regularly",
        "sometimes": r"sometimes|occasionally|at times|now and (?:again|then)|from time to time",
        "always": r"always|at all times|all the time|constantly|continually",
    }
)
EXTREME = re.compile(r"\b(?:(maxim(?:um|al|a)s?)|(minim(?:um|al|a)s?)|(optim(?:um|al|ally|a)))\b")
EXTREMES = tuple(
    re.compile(rf"\b(?:{words})\b")
    for words in (
        r"maxim(?:um|al|a)s?|max|most|highest|greatest|utmost|largest|biggest|peak|top|full|upper",
        r"minim(?:um|al|a)s?|min|least|lowest|smallest|fewest|slightest|bare|lower",
        r"optim(?:um|al|ally|a)|best|ideal(?:ly)?|finest|perfect(?:ly)?|most effective|greatest|top",
    )
)
ONE_OF = re.compile(r"\bone (?:of|among|amongst)\b")
PARTITIVE = re.compile(
    r"\b(?:(?:one|some|few|couple|number|many|several|certain|any|each|among|amongst)"
    r"(?: of| among| the)|among|amongst)\b"
)
THE_ONLY = re.compile(
    r"(?<!probably )(?<!considered )(?<!perhaps )\bthe (?:most|best|worst|least|only|\w{3,}est)\b"
)
