"""The corruption itself: replaces phrases from a dictionary without reading them.

Longest phrase first, left to right, coverage near all-or-nothing in a document, a synonym chosen
anew at each occurrence, capitals copied, a/an never repaired: see despin.train.spin.spin_config for what a
site may do otherwise.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
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
from despin.train.spin.dictionary import Entry, is_contraction, is_figure, load_entries
from despin.train.spin.spin_config import SpinConfig

QUOTED = re.compile(r"“[^”\n]{2,600}”|\"[^\"\n]{2,600}\"")
"""Quotations: up to 600 characters between double quotation marks on one line."""
_BRACKETED = re.compile(r"\[[^\]\n]{2,600}\]|\((?:[^()\n]|\([^()\n]{0,200}\)){2,600}\)")
_ARTICLE = re.compile(r"(?<![^\s\"“‘'(])(an?)\s+$", re.IGNORECASE)
_TRUST = {"observed": 1.0, "inferred": 0.7, "typical": 0.4, "thesaurus": 0.25}
"""Weight of a form by its provenance beside other forms of the same original."""


@dataclass(frozen=True)
class SpinResult:
    """A spun text and the edits that made it (offsets in the clean text)."""

    text: str
    edits: list[Edit]


@dataclass(frozen=True, slots=True)
class Choices:
    """The spun forms of one original, with running weights to draw from.

    ``coverage`` is the probability that the original is in force in a document.
    """

    original: str
    forms: tuple[str, ...]
    running: tuple[float, ...]
    coverage: float

    def draw(self, chance: float) -> str:
        """The form at ``chance`` (0..1, below 1) of the weights."""
        return self.forms[bisect_right(self.running, chance * self.running[-1])]

    def share(self, form: str) -> float:
        """The probability that ``form`` is drawn."""
        at = self.forms.index(form)
        return (self.running[at] - (self.running[at - 1] if at else 0.0)) / self.running[-1]


class Spinner:
    """Spins clean text. ``config`` is a yaml file, a mapping, a SpinConfig, or None for defaults.

    The same text, seed, configuration and dictionary give the same spun text on every platform:
    only ``random.Random.random``, whose sequence Python guarantees, is drawn from.
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
        """The spun text with its edits; ``seed`` settles every draw."""
        rng = random.Random(f"spin:{seed}")
        edits = self._once(text, rng)
        if rng.random() < self.config.twice:
            again = self._once(apply_edits(text, edits), rng)
            edits = compose_edits(text, edits, again)
        return SpinResult(apply_edits(text, edits), edits)

    def _once(self, text: str, rng: random.Random) -> list[Edit]:
        config, draw = self.config, rng.random
        keep_capitals = draw() < config.protect_capitalised
        fixed_choice = draw() < config.fixed_choice
        repair_articles = draw() < config.repair_articles
        table = self.table(draw() < config.contractions, draw() < config.figures)
        shielded_spans = self._shielded(text, rng)
        covers = ProtectedCursor(shielded_spans).covers if shielded_spans else None
        hyphens = "-" in text
        compounds, occurrence = config.compounds, config.occurrence
        in_force: dict[str, bool] = {}
        fixed: dict[str, float] = {}
        places = token_spans(text)
        starts = [start for start, _ in places] if keep_capitals else []

        def accept(start: int, end: int, choices: Choices) -> bool:
            known = in_force.get(choices.original)
            if known is None:
                known = in_force[choices.original] = draw() < choices.coverage
            return (
                known
                and draw() < occurrence
                and not (covers and covers(start, end))
                and not (keep_capitals and text[start].isupper() and not opens_sentence(text, starts, start))
                and not (end - start <= 2 and _part_of_initials(text, end))
                and not (hyphens and _in_compound(text, start, end) and draw() >= compounds)
            )

        edits: list[Edit] = []
        for first, behind, choices in table.scan(text, places, accept):
            start, end = places[first][0], places[behind - 1][1]
            source = text[start:end]
            chance = fixed.setdefault(choices.original, draw()) if fixed_choice else draw()
            replacement = choices.draw(chance)
            if config.copy_capitals:
                replacement = copy_case(source, replacement)
            replacement = copy_apostrophes(text, replacement)
            if replacement == source:
                continue
            article = _agreeing(text, start, replacement) if repair_articles else None
            if article and (not edits or edits[-1].end <= article.start):
                edits.append(article)
            if config.braces and draw() < config.braces:
                replacement = "{" + replacement + "}"
            edits.append(Edit(start, end, source, replacement))
        return edits

    def _shielded(self, text: str, rng: random.Random) -> list[tuple[int, int]]:
        """What is never touched, and what this document's site leaves alone."""
        out = protected_spans(text)
        for share, pattern in (
            (self.config.protect_quoted, QUOTED),
            (self.config.protect_bracketed, _BRACKETED),
        ):
            if rng.random() < share:
                out = merge_spans(out + [m.span() for m in pattern.finditer(text)])
        return out


