"""Training pairs: spun segments with their originals, generated anew on each pass."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from despin.infer.candidates.inverse import Candidate, InverseLexicon, Origins
from despin.infer.candidates.slots import Slot, find_slots
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.quotes import CURLY_APOSTROPHE, straighten_quotes
from despin.infer.text.segmentation import Segment, segment_text
from despin.infer.text.tokens import fold, is_word, tokenize
from despin.train.data.corpora import Corpora, excerpt
from despin.train.recipe import PairsConfig, SiteConfig
from despin.train.spin.noise import Noise
from despin.train.spin.spinner import Spinner, SpinnerMix
from despin.train.spin.withheld import without_withheld


class SpunSpan(NamedTuple):
    """A substitution located in the spun text: ``spun[start:end]`` replaced ``original``."""

    start: int
    end: int
    original: str


def spun_spans(edits: Sequence[Edit]) -> list[SpunSpan]:
    """The spinner's edits with offsets in the spun text instead of the clean one."""
    spans, shift = [], 0
    for edit in edits:
        start = edit.start + shift
        spans.append(SpunSpan(start, start + len(edit.replacement), edit.source))
        shift += len(edit.replacement) - len(edit.source)
    return spans


def original_at(spun: str, spans: Sequence[SpunSpan], start: int, end: int) -> str | None:
    """The original of ``spun[start:end]``; None if a substitution crosses its border.

    Where nothing was replaced, that is ``spun[start:end]`` itself.
    """
    out: list[str] = []
    last = start
    for span in spans_between(spans, start, end):
        if span.start < start or span.end > end:
            return None
        out.append(spun[last : span.start])
        out.append(span.original)
        last = span.end
    out.append(spun[last:end])
    return "".join(out)


def spans_between(spans: Sequence[SpunSpan], start: int, end: int) -> Sequence[SpunSpan]:
    """The substitutions that overlap ``start:end`` (binary search: texts may be long)."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle].end <= start:
            low = middle + 1
        else:
            high = middle
    stop = low
    while stop < len(spans) and spans[stop].start < end:
        stop += 1
    return spans[low:stop]


@dataclass(frozen=True, slots=True)
class Example:
    """A spun segment with its substitutions and slots, from which every target form is encoded."""

    text: str
    segment: Segment
    spans: Sequence[SpunSpan]
    slots: list[tuple[Candidate, Slot]]
    """The places that the model may rewrite, in order."""

    @property
    def spun(self) -> str:
        """The segment as it was spun."""
        return self.text[self.segment.start : self.segment.end]

    @property
    def original(self) -> str:
        """The segment before spinning."""
        start, end = self.segment.start, self.segment.end
        inside = [s for s in self.spans if start <= s.start and s.end <= end]
        return original_at(self.text, inside, start, end) or self.spun

    def answers(self) -> list[str | None]:
        """For each slot its original, None for "keep".

        A substitution that crosses a slot's border cannot be undone within it, so that the answer is "keep".
        """
        out: list[str | None] = []
        for _, slot in self.slots:
            original = original_at(self.text, self.spans, slot.start, slot.end)
            out.append(original if original and original.strip() != slot.source else None)
        return out


NO_ORIGINS = Origins((), ())
MIN_OPEN_LETTERS = 3
"""Shorter words get no open slot."""
DEFAULT_SITES = (SiteConfig("observed"),)


def load_mix(config: PairsConfig, without: float = 0.0) -> SpinnerMix:
    """The spinners that a recipe names, without the share ``without`` of their rows (see is_withheld).

    Raises ConfigError or OSError if one cannot be read.
    """
    spinners = [(Spinner(site.path), site.weight) for site in config.spin or DEFAULT_SITES]
    if without:
        spinners = [(without_withheld(spinner, without), weight) for spinner, weight in spinners]
    return SpinnerMix(spinners)


@dataclass
class ExampleMaker:
    """Generates examples without end. Every draw depends on the seed and the document number only."""

    corpora: Corpora
    mix: SpinnerMix
    lexicon: InverseLexicon
    config: PairsConfig = field(default_factory=PairsConfig)
    seed: int = 0

    def __post_init__(self) -> None:
        self._noise: Noise | None = Noise(self.mix.entries) if self.config.noise else None

    def document(self, number: int) -> Iterator[Example]:
        """The examples of document ``number``: an excerpt, newly spun, cut into segments."""
        rng = random.Random(f"pairs:{self.seed}:{number}")
        low, high = self.config.words
        limit = low + int(rng.random() * (high - low + 1))
        if rng.random() < self.config.clean:
            excerpts = [self._excerpt(rng) for _ in range(self.config.clean_among)]
            clean = max(excerpts, key=self._spun_share) if len(excerpts) > 1 else excerpts[0]
            yield from self.examples(clean, (), rng, limit)
            return
        clean = self._excerpt(rng)
        edits = self.mix.draw(rng.random()).spin(clean, seed=f"{self.seed}:{number}").edits
        if self._noise is not None:
            edits = self._noise.apply(edits, self.config.noise, rng)
        yield from self.examples(apply_edits(clean, edits), spun_spans(edits), rng, limit)

    def _excerpt(self, rng: random.Random) -> str:
        clean = excerpt(self.corpora.draw(rng), rng, self.config.characters)
        if CURLY_APOSTROPHE in clean and rng.random() < 0.3:
            clean = straighten_quotes(clean)
        return clean

    def _spun_share(self, text: str) -> float:
        """The expected share of spun words according to the inverse dictionary alone, 0..1."""
        tokens = tokenize(text)
        return sum(1 - c.origins.keep for c in self.lexicon.candidates(text, tokens)) / max(len(tokens), 1)

    def examples(
        self, text: str, spans: Sequence[SpunSpan], rng: random.Random, limit: int
    ) -> Iterator[Example]:
        """The segments of a spun text with their slots, some hints hidden and some slots added."""
        for segment in segment_text(text, limit):
            if not any(is_word(t.text) for t in segment.tokens):
                continue
            slots = [
                (candidate, _without_hints(slot) if rng.random() < self.config.hidden_hints else slot)
                for candidate, slot in find_slots(text, segment.tokens, self.lexicon)
            ]
            slots = self._with_open_slots(segment, slots, rng)
            yield Example(text, segment, spans_between(spans, segment.start, segment.end), slots)

    def _with_open_slots(
        self, segment: Segment, slots: list[tuple[Candidate, Slot]], rng: random.Random
    ) -> list[tuple[Candidate, Slot]]:
        """Add slots without hints for some of the words that no entry covers."""
        covered = {i for candidate, _ in slots for i in range(candidate.start, candidate.end)}
        out = list(slots)
        for i, token in enumerate(segment.tokens):
            if i in covered or not fold(token.text).isalpha() or len(token.text) < MIN_OPEN_LETTERS:
                continue
            if rng.random() < self.config.open_slots:
                slot = Slot(token.start, token.end, token.text, ())
                out.append((Candidate(i, i + 1, NO_ORIGINS), slot))
        out.sort(key=lambda pair: pair[0].start)
        return out


def _without_hints(slot: Slot) -> Slot:
    return Slot(slot.start, slot.end, slot.source, ())
