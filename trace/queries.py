"""Exact-phrase queries that are likely to find the original of a spun text.

A run of words of the restored text is a good query if it stands word for word in the original and hardly
anywhere else: words that were left alone and are no spinner's output, or were restored with high confidence,
and that are rare. The chance that a run is verbatim is a logistic function of what the restoration says of
its words, fitted on real pairs by `python -m despin.bench.query_report --fit`; the information of its words
is counted in bits by the frequencies of clean text (as the surprisal of Shannon 1948).
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote

from despin.errors import ConfigError
from despin.infer.correction import Correction
from despin.infer.decision.decide import SlotPosterior
from despin.infer.text.tokens import fold, is_word, iter_tokens

LENGTHS = range(5, 11)
"""Words of a query. Search engines cut longer phrases, and fewer words are found everywhere."""
COUNT = 10
"""Queries that are given, at most."""
MAX_BITS = 18.0
"""Information of a word at most, so that a single misspelled one does not decide."""
ENOUGH_BITS = 50.0
"""Information from which on a phrase is taken for unique: the web has some 2^50 words."""
BITS_SCALE = 6.0
ZONES = 5
"""Parts of a text over which the queries are spread."""
PLACEHOLDER = "{query}"
FEATURES = ("edited", "kept", "slots", "words", "names")
_FLOOR = 1e-3


class Word(NamedTuple):
    """A word of the restored text, and how it got there."""

    text: str
    start: int
    end: int
    """Offsets in the restored text."""
    slot: int
    """The number of the slot or edit that it belongs to, -1 for a word that no dictionary row touches."""
    log_chance: float
    """log of the probability that the slot's wording is that of the original; 0 outside slots."""
    is_edited: bool
    opens: bool
    """Whether a sentence or a line begins before it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A phrase to be searched for."""

    text: str
    """The phrase as the restored text has it, without quotation marks."""
    start: int
    end: int
    """Its span in the restored text."""
    chance: float
    """The probability that the original has these words in this order, 0..1; punctuation and case aside."""
    bits: float
    """How rare its words are, in bits: of phrases with 10 more, a thousandth are found."""

    def url(self, template: str) -> str:
        """The address of a search for it. ``template`` holds ``{query}``."""
        return template.replace(PLACEHOLDER, quote(f'"{self.text}"', safe=""))

    def to_dict(self, template: str | None = None) -> dict[str, Any]:
        """As plain Python values."""
        values: dict[str, Any] = {
            "query": f'"{self.text}"',
            "start": self.start,
            "end": self.end,
            "chance": round(self.chance, 3),
            "bits": round(self.bits, 1),
        }
        return values if template is None else {**values, "url": self.url(template)}


def check_template(template: str) -> str:
    """The template itself. Raises ConfigError if it is no http address with ``{query}``."""
    if not template.startswith(("https://", "http://")) or PLACEHOLDER not in template:
        raise ConfigError(
            f"the search address must start with https:// and hold {PLACEHOLDER}, such as "
            f"https://search.example/?q={PLACEHOLDER}; got {template!r}"
        )
    return template


def restored_words(correction: Correction, posteriors: Iterable[SlotPosterior]) -> list[Word]:
    """The words of the restored text with what is known of each.

    ``posteriors`` are those of the input's slots, in order
    (`despin.infer.despinner.Despinner.page_evidence`).
    """
    spans: list[tuple[int, int, float, bool]] = []  # in the restored text
    kept = [(p.slot.start, p.slot.end, math.log(max(_FLOOR, p.probabilities[0]))) for p in posteriors]
    shift, last = 0, 0
    k = 0
    for edit in [*correction.edits, None]:
        start = len(correction.source) if edit is None else edit.start
        while k < len(kept) and kept[k][1] <= start:
            if kept[k][0] >= last:
                spans.append((kept[k][0] + shift, kept[k][1] + shift, kept[k][2], False))
            k += 1
        if edit is not None:
            at = start + shift
            spans.append((at, at + len(edit.replacement), math.log(max(_FLOOR, edit.confidence)), True))
            shift += len(edit.replacement) - len(edit.source)
            last = edit.end
            while k < len(kept) and kept[k][0] < last:
                k += 1
    return list(_words(correction.text, spans))