class SpinnerMix:
    """Several spinners, one of which is drawn for each document by its weight."""

    def __init__(self, spinners: Sequence[tuple[Spinner, float]]) -> None:
        self.spinners = list(spinners)
        self._running = list(accumulate(weight for _, weight in self.spinners))

    @property
    def entries(self) -> list[Entry]:
        """The entries of all their dictionaries."""
        return [entry for spinner, _ in self.spinners for entry in spinner.entries]

    def draw(self, chance: float) -> Spinner:
        """The spinner at ``chance`` (0..1, below 1) of the weights."""
        return self.spinners[bisect_right(self._running, chance * self._running[-1])][0]


def choices_of(entries: Sequence[Entry], coverage: Mapping[str, float]) -> dict[str, Choices]:
    """Draw tables by original, whose coverage is its rate, or else what its best provenance has.

    A form's weight grows with the square root of its count: the counts come from few sites, each
    of which repeats its own subject.
    """
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.original, []).append(entry)
    made: dict[str, Choices] = {}
    for original, group in grouped.items():
        weights = [_TRUST[e.provenance] * e.weight**0.5 for e in group]
        share = max(coverage.get(e.provenance, 1.0) if e.rate is None else e.rate for e in group)
        made[original] = Choices(original, tuple(e.spun for e in group), tuple(accumulate(weights)), share)
    return made


def compose_edits(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """The edits that lead from ``text`` straight to where ``first`` and then ``second`` lead.

    Edits of the two that touch the same words become one.
    """
    spun = apply_edits(text, first)
    # Borders (start, end) in the clean text and (start, end) in the once-spun text, by place.
    steps: list[tuple[int, int, int, int]] = []
    shift = 0
    for edit in first:
        start = edit.start + shift
        steps.append((edit.start, edit.end, start, start + len(edit.replacement)))
        shift += len(edit.replacement) - (edit.end - edit.start)
    out: list[Edit] = []
    at = shift = 0  # the next step, and once-spun minus clean before it
    later = list(second)
    number = 0
    while at < len(steps) or number < len(later):
        start, end = (
            (later[number].start, later[number].end)
            if number < len(later)
            else (len(spun) + 1, len(spun) + 1)
        )
        if at < len(steps) and steps[at][3] <= start:
            c0, c1, s0, s1 = steps[at]
            out.append(Edit(c0, c1, text[c0:c1], spun[s0:s1]))
            at, shift = at + 1, s1 - c1
            continue
        # Grow the stretch of the once-spun text until no edit of either kind crosses its border.
        low, parts = start, []
        clean_low = start - shift
        while True:
            if number < len(later) and (later[number].start < end or later[number].start == start):
                parts.append(later[number])
                end = max(end, later[number].end)
                number += 1
            elif at < len(steps) and steps[at][2] < end:
                if steps[at][2] < low:
                    low, clean_low = steps[at][2], steps[at][0]
                end = max(end, steps[at][3])
                shift = steps[at][3] - steps[at][1]
                at += 1
            else:
                break
        moved = [Edit(e.start - low, e.end - low, e.source, e.replacement) for e in parts]
        replacement = apply_edits(spun[low:end], moved)
        source = text[clean_low : end - shift]
        if source != replacement:
            out.append(Edit(clean_low, end - shift, source, replacement))
    return out


def opens_sentence(text: str, starts: Sequence[int], place: int) -> bool:
    """Whether the token at ``place`` begins a sentence: nothing, a line break or a closing mark stands
    before it. ``starts`` are the starts of all tokens, in order."""
    index = bisect_right(starts, place) - 1
    while index > 0:
        before = starts[index - 1]
        if "\n" in text[before : starts[index]]:
            return True
        if text[before] not in "\"“”'’(":
            return text[before] in ".!?:"
        index -= 1
    return True


def _part_of_initials(text: str, end: int) -> bool:
    """Whether a short token that ends here is a letter of "U.S." or the like, which spinners leave alone."""
    return text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha()


def _in_compound(text: str, start: int, end: int) -> bool:
    """Whether a hyphen ties the stretch to a word before or behind it."""
    return (text[end : end + 1] == "-" and text[end + 1 : end + 2].isalnum()) or (
        start > 1 and text[start - 1] == "-" and text[start - 2].isalnum()
    )


def _agreeing(text: str, start: int, replacement: str) -> Edit | None:
    """The edit that makes the article before ``start`` agree with ``replacement``, by its first letter."""
    found = _ARTICLE.search(text, max(0, start - 8), start)
    if not found:
        return None
    article = found[1]
    wanted = "an" if replacement[:1].lower() in "aeiou" else "a"
    if article.lower() == wanted:
        return None
    return Edit(found.start(1), found.end(1), article, copy_case(article, wanted))
