"""The corruption itself: replaces phrases from a dictionary without reading them.

What it does is read off real spun pages and written down, with counts, in the evidence that the
project started from: longest phrase first, left to right, coverage near all-or-nothing in a
document, a synonym chosen anew at each occurrence, capitals copied, a/an never repaired.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from despin.infer.casing import copy_case
from despin.infer.config import build, read_yaml
from despin.infer.edits import Edit, apply_edits
from despin.infer.phrases import PhraseTable
from despin.infer.shield import Shield, merged, shielded
from despin.infer.words import Word, words
from despin.train.lexicon import Entry, load_entries

_QUOTED = re.compile(r"“[^”\n]{2,600}”|\"[^\"\n]{2,600}\"")


@dataclass(frozen=True)
class SpinConfig:
    """How a site spins."""

    dictionary: str = "builtin"
    """A .tsv file, a folder of them, or ``builtin``."""
    coverage: dict[str, float] = field(
        default_factory=lambda: {"observed": 0.97, "inferred": 0.85, "typical": 0.45, "thesaurus": 0.4}
    )
    """Share of the originals of each provenance that are in force in one document."""
    occurrence: float = 0.97
    """Share of the occurrences replaced of an original that is in force."""
    protect_capitalised: float = 0.15
    """Share of documents whose capitalised words inside a sentence are left alone (a site habit)."""
    protect_quoted: float = 0.15
    """Share of documents whose quotations are left alone (a site habit)."""

    def __post_init__(self) -> None:
        for name in ("occurrence", "protect_capitalised", "protect_quoted"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: a share in 0..1 is needed, got {getattr(self, name)}")
        for name, share in self.coverage.items():
            if not 0 <= share <= 1:
                raise ValueError(f"coverage.{name}: a share in 0..1 is needed, got {share}")


@dataclass(frozen=True)
class Spun:
    """A spun text and the edits that made it (offsets in the clean text)."""

    text: str
    edits: list[Edit]


@dataclass(frozen=True, slots=True)
class _Choices:
    """The spun forms of one original, with running weights to draw from."""

    forms: tuple[str, ...]
    running: tuple[float, ...]
    coverage: float

    def draw(self, rng: random.Random) -> str:
        return self.forms[bisect_right(self.running, rng.random() * self.running[-1])]


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
            config = build(SpinConfig, read_yaml(config), str(config))
        elif isinstance(config, Mapping):
            config = build(SpinConfig, config)
        self.config = config
        self.entries = list(load_entries(config.dictionary) if entries is None else entries)
        self._table = PhraseTable(_choices(self.entries, config.coverage))

    def spin(self, text: str, seed: int | str = 0) -> Spun:
        """The spun text with its edits; ``seed`` settles every draw."""
        rng = random.Random(f"spin:{seed}")
        spans = shielded(text)
        keep_capitals = rng.random() < self.config.protect_capitalised
        if rng.random() < self.config.protect_quoted:
            spans = merged(spans + [m.span() for m in _QUOTED.finditer(text)])
        shield = Shield(spans)
        in_force: dict[int, bool] = {}
        tokens = words(text)
        edits: list[Edit] = []
        for first, behind, choices in self._table.find(text, tokens):
            start, end = tokens[first].start, tokens[behind - 1].end
            if id(choices) not in in_force:
                in_force[id(choices)] = rng.random() < choices.coverage
            if not in_force[id(choices)] or rng.random() >= self.config.occurrence:
                continue
            if shield.covers(start, end):
                continue
            if keep_capitals and text[start].isupper() and not _opens_sentence(text, tokens, first):
                continue
            if _part_of_initials(text, start, end):
                continue
            source = text[start:end]
            replacement = copy_case(source, choices.draw(rng))
            if "’" in text and "'" not in text:
                replacement = replacement.replace("'", "’")
            if replacement != source:
                edits.append(Edit(start, end, source, replacement))
        return Spun(apply_edits(text, edits), edits)


def _choices(entries: Sequence[Entry], coverage: Mapping[str, float]) -> dict[str, _Choices]:
    """Draw tables by original. The best provenance of an original settles its coverage.

    A form's weight grows with the square root of its count: the counts come from few sites, each
    of which repeats its own subject.
    """
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.original, []).append(entry)
    trust = {"observed": 1.0, "inferred": 0.7, "typical": 0.4, "thesaurus": 0.25}
    made: dict[str, _Choices] = {}
    for original, group in grouped.items():
        weights = [trust[e.provenance] * e.weight**0.5 for e in group]
        share = max(coverage.get(e.provenance, 1.0) for e in group)
        made[original] = _Choices(tuple(e.spun for e in group), tuple(accumulate(weights)), share)
    return made


def _opens_sentence(text: str, tokens: Sequence[Word], index: int) -> bool:
    """Whether a token begins a sentence: nothing, a line break or a closing mark stands before it."""
    while index > 0:
        before = tokens[index - 1]
        if "\n" in text[before.end : tokens[index].start]:
            return True
        if before.text not in "\"“”'’(":
            return before.text in ".!?:"
        index -= 1
    return True


def _part_of_initials(text: str, start: int, end: int) -> bool:
    """Whether a short token is a letter of "U.S." or the like, which spinners leave alone."""
    return end - start <= 2 and (text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha())