def _words(text: str, spans: Sequence[tuple[int, int, float, bool]]) -> Iterator[Word]:
    number, end, opens, before = 0, 0, True, ""
    for token in iter_tokens(text, 0, len(text)):
        opens |= "\n" in text[end : token.start]
        end = token.end
        if not is_word(token.text) and token.text not in ("'s", "’s"):
            opens |= token.text in ".!?;:" and len(before) > 1
            continue
        while number < len(spans) and spans[number][1] <= token.start:
            number += 1
        inside = number < len(spans) and spans[number][0] < token.end
        _, _, log_chance, is_edited = spans[number] if inside else (0, 0, 0.0, False)
        yield Word(token.text, token.start, token.end, number if inside else -1, log_chance, is_edited, opens)
        opens, before = False, token.text


class Run(NamedTuple):
    """Consecutive words ``first`` to ``end`` (exclusive), with the values of FEATURES."""

    first: int
    end: int
    features: tuple[float, ...]


def runs(words: Sequence[Word], lengths: Iterable[int] = LENGTHS) -> Iterator[Run]:
    """The runs of words of a sentence that are long enough for a query."""
    sizes = list(lengths)
    for first in range(len(words)):
        for size in sizes:
            end = first + size
            if end > len(words) or any(word.opens for word in words[first + 1 : end]):
                break
            yield Run(first, end, _features(words[first:end]))


def _features(run: Sequence[Word]) -> tuple[float, ...]:
    slots = {word.slot: word for word in run if word.slot >= 0}
    edited = sum(word.log_chance for word in slots.values() if word.is_edited)
    kept = sum(word.log_chance for word in slots.values() if not word.is_edited)
    free = [word for word in run if word.slot < 0]
    names = sum(word.text[0].isupper() or word.text[0].isdigit() for word in free)
    return edited, kept, len(slots), len(free) - names, names


@dataclass(frozen=True)
class QueryModel:
    """The weights of FEATURES, the intercept last, and what was measured with them."""

    weights: Sequence[float]

    def chance(self, features: Sequence[float]) -> float:
        """The probability that a run is verbatim."""
        return 1 / (1 + math.exp(-sum(w * x for w, x in zip(self.weights, (*features, 1.0)))))


@cache
def query_model() -> QueryModel:
    """The model that comes with the package. Raises ValueError if it was fitted on other features."""
    values = json.loads((files("despin.trace") / "queries.json").read_text(encoding="utf-8"))
    if tuple(values["features"]) != FEATURES:
        raise ValueError("queries.json was fitted on other features; run despin.bench.query_report --fit")
    return QueryModel(values["weights"])


def choose_queries(
    text: str,
    words: Sequence[Word],
    bits_of: Callable[[str], float],
    model: QueryModel | None = None,
    count: int = COUNT,
) -> list[Query]:
    """The best queries, best first, none overlapping or repeating another, spread over the text.

    ``text`` is the restored text, ``bits_of`` the information of a word. A run's merit is the probability
    that it is verbatim times that it is unique. The first queries come from different parts of the text.
    """
    model = model or query_model()
    bits = [min(MAX_BITS, bits_of(fold(word.text))) for word in words]
    rated = []
    for run in runs(words):
        information = sum(bits[run.first : run.end])
        chance = model.chance(run.features)
        merit = chance / (1 + math.exp((ENOUGH_BITS - information) / BITS_SCALE))
        rated.append((merit, chance, information, run))
    rated.sort(key=lambda r: (-r[0], r[3].first, r[3].end))
    chosen: list[Query] = []
    taken = [False] * len(words)
    asked: set[str] = set()
    zones = max(1, min(ZONES, len(words) // 40))
    used = [0] * zones
    for allowed in range(1, count + 1):
        for _, chance, information, run in rated:
            zone = min(zones - 1, run.first * zones // max(1, len(words)))
            if used[zone] >= allowed or any(taken[run.first : run.end]) or len(chosen) >= count:
                continue
            start, end = words[run.first].start, words[run.end - 1].end
            query = Query(phrase(text[start:end]), start, end, chance, information)
            if (key := " ".join(fold(word.text) for word in words[run.first : run.end])) in asked:
                continue
            asked.add(key)
            used[zone] += 1
            taken[run.first : run.end] = [True] * (run.end - run.first)
            chosen.append(query)
    return chosen


def phrase(wording: str) -> str:
    """A wording as a search engine takes it: on one line, without double quotation marks.

    Control characters and invisible ones, such as soft hyphens and marks of direction, are left out.
    """
    shown = (c for c in wording if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join("".join(shown).translate({ord(c): " " for c in '"“”„«»'}).split())


def word_bits(unigram_count: Callable[[str], int], total: int) -> Callable[[str], float]:
    """The information of a word from counts of clean text; that of unknown words is MAX_BITS."""

    def bits(word: str) -> float:
        count = unigram_count(word)
        return math.log2(total / count) if count else MAX_BITS

    return bits
