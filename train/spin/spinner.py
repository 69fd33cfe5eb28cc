"""The spinner: replaces phrases from a dictionary without regard to context.

Longest phrase first, left to right; an original is replaced nearly always or never in a document;
capitals are copied, a/an is not repaired. See despin.train.spin.spin_config for the variants.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from despin.infer.candidates.phrases import PhraseTable
from despin.infer.config import build, read_yaml
from despin.infer.resources import find_config
from despin.infer.text.casing import copy_apostrophes, copy_case
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.protected import ProtectedCursor, merge_spans, protected_spans
from despin.infer.text.tokens import token_spans
from despin.train.spin.compose import compose_edits
from despin.train.spin.dictionary import Entry, is_contraction, is_figure, load_entries
from despin.train.spin.spin_config import SpinConfig

QUOTED = re.compile(r"“[^”\n]{2,600}”|\"[^\"\n]{2,600}\"")
"""Quotations: up to 600 characters between double quotation marks on one line."""
_BRACKETED = re.compile(r"\[[^\]\n]{2,600}\]|\((?:[^()\n]|\([^()\n]{0,200}\)){2,600}\)")
_ARTICLE = re.compile(r"(?<![^\s\"“‘'(])(an?)\s+$", re.IGNORECASE)
_PROVENANCE_WEIGHT = {"observed": 1.0, "inferred": 0.7, "typical": 0.4, "thesaurus": 0.25}
"""Weight of a form by its provenance, relative to other forms of the same original."""


@dataclass(frozen=True)
class SpinResult:
    """A spun text with its edits (offsets in the clean text)."""

    text: str
    edits: list[Edit]


@dataclass(frozen=True, slots=True)
class Choices:
    """The spun forms of one original with their cumulative weights.

    ``coverage`` is the probability that the original is active in a document.
    """

    original: str
    forms: tuple[str, ...]
    cumulative: tuple[float, ...]
    coverage: float

    def draw(self, u: float) -> str:
        """The form at quantile ``u`` (0 <= u < 1) of the weights."""
        return self.forms[bisect_right(self.cumulative, u * self.cumulative[-1])]

    def share(self, form: str) -> float:
        """The probability that ``form`` is drawn."""
        i = self.forms.index(form)
        return (self.cumulative[i] - (self.cumulative[i - 1] if i else 0.0)) / self.cumulative[-1]


class Spinner:
    """Spins clean text. ``config`` is a yaml file, a mapping, a SpinConfig, or None for defaults.

    The same text, seed, configuration and dictionary give the same spun text on every platform: the only
    source of randomness is ``random.Random.random``, whose sequence Python guarantees.
    """

    def __init__(
        self,
        config: str | Path | Mapping[str, Any] | SpinConfig | None = None,
        *,
        entries: Sequence[Entry] | None = None,
    ) -> None:
        if config is None:
            config = SpinConfig()
        elif isinstance(config, (str, Path)):
            file = find_config(config, "spin")
            config = build(SpinConfig, read_yaml(file), str(file))
        elif isinstance(config, Mapping):
            config = build(SpinConfig, config)
        self.config = config
        self.entries = list(load_entries(config.dictionary) if entries is None else entries)
        self._tables: dict[tuple[bool, bool], PhraseTable[Choices]] = {}

    def table(self, contractions: bool = True, figures: bool = True) -> PhraseTable[Choices]:
        """The spun forms by original, with or without contractions and figures."""
        kind = (contractions, figures)
        if kind not in self._tables:
            entries = [
                e
                for e in self.entries
                if (contractions or not is_contraction(e))
                and (figures or not is_figure(e))
                and (self.config.phrases_first or " " not in e.original)
            ]
            self._tables[kind] = PhraseTable(choices_of(entries, self.config.coverage))
        return self._tables[kind]

    def spin(self, text: str, seed: int | str = 0) -> SpinResult:
        """The spun text with its edits. The same ``seed`` always gives the same result."""
        rng = random.Random(f"spin:{seed}")
        edits = self._spin_once(text, rng)
        if rng.random() < self.config.twice:
            second = self._spin_once(apply_edits(text, edits), rng)
            edits = compose_edits(text, edits, second)
        return SpinResult(apply_edits(text, edits), edits)

    def _spin_once(self, text: str, rng: random.Random) -> list[Edit]:
        """The edits of one pass over ``text``, in order.

        The order of the random draws is fixed: another order gives another spun text for the same seed.
        """
        config, draw = self.config, rng.random
        keep_capitals = draw() < config.protect_capitalised
        fixed_choice = draw() < config.fixed_choice
        repair_articles = draw() < config.repair_articles
        table = self.table(draw() < config.contractions, draw() < config.figures)
        protected = self._protected_spans(text, rng)
        spans = token_spans(text)
        accept = self._match_filter(text, spans, protected, keep_capitals, rng)
        fixed: dict[str, float] = {}  # quantile of the form of each original
        edits: list[Edit] = []
        for first, stop, choices in table.scan(text, spans, accept):
            start, end = spans[first][0], spans[stop - 1][1]
            source = text[start:end]
            u = fixed.setdefault(choices.original, draw()) if fixed_choice else draw()
            replacement = choices.draw(u)
            if config.copy_capitals:
                replacement = copy_case(source, replacement)
            replacement = copy_apostrophes(text, replacement)
            if replacement == source:
                continue
            article = _article_edit(text, start, replacement) if repair_articles else None
            if article and (not edits or edits[-1].end <= article.start):
                edits.append(article)
            if config.braces and draw() < config.braces:
                replacement = "{" + replacement + "}"
            edits.append(Edit(start, end, source, replacement))
        return edits

    def _match_filter(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        protected: list[tuple[int, int]],
        keep_capitals: bool,
        rng: random.Random,
    ) -> Callable[[int, int, Choices], bool]:
        """The predicate of one document: whether a dictionary match (start, end, choices) is replaced."""
        draw = rng.random
        covers = ProtectedCursor(protected).covers if protected else None
        starts = [start for start, _ in spans] if keep_capitals else []
        has_hyphens = "-" in text
        compounds, occurrence = self.config.compounds, self.config.occurrence
        active: dict[str, bool] = {}  # whether this document replaces the original at all

        def accept(start: int, end: int, choices: Choices) -> bool:
            is_active = active.get(choices.original)
            if is_active is None:
                is_active = active[choices.original] = draw() < choices.coverage
            return (
                is_active
                and draw() < occurrence
                and not (covers and covers(start, end))
                and not (keep_capitals and text[start].isupper() and not opens_sentence(text, starts, start))
                and not (end - start <= 2 and _part_of_initials(text, end))
                and not (has_hyphens and _in_compound(text, start, end) and draw() >= compounds)
            )

        return accept

    def _protected_spans(self, text: str, rng: random.Random) -> list[tuple[int, int]]:
        """Spans that no spinner replaces and, by chance, quotations and bracketed text; sorted, disjoint."""
        out = protected_spans(text)
        for share, pattern in (
            (self.config.protect_quoted, QUOTED),
            (self.config.protect_bracketed, _BRACKETED),
        ):
            if rng.random() < share:
                out = merge_spans(out + [m.span() for m in pattern.finditer(text)])
        return out


class SpinnerMix:
    """Several spinners with weights; one is drawn for each document."""

    def __init__(self, spinners: Sequence[tuple[Spinner, float]]) -> None:
        self.spinners = list(spinners)
        self._cumulative = list(accumulate(weight for _, weight in self.spinners))

    @property
    def entries(self) -> list[Entry]:
        """The entries of all their dictionaries."""
        return [entry for spinner, _ in self.spinners for entry in spinner.entries]

    def draw(self, u: float) -> Spinner:
        """The spinner at quantile ``u`` (0 <= u < 1) of the weights."""
        return self.spinners[bisect_right(self._cumulative, u * self._cumulative[-1])][0]


def choices_of(entries: Sequence[Entry], coverage: Mapping[str, float]) -> dict[str, Choices]:
    """The choices of each original. Its coverage is its rate or else the highest among its provenances.

    The weight of a form is proportional to the square root of its count, because the counts come from few
    sites, each of which repeats its own subject.
    """
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.original, []).append(entry)
    out: dict[str, Choices] = {}
    for original, group in grouped.items():
        weights = [_PROVENANCE_WEIGHT[e.provenance] * e.weight**0.5 for e in group]
        share = max(coverage.get(e.provenance, 1.0) if e.rate is None else e.rate for e in group)
        out[original] = Choices(original, tuple(e.spun for e in group), tuple(accumulate(weights)), share)
    return out


def opens_sentence(text: str, starts: Sequence[int], start: int) -> bool:
    """Whether the token at ``start`` begins a sentence: it is preceded by nothing, a line break or a
    sentence-final mark. ``starts`` are the starts of all tokens, in order."""
    index = bisect_right(starts, start) - 1
    while index > 0:
        before = starts[index - 1]
        if "\n" in text[before : starts[index]]:
            return True
        if text[before] not in "\"“”'’(":
            return text[before] in ".!?:"
        index -= 1
    return True


def _part_of_initials(text: str, end: int) -> bool:
    """Whether a short token that ends here is part of initials like "U.S.", which spinners keep."""
    return text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha()


def _in_compound(text: str, start: int, end: int) -> bool:
    """Whether a hyphen joins the span to a word before or after it."""
    return (text[end : end + 1] == "-" and text[end + 1 : end + 2].isalnum()) or (
        start > 1 and text[start - 1] == "-" and text[start - 2].isalnum()
    )


def _article_edit(text: str, start: int, replacement: str) -> Edit | None:
    """The edit that makes the article before ``start`` agree with ``replacement``, by its first letter."""
    match = _ARTICLE.search(text, max(0, start - 8), start)
    if not match:
        return None
    article = match[1]
    correct = "an" if replacement[:1].lower() in "aeiou" else "a"
    if article.lower() == correct:
        return None
    return Edit(match.start(1), match.end(1), article, copy_case(article, correct))
