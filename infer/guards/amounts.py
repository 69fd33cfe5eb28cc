"""Comparison of amounts by value: "12 months" equals "a year", "12" differs from "13"."""

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
_ALWAYS_NUMBERS = frozenset(_ONES.split()[2:]) | frozenset(_TENS.split()) | {"hundred", "thousand"}
_ALWAYS_NUMBERS |= {"million", "billion", "trillion"}
"""Words that are always numbers; the others ("second", "half") count only in a wording that has digits."""
_SYNONYMS = (
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
"""Amounts with a unit, and how they are written without a number (except for the last)."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*(?:/\d+)?")
_WORD = re.compile(r"[a-z]+")


def parse_amounts(wording: str) -> list[Fraction]:
    """The numbers in a wording in ascending order, whether written in digits or in words."""
    text = " ".join(wording.lower().split())
    for pattern, synonym in _SYNONYMS:
        text = pattern.sub(synonym, text)
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
    if not all(map(_same_units, (source, replacement), (replacement, source))):
        return False
    if has_digits(source) == has_digits(replacement):
        return parse_amounts(source) == parse_amounts(replacement)
    # Only one has digits: a digit added to both makes every number word of the other count.
    return parse_amounts(source + " 0") == parse_amounts(replacement + " 0")


def _same_units(wording: str, other: str) -> bool:
    """Whether each amount like "12 months" in ``wording`` is "12 months" or "year" in ``other`` too."""
    text, other_text = (" ".join(w.lower().split()) for w in (wording, other))
    return all(
        not pattern.search(text) or pattern.search(other_text) or synonym.removesuffix("y")[:6] in other_text
        for pattern, synonym in _SYNONYMS
        if synonym.isalpha()
    )
