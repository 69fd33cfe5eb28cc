"""Documents for the first look: clean and spun, for the fit and held out."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from despin.infer.decision.word_evidence import word_spans
from despin.infer.resources import find_example
from despin.infer.text.quotes import straighten_quotes
from despin.train.data.corpora import Corpora, excerpt
from despin.train.data.examples import SpunSpan, spun_spans
from despin.train.recipe import CorpusConfig, SiteConfig
from despin.train.ship.first_look_recipe import LookRecipe
from despin.train.spin.spinner import Spinner

STRAIGHT = 0.3
"""Share of the excerpts whose quotation marks are made straight."""
MIN_REPLACED, MIN_SHARE = 4, 0.02
"""A text counts as spun from so many replaced wordings on, and from so many per word. With fewer, the whole
system leaves most texts alone too: they hold too little evidence."""


@dataclass(frozen=True, slots=True)
class SpunText:
    """A spun text, or a part of one."""

    text: str
    site: str
    words: int
    replaced: int
    """How many wordings were replaced."""

    @property
    def is_spun(self) -> bool:
        """Whether it counts as spun."""
        return self.replaced >= max(MIN_REPLACED, MIN_SHARE * self.words)


@dataclass(frozen=True, slots=True)
class SpunDocument:
    """A document, clean and spun."""

    corpus: str
    site: str
    """The spinner's settings, by name."""
    clean: str
    spun: str
    spans: Sequence[SpunSpan]
    """The substitutions, with offsets in ``spun``."""

    def cut(self, words: int | None, rng: random.Random) -> SpunText | None:
        """A run of ``words`` words of the spun text, or all of it; None if it has fewer."""
        spans = word_spans(self.spun)
        words = len(spans) if words is None else words
        if len(spans) < words or not words:
            return None
        first = int(rng.random() * (len(spans) - words + 1))
        start, end = int(spans[first, 0]), int(spans[first + words - 1, 1])
        replaced = sum(start <= span.start < end for span in self.spans)
        return SpunText(self.spun[start:end], self.site, words, replaced)


def cut_words(text: str, words: int, rng: random.Random) -> str | None:
    """A run of ``words`` words of a text; None if it has fewer."""
    spans = word_spans(text)
    if len(spans) < words:
        return None
    first = int(rng.random() * (len(spans) - words + 1))
    return text[int(spans[first, 0]) : int(spans[first + words - 1, 1])]


class DocumentSource:
    """Documents of a recipe, drawn by weight. Every draw depends on the seed and the document's number
    only."""

    def __init__(
        self, corpora: Sequence[CorpusConfig], sites: Sequence[SiteConfig], seed: int, held_out: bool = False
    ) -> None:
        self._corpora = [(Path(find_example(c.path)).name, Corpora([c], held_out)) for c in corpora]
        self._shares = list(accumulate(c.weight for c in corpora))
        self._sites = [(site.path, Spinner(site.path)) for site in sites]
        self._site_shares = list(accumulate(site.weight for site in sites))
        self._seed = seed

    def clean(self, number: int, characters: int) -> str:
        """A clean excerpt of about ``characters``."""
        rng = random.Random(f"first look, clean:{self._seed}:{number}")
        return _excerpt(self._draw(rng)[1], rng, characters)

    def spun(self, number: int, characters: int) -> SpunDocument:
        """An excerpt of about ``characters``, clean and spun."""
        rng = self._rng(number)
        corpus, text = self._draw(rng)
        text = _excerpt(text, rng, characters)
        u = rng.random() * self._site_shares[-1]
        site, spinner = self._sites[bisect_right(self._site_shares, u)]
        result = spinner.spin(text, seed=f"{self._seed}:{number}")
        return SpunDocument(corpus, site, text, result.text, spun_spans(result.edits))

    def is_for_limits(self, number: int) -> bool:
        """On which half of the documents the document of `spun` is: a hash of the whole text decides."""
        text = self._draw(self._rng(number))[1]
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] % 2 == 0

    def _rng(self, number: int) -> random.Random:
        return random.Random(f"first look:{self._seed}:{number}")

    def _draw(self, rng: random.Random) -> tuple[str, str]:
        name, corpus = self._corpora[bisect_right(self._shares, rng.random() * self._shares[-1])]
        return name, corpus.draw(rng)


def held_out_documents(recipe: LookRecipe, is_for_limits: bool, characters: int) -> Iterator[SpunDocument]:
    """Held-out documents without end, spun by the recipe's spinners.

    One half of the held-out documents serves to choose limits, the other to report with: nothing is measured
    on what it was chosen on.
    """
    source = DocumentSource(recipe.corpora, recipe.spin, recipe.seed, held_out=True)
    number = 0
    while True:
        if source.is_for_limits(number) == is_for_limits:
            yield source.spun(number, characters)
        number += 1


def expected_weights(recipe: LookRecipe, sites: Sequence[str]) -> list[float]:
    """A weight for each document spun by ``sites`` so that each of the recipe's expected sites has its
    share."""
    counts = Counter(sites)
    shares = {site.path: site.weight for site in recipe.expected}
    return [shares.get(site, 0.0) / counts[site] for site in sites]


def _excerpt(text: str, rng: random.Random, characters: int) -> str:
    out = excerpt(text, rng, characters)
    return straighten_quotes(out) if rng.random() < STRAIGHT else out
