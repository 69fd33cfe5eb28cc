"""Comparison of amounts by value: "12 months" equals "a year", "12" differs from "13".

A wording is read as a multiset of facts: numbers, magnitudes ("tens of millions"), fractions and multiples,
lengths of time, units of measure, money and times of the day. Two wordings are compared by their facts. A
difference that a figure, a number word or a unit makes is `Change.STATED`; one between magnitudes, or an
amount out of a word that is none ("lots of" -> "hundreds of"), is `Change.LOOSE`.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_ONES += " sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_NUMBERS: dict[str, Fraction] = {word: Fraction(n) for n, word in enumerate(_ONES.split())}
_NUMBERS |= {word: Fraction(10 * n) for n, word in enumerate(_TENS.split(), 2)}
_NUMBERS |= {word: Fraction(n) for n, word in enumerate(_ORDINALS.split())}
_NUMBERS |= {word + "th": Fraction(n) for n, word in enumerate(_ONES.split()) if n > 12}
_NUMBERS |= {word[:-1] + "ieth": Fraction(10 * n) for n, word in enumerate(_TENS.split(), 2)}
_NUMBERS |= {"hundred": Fraction(100), "thousand": Fraction(1000)}
_NUMBERS |= {"million": Fraction(10**6), "billion": Fraction(10**9), "trillion": Fraction(10**12)}
_NUMBERS |= {"quarter": Fraction(1, 4), "half": Fraction(1, 2), "dozen": Fraction(12)}
_ALWAYS_NUMBERS = frozenset(_NUMBERS) - {
    "one",
    "zeroth",
    "first",
    "second",
    "half",
    "quarter",
    "zero",
    "dozen",
}
"""Words that are always numbers; the others ("second", "half") count only in a wording that has digits."""
COUNT_WORDS = (
    frozenset(_ONES.split()) | frozenset(_TENS.split()) | {"hundred", "thousand", "few", "several", "many"}
)
"""Words that make a measure of the word behind them."""
_ROUND = frozenset(["hundred", "thousand", "million", "billion", "trillion"])
_VAGUE = frozenset(["few", "several", "many"])
"""Words that multiply a round number: "a few hundred" is not "a hundred"."""
_ORDINAL_WORDS = frozenset(w for w in _NUMBERS if w.endswith(("th", "third")))
_MAGNITUDES = {
    "tens": 10, "dozens": 12, "scores": 20, "hundreds": 100, "thousands": 10**3, "millions": 10**6,
    "billions": 10**9, "trillions": 10**12, "zillions": 10**12, "dozen": 12,
}  # fmt: skip
_PARTS = {
    "half": Fraction(1, 2), "halves": Fraction(1, 2), "quarter": Fraction(1, 4), "quarters": Fraction(1, 4),
    "thirds": Fraction(1, 3),
}  # fmt: skip
_MULTIPLES = {"twice": 2, "twofold": 2, "thrice": 3, "threefold": 3, "treble": 3, "triple": 3, "double": 2}
_MULTIPLES |= {"doubles": 2, "doubled": 2, "doubling": 2, "trebled": 3, "trebles": 3, "trebling": 3}
_MULTIPLES |= {"triples": 3, "tripled": 3, "tripling": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4}
_TIMES: dict[str, tuple[str, int]] = {
    "second": ("time", 1), "minute": ("time", 60), "hour": ("time", 3600), "day": ("time", 86400),
    "week": ("time", 604800), "fortnight": ("time", 1209600), "month": ("months", 1), "year": ("months", 12),
    "annum": ("months", 12), "decade": ("months", 120), "century": ("months", 1200),
}  # fmt: skip
_UNITS = {
    "km": "kilometre kilometer kilometres kilometers kms",
    "mile": "miles",
    "metre": "meter metres meters",
    "cm": "centimetre centimeter centimetres centimeters",
    "mm": "millimetre millimeter millimetres millimeters",
    "inch": "inches",
    "foot": "feet ft",
    "yard": "yards",
    "kg": "kilogram kilograms kilogramme kilogrammes kilo kilos kgs",
    "gram": "grams gramme grammes",
    "lb": "lbs pound pounds",
    "ounce": "ounces oz",
    "ton": "tons",
    "tonne": "tonnes",
    "stone": "",
    "litre": "liter litres liters",
    "gallon": "gallons",
    "pint": "pints",
    "quart": "quarts",
    "acre": "acres",
    "hectare": "hectares ha",
    "mph": "",
    "kph": "kmh",
    "degree": "degrees",
    "celsius": "centigrade",
    "fahrenheit": "",
    "percent": "%",
    "dollar": "dollars buck bucks greenback greenbacks usd",
    "euro": "euros eur",
    "cent": "cents penny pennies pence",
    "dime": "dimes",
    "nickel": "nickels",
    "rupee": "rupees",
    "yen": "",
    "yuan": "renminbi",
    "peso": "pesos",
    "mil": "",
}
"""Units of measure and of money, with their other names. Units of time are compared by length."""
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in (unit, *words.split())}
_AMBIGUOUS_LIST = "foot feet ft yard yards meter meters metre metres pound pounds lb ton tons degree degrees"
_AMBIGUOUS_LIST += " stone percent mil ha"
_AMBIGUOUS_UNITS = frozenset(_AMBIGUOUS_LIST.split())
"""Words that are units only behind a number: "tons of people", "a degree in law"."""
_PERIODS = {
    "morning": "morning", "afternoon": "afternoon", "evening": "night", "night": "night",
    "noon": "noon", "midday": "noon", "midnight": "midnight", "overnight": "overnight",
    "yesterday": "yesterday", "tomorrow": "tomorrow", "tonight": "tonight",
    "am": "am", "pm": "pm", "summer": "summer", "winter": "winter", "autumn": "autumn", "weekend": "weekend",
    "mornings": "morning", "afternoons": "afternoon", "evenings": "night", "nights": "night",
    "summers": "summer", "winters": "winter", "autumns": "autumn", "weekends": "weekend",
}  # fmt: skip
"""Times of the day and the year. Evening and night are one: speakers of English mean the same hours by both,
and all six such edits of the development pairs are right."""
_FREQUENT = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "annual": "year"}
_FREQUENT |= {"annually": "year", "yearly": "year", "everyday": "day"}
_REWORDED = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\b1,?000[’']?s\b", "thousands"),
        (r"\b100[’']?s\b", "hundreds"),
        (r"(?<=\d)(?:st|nd|rd|th)\b|[’']s\b", " "),
        (r"(?<=[a-z0-9])-(?=[a-z])", " "),
        (r"\$", " dollar "),
        (r"€", " euro "),
        (r"(?<=\d) ?([ap])\.?m\b\.?", r" \1m"),
        (r"\byrs\b", "years"),
        (r"\byr\b", "year"),
        (r"\bhrs?\b", "hour"),
        (r"\bmins\b", "minutes"),
        (r"\bsecs\b", "seconds"),
        (r"\bp\.c\.?(?!\w)|\bper cents?\b|\bpercentage\b(?! points?)", "percent"),
        (r"\bin years past\b|\byears in the past\b", "years ago"),
        (r"\b1 / (\d+)\b", r"1/\1"),
        (r"\b12 months?\b", "1 year"),
        (r"\b(?:thirty|30) days?\b", "1 month"),
        (r"\b12 am\b", "midnight"),
        (r"\b12 ?noon\b|\bmid day\b", "noon"),
        (r"\bnights? times?\b|\bnighttimes?\b", "night"),
        (r"\bsummer ?(?:time|season)(s?)\b", r"summer\1"),
        (r"\bwinter (?:time|season|month)s\b", "winter"),
        (r"\b(?:final|last) evening\b", "last night"),
        (r"\bat evening\b", "at night"),
        (r"\bweek ends?\b", "weekend"),
        (r"\bthis (?:particular )?(?:evening|night)\b", "tonight"),
        (r"\bhundred years?\b", "century"),
        (r"\bhundreds of years\b", "centuries"),
        (r"\b(?:two|2) times\b|\bincreas(?:e|es|ed|ing) twofold\b", "twice"),
        (r"\b(?:three|3) times\b", "thrice"),
        (r"\bday by day\b|\b(?:every|each) single day\b", "every day"),
        (r"\bmonth to month\b", "monthly"),
        (r"\bquarter hour\b", "15 minutes"),
        (r"\bquarter of an hour\b", "15 minutes"),
        (r"\bhalf an? hour\b|\bhalf hour\b", "30 minutes"),
        (r"\bten a long time\b", "ten years"),
        (r"\beleventh hour\b|\blast minute\b|\bhours of darkness\b|\bmiles vital\b", " "),
        (r"\bmost half\b|\bhalf (?=\d)|\bhalf and half\b|\bhalf breed\b", " "),
        (r"\bnight (?:clubs?|outs?)\b|\b(?:morning|evening) meals?\b|\bth(?:ink|ought) twice\b", " "),
        (r"\bwithout spending a dime\b", "free"),
        (r"\bhalf an? (?=[mbt]\w*illion)", "half "),
    )
)
"""Names of one amount brought together, and idioms that state none taken out."""
_GARBLED = re.compile(
    r"\bof of\b|\b(\w+) of \1\b|\btens of hundreds\b|"
    r"\btens of (?:thousands|millions) and (?:thousands|millions)\b|"
    r"\b(?:bunch|lot|lots|tons|loads|number) of (?:hundreds|thousands|millions|billions)\b"
)
"""Magnitudes that nobody writes: the dictionary's, for one that can no longer be read off them."""
_ONE_PERIOD = re.compile(r"\b1 (?=year|month|minutes)")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?:/\d+)?|[a-z]+|%")
_AMBIGUOUS_NAMES = (
    (re.compile(r"\bautumns?\b", re.IGNORECASE), re.compile(r"\bfalls?\b", re.IGNORECASE), "autumn"),
    (
        re.compile(r"\b(?:double|twofold)\b", re.IGNORECASE),
        re.compile(r"\b(?:binary|dual)\b", re.IGNORECASE),
        "double",
    ),
)
"""Words of other meanings too, which are an amount beside its other name only: "autumn" and "fall"."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*(?:/\d+)?")
_WORD = re.compile(r"[a-z]+")

Fact = tuple[str, Fraction | str]
"""A dimension and the value in it."""


class Change(Enum):
    """How the amounts of two wordings differ."""

    NONE = "none"
    LOOSE = "loose"
    """Between magnitudes, times of the day or parts, or an amount where none was."""
    STATED = "stated"
    """A number, a measure or a length of time changes, comes or goes."""


class _Reading(NamedTuple):
    facts: Counter[Fact]
    stated: frozenset[Fact]
    """The facts that a figure, a number word or a unit states."""
    garbled: bool


def parse_amounts(wording: str) -> list[Fraction]:
    """The numbers in a wording in ascending order, whether written in digits or in words."""
    text = _ONE_PERIOD.sub("", _normalized(wording))
    any_word = has_digits(wording)
    numbers = [_value(match[0]) for match in _FIGURE.finditer(text)]
    tens = Fraction(0)
    for match in _WORD.finditer(_FIGURE.sub(" ", text)):
        # "hundreds", "thousands" and the like are not in _NUMBERS, since they state no amount.
        number = _NUMBERS.get(match[0])
        if number is not None and tens and number < 10:  # "twenty-sixth"
            numbers[-1] += number
            tens = Fraction(0)
            continue
        if number is None or not (any_word or match[0] in _ALWAYS_NUMBERS):
            tens = Fraction(0)
            continue
        numbers.append(number)
        tens = number if match[0] in _TENS.split() else Fraction(0)
    return sorted(numbers)


def _value(figure: str) -> Fraction:
    numerator, _, denominator = figure.replace(",", "").partition("/")
    number = Fraction(int(numerator)) if numerator.isdigit() else _decimal(numerator)
    return number / int(denominator) if denominator.strip("0") else number


def _decimal(figure: str) -> Fraction:
    """The value of a figure with points, of which the last is the decimal point, as in "1.5"."""
    integer, _, decimals = figure.rpartition(".")
    digits = "".join(c for c in integer if c.isdigit())
    return Fraction(int(digits + decimals), 10 ** len(decimals))


def has_digits(wording: str) -> bool:
    """Whether a wording contains a digit."""
    return any(c.isdigit() for c in wording)


def same_amounts(source: str, replacement: str) -> bool:
    """Whether two wordings state the same amounts, which is also the case if neither states any."""
    return amount_change(source, replacement) is Change.NONE


@lru_cache(maxsize=4096)
def amount_change(source: str, replacement: str, measured: bool = False) -> Change:
    """How the amounts of two wordings differ.

    ``measured``: whether a number stands right before them in the text, which makes a unit of "pounds".
    """
    for word, other, name in _AMBIGUOUS_NAMES:
        if word.search(source):
            replacement = other.sub(name, replacement)
        elif word.search(replacement):
            source = other.sub(name, source)
    loose_words = has_digits(source) or has_digits(replacement)
    before, after = (_read(w, loose_words, measured) for w in (source, replacement))
    if before.facts == after.facts:
        return Change.NONE
    lost, gained = before.facts - after.facts, after.facts - before.facts
    if lost.keys() & before.stated or any(f[0] != "unit" for f in gained.keys() & after.stated):
        return Change.STATED
    return Change.NONE if before.garbled else Change.LOOSE


def _normalized(wording: str) -> str:
    text = " ".join(wording.lower().split())
    for pattern, replacement in _REWORDED:
        text = pattern.sub(replacement, text)
    return text


def _read(wording: str, every_word: bool, measured: bool) -> _Reading:
    """The facts of a wording. ``every_word``: "one", "first", "second" and "dozen" are numbers too."""
    text = _normalized(wording)
    words = _TOKEN.findall(text)
    facts: Counter[Fact] = Counter()
    stated: set[Fact] = set()

    def add(dimension: str, value: Fraction | str, is_stated: bool) -> None:
        facts[dimension, value] += 1
        if is_stated:
            stated.add((dimension, value))

    number: Fraction | None = None  # the number right before the word, not yet a fact
    tens, is_stated = False, True
    for index, word in enumerate(words):
        previous = words[index - 1] if index else ""
        following = words[index + 1] if index + 1 < len(words) else ""
        value = _number_value(word, previous, following, every_word)
        if value is not None:
            if number is not None and tens and value < 10:
                number, tens = number + value, False
                continue
            if number is not None:
                add("number", number, is_stated)
            if word in _ROUND and (
                previous in _VAGUE or words[max(0, index - 2) : index] == ["couple", "of"]
            ):
                add("vague", Fraction(1), True)
            number, tens = value, word in _TENS.split()
            is_stated = every_word or word not in _ORDINAL_WORDS
            continue
        tens = False
        singular = word.removesuffix("s") if word != "centuries" else "century"
        after_number = number is not None or (measured and not index)
        if word in _FREQUENT:
            add(*_length(_FREQUENT[word], Fraction(1)), False)
        elif singular in _TIMES and not _is_idle(singular, word, previous, following, after_number):
            length = number if number is not None else Fraction(1) if word == singular else None
            if length is None:
                add("times", singular, after_number)
            else:
                add(*_length(singular, length), number is not None)
            number = None
        elif word in _UNIT_OF and (after_number or word not in _AMBIGUOUS_UNITS):
            add("unit", _UNIT_OF[word], True)
        elif word in _PERIODS and (word != "am" or previous[:1].isdigit()):
            add("period", _PERIODS[word], False)
        elif word in _MULTIPLES:
            add("multiple", Fraction(_MULTIPLES[word]), False)
        elif (
            word == "pair"  # "a couple of" is as vague as "a few"
            and following in ("", "of")
            and previous in ("", "a", "the", "previous", "last")
        ):
            add("magnitude", Fraction(2), False)
        elif word == "score" and following == "of" and previous == "a":
            add("magnitude", Fraction(20), False)
        elif word in _MAGNITUDES and (word != "scores" or following == "of"):
            add("magnitude", Fraction(_MAGNITUDES[word]), False)
        elif word in _PARTS and (not word.startswith("quarter") or _is_fraction(previous, following)):
            add("part", _PARTS[word], False)
        if number is not None:
            add("number", number, is_stated)
            number = None
    if number is not None:
        add("number", number, is_stated)
    return _Reading(facts, frozenset(stated), _GARBLED.search(text) is not None)


def _number_value(word: str, previous: str, following: str, every_word: bool) -> Fraction | None:
    """The value of a word that is a number here."""
    if word[0].isdigit():
        return _value(word)
    if word == "one" and following.removesuffix("s") in _TIMES and following.removesuffix("s") != "day":
        return Fraction(1)
    if word in _ALWAYS_NUMBERS or (every_word and word in _NUMBERS):
        return _NUMBERS[word]
    return None


def _length(unit: str, count: Fraction) -> tuple[str, Fraction]:
    dimension, seconds = _TIMES[unit]
    return dimension, count * seconds


def _is_idle(unit: str, word: str, previous: str, following: str, after_number: bool) -> bool:
    """Whether a word for a length of time states none: "this second", "those days", "recent years"."""
    if after_number:
        return False
    if unit in ("second", "minute"):
        return word == unit
    if unit == "day":
        return word != "day" or previous not in ("a", "per", "each", "every", "single")
    return word == "years"


def _is_fraction(previous: str, following: str) -> bool:
    """Whether a quarter between two words is a fourth part: not "the first quarter", "banking quarter"."""
    return previous in ("a", "three") or following in ("of", "to", "past")
