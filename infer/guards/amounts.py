"""Amounts in a wording, so that "12 months" and "a year" are told to be one and "12" and "13" two."""

from __future__ import annotations

import re
from fractions import Fraction

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_ONES += " sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_NUMBERS: dict[str, Fraction] = {word: Fraction(n) for n, word in enumerate(_ONES.split())}
_NUMBERS |= {word: Fraction(10 * n) for n, word in enumerate(_TENS.split(), 2)}
_NUMBERS |= {word: Fraction(n) for n, word in enumerate(_ORDINALS.split())}
_NUMBERS |= {word + "th": Fraction(n) for n, word in enumerate(_ONES.split()) if n > 12}
_NUMBERS |= {word[:-1] + "ieth": Fraction(10 * n) for n, word in enumerate(_TENS.split(), 2)}
_NUMBERS |= {
    "dozen": Fraction(12),
    "half": Fraction(1, 2),
    "quarter": Fraction(1, 4),
    "midnight": Fraction(0),
}
_NUMBERS |= {"hundred": Fraction(100), "thousand": Fraction(1000), "noon": Fraction(12)}
_NUMBERS |= {"million": Fraction(10**6), "billion": Fraction(10**9), "trillion": Fraction(10**12)}
_COUNTED = frozenset(_ONES.split()[2:]) | frozenset(_TENS.split()) | {"hundred", "thousand"}
_COUNTED |= {"million", "billion", "trillion"}
"""Words that always tell an amount; the others do so only where the wording has figures."""
_UNITS = (
    (re.compile(r"\b12 months?\b"), "year"),
    (re.compile(r"\b(?:1|one) (?=year|month|week|day|hour|minute|%|percent)"), ""),
    (re.compile(r"\b(?:10|ten) years?\b"), "decade"),
    (re.compile(r"\b(?:100|(?:one )?hundred) years?\b"), "century"),
    (re.compile(r"\b(?:60|sixty) minutes?\b"), "hour"),
    (re.compile(r"\b(?:30|thirty) days?\b"), "month"),
    (re.compile(r"\b(?:2|two) times\b"), "twice"),
    (re.compile(r"\b1000['’]?s\b"), "thousands"),
    (re.compile(r"\b100['’]?s\b"), "hundreds"),
    (re.compile(r"\b24 hours?\b"), "day"),
    (re.compile(r"\b7 days?\b"), "week"),
    (re.compile(r"\b12 ?am\b"), "midnight"),
    (re.compile(r"\b1 / (\d+)\b"), r"1/\1"),
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*(?:/\d+)?")
_WORD = re.compile(r"[a-z]+")


def parse_amounts(wording: str) -> list[Fraction]:
    """The numbers of a wording in rising order, those told in figures and those in words."""
    text = " ".join(wording.lower().split())
    for pattern, plain in _UNITS:
        text = pattern.sub(plain, text)
    told = has_digits(wording)
    found = [_value(m[0]) for m in _FIGURE.finditer(text)]
    tens = Fraction(0)
    for match in _WORD.finditer(_FIGURE.sub(" ", text)):
        # The plurals of hundred and what is above it are no numbers here: they tell no amount.
        number = _NUMBERS.get(match[0])
        if number is not None and tens and number < 10:  # "twenty-sixth"
            found[-1] += number
            tens = Fraction(0)
            continue
        if number is None or not (told or match[0] in _COUNTED):
            tens = Fraction(0)
            continue
        found.append(number)
        tens = number if match[0] in _TENS.split() else Fraction(0)
    return sorted(found)


def _value(figure: str) -> Fraction:
    whole, _, parts = figure.replace(",", "").partition("/")
    number = Fraction(int(whole)) if whole.isdigit() else _decimal(whole)
    return number / int(parts) if parts.strip("0") else number


def _decimal(figure: str) -> Fraction:
    """A figure with points: the last one is the decimal one, as in "1.5"."""
    before, _, behind = figure.rpartition(".")
    digits = "".join(c for c in before if c.isdigit())
    return Fraction(int(digits + behind), 10 ** len(behind))


def has_digits(wording: str) -> bool:
    """Whether a wording has digits."""
    return any(c.isdigit() for c in wording)


def same_amounts(source: str, replacement: str) -> bool:
    """Whether two wordings tell the same amounts, or neither tells any in figures and none in words."""
    if not all(map(_same_units, (source, replacement), (replacement, source))):
        return False
    if has_digits(source) == has_digits(replacement):
        return parse_amounts(source) == parse_amounts(replacement)
    # Only one is told in figures: the other may tell it in any of the words for it.
    return parse_amounts(source + " 0") == parse_amounts(replacement + " 0")


def _same_units(wording: str, other: str) -> bool:
    """Whether each "12 months" of one wording is a "year" or "12 months" in the other as well."""
    told = (" ".join(w.lower().split()) for w in (wording, other))
    one, two = told
    return all(
        not pattern.search(one) or pattern.search(two) or plain.removesuffix("y")[:6] in two
        for pattern, plain in _UNITS
        if plain.isalpha()
    )
