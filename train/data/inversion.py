"""Measure the inverse dictionary by spinning clean text and counting what each spun form stood for."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.quotes import straighten_apostrophes
from despin.infer.text.tokens import tokenize
from despin.train.data.corpora import Corpora, excerpt
from despin.train.data.examples import original_at, spun_spans
from despin.train.recipe import Recipe
from despin.train.spin.dictionary import Entry
from despin.train.spin.spinner import Spinner, SpinnerMix

MIN_SHARE = 0.002
"""A form met as a substitution less often than this is no candidate, an original below it no option."""
KEEP_SMOOTHING = 0.2
"""How often, times the smoothing, every form is taken to have been met as no substitution."""


def measure_inverse(
    spinner: Spinner | Sequence[tuple[Spinner, float]],
    texts: Iterable[str],
    seed: int = 0,
    smoothing: float = 0.5,
) -> InverseLexicon:
    """The inverse dictionary of ``spinner`` on ``texts`` (a few million words give stable shares).

    Several spinners are given with weights, and one is drawn for each text. Every entry of their
    dictionaries is added ``smoothing`` times by its weight and its rate, so that rare forms which
    the sample lacks are known too; FEWEST then drops what is hopelessly natural.
    """
    mix = SpinnerMix([(spinner, 1.0)] if isinstance(spinner, Spinner) else spinner)
    entries = mix.entries
    forms = InverseLexicon((e.spun, e.original, 1.0) for e in entries)
    spelling = {e.original.lower(): e.original for e in entries}
    form_of = {id(origins): form for form, origins in forms.forms.items()}
    met: Counter[str] = Counter()
    stood: dict[str, Counter[str]] = {}
    for number, text in enumerate(texts):
        spun = mix.draw(random.Random(f"mix:{seed}:{number}").random()).spin(text, seed=f"{seed}:{number}")
        spans = spun_spans(spun.edits)
        for candidate in forms.candidates(spun.text, tokens := tokenize(spun.text)):
            start, end = tokens[candidate.start].start, tokens[candidate.end - 1].end
            form = form_of[id(candidate.origins)]
            met[form] += 1
            original = original_at(spun.text, spans, start, end)
            if original and original != spun.text[start:end]:
                stood.setdefault(form, Counter())[_plain(original, spelling)] += 1
    return InverseLexicon(_rows(entries, met, stood, smoothing))


def _plain(original: str, spelling: dict[str, str]) -> str:
    """An original without the capital and the curly apostrophe that its place gave it."""
    lowered = straighten_apostrophes(original).lower()
    return spelling.get(lowered, lowered)


def _rows(
    entries: Iterable[Entry], met: Counter[str], stood: dict[str, Counter[str]], smoothing: float
) -> Iterable[tuple[str, str, float]]:
    pseudo: dict[str, dict[str, float]] = {}
    for entry in entries:
        extra = pseudo.setdefault(entry.spun, {})
        known = 1.0 if entry.rate is None else entry.rate
        extra[entry.original] = extra.get(entry.original, 0.0) + smoothing * min(entry.weight, 4.0) * known
    for form, extra in pseudo.items():
        seen = stood.get(form, Counter())
        total = met[form] + sum(extra.values()) + smoothing * KEEP_SMOOTHING
        shares = {o: (seen[o] + extra.get(o, 0.0)) / total for o in seen.keys() | extra.keys() if o != form}
        kept = {o: s for o, s in shares.items() if s >= MIN_SHARE}
        for original in sorted(kept, key=lambda o: (-kept[o], o))[:6]:
            yield form, original, kept[original]


def measure_lexicon(recipe: Recipe, corpora: Corpora, mix: SpinnerMix) -> InverseLexicon:
    """The inverse dictionary on the recipe's corpora."""
    rng = random.Random(f"lexicon:{recipe.seed}")
    texts = (excerpt(corpora.draw(rng), rng) for _ in range(recipe.lexicon_documents))
    return measure_inverse(mix.spinners, texts, recipe.seed)


def save_lexicon(lexicon: InverseLexicon, file: Path) -> None:
    """Write ``file`` beside its place and rename it, so that an interruption leaves no part of it."""
    part = file.with_name(file.name + ".part")
    lexicon.save(part)
    part.replace(file)
