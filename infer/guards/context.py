"""What the guards know of the text around a slot: where sentences start, and what is written as a name.

It is read off the characters of the whole text, once and in linear time, so it does not depend on how the
text is cut into segments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from despin.infer.guards.amounts import COUNT_WORDS
from despin.infer.text.tokens import fold

_TITLES_LIST = (
    "mr mrs ms mx dr prof sen rep gov gen col capt cmdr lt sgt cpl rev hon adm maj atty supt det insp "
    "messrs mme mlle"
)
_TITLES = frozenset(_TITLES_LIST.split())
"""Titles that stand before a name only."""
_WORD_TITLES_LIST = (
    "president senator congressman congresswoman governor mayor captain colonel lieutenant sergeant "
    "corporal admiral commander detective inspector sheriff professor doctor reverend pastor rabbi imam "
    "bishop archbishop pope sir dame lord lady king queen prince princess duchess baron judge chancellor "
    "ambassador coach chef uncle aunt auntie madam madame sister brother"
)
_WORD_TITLES = frozenset(_WORD_TITLES_LIST.split())
"""Titles that are words too: they count with a capital, outside headlines."""
_PLACE_WORDS_LIST = "san santa st saint fort mount port lake new los las"
_PLACE_WORDS = frozenset(_PLACE_WORDS_LIST.split())
"""Words before a first name that make it a place: "San Jose"."""
_PARTICLES_LIST = "van von de der den la le di da del bin al ibn mac"
_PARTICLES = frozenset(_PARTICLES_LIST.split())
_OPENERS = "\"'“‘([{—–-*•#>·|"
_CLOSERS = "\"'”’)]}"
_MARKS = ".!?:…;"
_WORD = re.compile(r"[^\W\d_]+(?:['’](?![sS]\b)[^\W\d_]+)*")
_GAP = re.compile(r"\.?[ \t\u00a0\u202f]+|\.?[ \t]*\r?\n[ \t]*|\.(?=[^\W\d_])")
"""What may stand between the parts of a name: a space, a point, one line break."""
_LONGEST_ABBREVIATION = 5
_ABBREVIATIONS_LIST = (
    "st mt ft jr sr inc corp ltd co vs etc cf al vol fig sec approx dept no nos jan feb mar apr jun jul "
    "aug sep sept oct nov dec"
)
_ABBREVIATIONS = _TITLES | frozenset(_ABBREVIATIONS_LIST.split())
_BEFORE_NAMES = frozenset(["and", "by", "from", "with", "to", "of", "or", "for"])
"""Words between which and a surname a capital letter is an initial."""
LONGEST_HEADLINE = 200
"""Characters of the longest line that is looked at as a headline."""
_SHORT_LINE = 40
"""Up to this length a line is not taken for wrapped, so the next one starts a sentence."""
_MIN_HEADLINE_WORDS = 3
_MIN_CAPITAL_SHARE = 0.75
_LONG_WORD = 4
"""Letters from which a word of a headline has a capital."""


@cache
def first_names() -> dict[str, bool]:
    """First names in lower case, with whether they are ordinary words too."""
    return {word.removesuffix("*"): word.endswith("*") for word in _words_of("first_names.txt")}


@cache
def surnames() -> dict[str, bool]:
    """The words of the dictionary that are surnames, in lower case, with whether they are common ones."""
    return {word.removesuffix("*"): not word.endswith("*") for word in _words_of("surnames.txt")}


def _words_of(name: str) -> list[str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _unknown(word: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class GuardContext:
    """A text as the guards see it, built once for each text with `of`."""

    text: str
    lower: frozenset[str] = frozenset()
    """The words that stand in lower case somewhere in the text."""
    surnames: frozenset[str] = frozenset()
    """The words, folded, that stand behind a first name or a title somewhere in the text."""
    is_word: Callable[[str], bool] = field(default=_unknown)
    """Whether a folded word is one of the dictionary's, so that a capital alone makes no name of it."""

    @classmethod
    def of(
        cls,
        text: str,
        is_word: Callable[[str], bool] = _unknown,
        before: GuardContext | None = None,
    ) -> GuardContext:
        """What ``text`` tells, and the names of the part ``before`` it if the text is read in parts.

        Time and memory are linear in the length of the text.
        """
        lower: set[str] = set(before.lower) if before else set()
        surnames: set[str] = set(before.surnames) if before else set()
        bare = cls(text)
        previous, end, is_named = "", -1, False
        # is_named: the word before was part of a person's name, so that this one may be the surname
        for match in _WORD.finditer(text):
            word = match[0]
            if word[0].islower():
                lower.add(fold(word))
                is_named = is_named and word in _PARTICLES
                previous, end = word, match.end()
                continue
            follows = is_named and _GAP.fullmatch(text, end, match.start()) is not None
            is_name = bare._opens_name(word, match.start(), previous)
            if follows and len(word) > 1:
                surnames.add(fold(word))
            is_named = is_name or (follows and len(word) == 1)
            previous, end = word, match.end()
        return cls(text, frozenset(lower), frozenset(surnames), is_word)

    def starts_sentence(self, offset: int) -> bool:
        """Whether a sentence, a heading or a paragraph starts at an offset, by the characters before it."""
        text = self.text
        at = offset
        while at and (text[at - 1] in _OPENERS or text[at - 1] in " \t\u00a0\u202f") and offset - at < 16:
            if text[at - 1] in "—–-“‘\"'(" and at == offset:
                return True  # a quotation, an aside or an item of a list
            at -= 1
        if not at:
            return True
        if text[at - 1] in "\r\n":
            return self._starts_line(at)
        if text[at - 1] in _CLOSERS:
            at -= 1
        if not at or text[at - 1] not in _MARKS:
            return False
        return text[at - 1] != "." or not self._is_abbreviation(at - 1)

    def _starts_line(self, at: int) -> bool:
        """Whether the line before an offset is at its end a paragraph's too, and not wrapped."""
        text = self.text
        end = at
        while end and text[end - 1] in "\r\n \t":
            end -= 1
            if at - end > 3:
                return True
        if not end or text.count("\n", end, at) > 1 or text[end - 1] in _MARKS or text[end - 1] in _CLOSERS:
            return True
        return text.rfind("\n", max(0, end - _SHORT_LINE), end) >= 0 or end < _SHORT_LINE

    def _is_abbreviation(self, point: int) -> bool:
        """Whether the point at an offset belongs to an abbreviation or an initial."""
        start = point
        while start and self.text[start - 1].isalpha() and point - start <= _LONGEST_ABBREVIATION:
            start -= 1
        word = self.text[start:point]
        return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())

    def is_headline(self, start: int) -> bool:
        """Whether the line around an offset has its words in capitals, as titles have."""
        text = self.text
        line_start = text.rfind("\n", max(0, start - LONGEST_HEADLINE), start) + 1
        if not line_start and start > LONGEST_HEADLINE:
            return False
        line_end = text.find("\n", start, start + LONGEST_HEADLINE)
        if line_end < 0:
            if len(text) > start + LONGEST_HEADLINE:
                return False
            line_end = len(text)
        if self._ends_sentence(start, line_end):
            return False
        words = [m[0] for m in _WORD.finditer(text, line_start, line_end)]
        long_words = [w for w in words if len(w) >= _LONG_WORD]
        if len(words) < _MIN_HEADLINE_WORDS or not long_words:
            return False
        return sum(w[0].isupper() for w in long_words) >= _MIN_CAPITAL_SHARE * len(long_words)

    def _ends_sentence(self, start: int, end: int) -> bool:
        """Whether a full stop that ends a sentence stands at the end of a span."""
        point = start + len(self.text[start:end].rstrip()) - 1
        return point >= start and self.text[point] == "." and not self._is_abbreviation(point)

    def word_before(self, start: int) -> tuple[str, int]:
        """The word right before an offset, a space and a point apart at most, and its start; "" if none."""
        at = start
        while at and self.text[at - 1] in " \t\u00a0\u202f\r\n" and start - at < 4:
            at -= 1
        if at < start and at and self.text[at - 1] == ".":
            at -= 1
        end = at
        while at and end - at < 32 and (self.text[at - 1].isalpha() or self.text[at - 1] in "’'"):
            at -= 1
        return self.text[at:end], at

    def word_after(self, end: int) -> str:
        """The word right behind an offset, a single space apart; "" if none."""
        match = _WORD.match(self.text, end + 1) if self.text[end : end + 1] in (" ", "\u00a0") else None
        return match[0] if match else ""

    def is_surname(self, start: int, source: str) -> bool:
        """Whether a wording stands behind a first name or a title, or does so elsewhere in the text."""
        word = fold(source)
        if word in self.surnames and (word not in self.lower or not self.starts_sentence(start)):
            return True
        previous, at = self.word_before(start)
        if len(previous) == 1 and previous.isupper():  # an initial
            initial, (previous, at) = at, self.word_before(at)
            if self.text[initial + 1 : initial + 2] == "." and self._stands_alone(initial, previous):
                return True
        return bool(previous) and self._opens_name(previous, at, self.word_before(at)[0])

    def is_beside_capital(self, start: int, end: int) -> bool:
        """Whether a word with a capital stands right before or behind a span, and starts no sentence."""
        following = self.word_after(end)
        if following[:1].isupper() and following != "I":
            return True
        previous, at = self.word_before(start)
        is_joined = not self.text[at + len(previous) : start].strip()
        return previous[:1].isupper() and is_joined and not self.starts_sentence(at)

    def has_title(self, start: int) -> bool:
        """Whether a title stands right before an offset."""
        return fold(self.word_before(start)[0]) in _TITLES | _WORD_TITLES

    def _stands_alone(self, initial: int, previous: str) -> bool:
        """Whether an initial opens a name: not "U.S." or "vitamin C."."""
        before = self.text[initial - 1 : initial]
        return not before or before in "\n(" or previous in _BEFORE_NAMES or before + previous == " "

    def is_first_name(self, start: int, end: int, source: str) -> bool:
        """Whether a wording is a first name with a capitalised word behind it, outside a headline."""
        following = self.word_after(end)
        return fold(source) in first_names() and following[:1].isupper() and not self.is_headline(start)

    def is_measured(self, start: int) -> bool:
        """Whether a figure or a number word stands right before an offset."""
        at = start - 1 if start and self.text[start - 1] in " \u00a0\u202f-" else start
        return bool(at) and (self.text[at - 1].isdigit() or fold(self.word_before(at)[0]) in COUNT_WORDS)

    def names_neighbour(self, start: int, end: int) -> bool:
        """Whether the next word before or behind a span is a name: capitals, and no word of the language."""
        previous, at = self.word_before(start)
        gap = self.text[at + len(previous) : start]
        if gap.strip():  # a point between them
            previous = ""
        return any(
            len(word) > 2
            and word[0].isupper()
            and word[1:].islower()
            and fold(word) not in self.lower
            and not self.is_word(fold(word))
            for word in (previous, self.word_after(end))
        )

    def _opens_name(self, word: str, start: int, previous: str) -> bool:
        """Whether a word is a first name or a title, so that a name follows it."""
        if not word[0].isupper():
            return False
        folded = fold(word)
        if folded in _TITLES:
            return True
        if fold(previous) in _PLACE_WORDS:
            return False
        is_ordinary = True if folded in _WORD_TITLES else first_names().get(folded)
        if is_ordinary is None:
            return False
        return not is_ordinary or not self.is_headline(start)
