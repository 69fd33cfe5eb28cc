"""Measure the inverse dictionary: spin clean text and count the originals of each spun form."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.quotes import straighten_apostrophes
from despin.infer.text.tokens import tokenize
from despin.metrics.clean_text import read_clean
from despin.train.data.corpora import Corpora, excerpt
from despin.train.data.examples import original_at, spun_spans
from despin.train.data.page_words import adapt_shares
from despin.train.recipe import Recipe
from despin.train.spin.dictionary import Entry
from despin.train.spin.proper_names import capitalize_names
from despin.train.spin.spinner import Spinner, SpinnerMix

MIN_SHARE = 0.002
"""Lowest share of an original among the occurrences of a spun form."""
KEEP_SMOOTHING = 0.2
"""Pseudo-count of the form as natural wording, relative to the smoothing."""
MAX_ENTRY_WEIGHT = 4.0
"""Weight of an entry at most, as a pseudo-count."""
MAX_ORIGINALS = 6
"""Originals of a form at most, the likeliest ones."""


def measure_inverse(
    spinner: Spinner | Sequence[tuple[Spinner, float]],
    texts: Iterable[str],
    seed: int = 0,
    smoothing: float = 0.5,
) -> InverseLexicon:
    """The inverse dictionary of ``spinner`` on ``texts`` (a few million words give stable shares).

    Several spinners are given with weights, and one is drawn for each text. Every entry of their
    dictionaries adds a pseudo-count of ``smoothing`` times its weight and its rate, so that rare forms which
    the sample lacks are included. Originals with a share below MIN_SHARE are dropped.
    """
    mix = SpinnerMix([(spinner, 1.0)] if isinstance(spinner, Spinner) else spinner)
    entries = mix.entries
    forms = InverseLexicon((e.spun, e.original, 1.0) for e in entries)
    spelling = {e.original.lower(): e.original for e in entries}
    form_of = {id(origins): form for form, origins in forms.forms.items()}
    occurrences: Counter[str] = Counter()
    originals: dict[str, Counter[str]] = {}
    for number, text in enumerate(texts):
        spun = mix.draw(random.Random(f"mix:{seed}:{number}").random()).spin(text, seed=f"{seed}:{number}")
        spans = spun_spans(spun.edits)
        for candidate in forms.candidates(spun.text, tokens := tokenize(spun.text)):
            start, end = tokens[candidate.start].start, tokens[candidate.end - 1].end
            form = form_of[id(candidate.origins)]
            occurrences[form] += 1
            original = original_at(spun.text, spans, start, end)
            if original and original != spun.text[start:end]:
                originals.setdefault(form, Counter())[_plain(original, spelling)] += 1
    return InverseLexicon(_rows(entries, occurrences, originals, smoothing))


def _plain(original: str, spelling: dict[str, str]) -> str:
    """An original without capitals and curly apostrophes that are due to its position."""
    lowered = straighten_apostrophes(original).lower()
    return capitalize_names(spelling.get(lowered, lowered))


def _rows(
    entries: Iterable[Entry],
    occurrences: Counter[str],
    originals: dict[str, Counter[str]],
    smoothing: float,
) -> Iterable[tuple[str, str, float]]:
    pseudo: dict[str, dict[str, float]] = {}
    for entry in entries:
        counts = pseudo.setdefault(entry.spun, {})
        rate = 1.0 if entry.rate is None else entry.rate
        added = smoothing * min(entry.weight, MAX_ENTRY_WEIGHT) * rate
        counts[entry.original] = counts.get(entry.original, 0.0) + added
    for form, counts in pseudo.items():
        seen = originals.get(form, Counter())
        total = occurrences[form] + sum(counts.values()) + smoothing * KEEP_SMOOTHING
        names = {name for name in seen.keys() | counts.keys() if name != form}
        shares = {name: (seen[name] + counts.get(name, 0.0)) / total for name in names}
        likely = {name: share for name, share in shares.items() if share >= MIN_SHARE}
        for original in sorted(likely, key=lambda name: (-likely[name], name))[:MAX_ORIGINALS]:
            yield form, original, likely[original]


def measure_lexicon(recipe: Recipe, corpora: Corpora, mix: SpinnerMix) -> InverseLexicon:
    """The inverse dictionary on the recipe's corpora, adapted to its spun pages if it names any."""

    def texts() -> Iterator[str]:
        rng = random.Random(f"lexicon:{recipe.seed}")
        return (excerpt(corpora.draw(rng), rng) for _ in range(recipe.lexicon_documents))

    lexicon = measure_inverse(mix.spinners, texts(), recipe.seed)
    if not recipe.spun_pages:
        return lexicon
    pages = [text for file in recipe.spun_pages for text in read_clean(file, 1 << 30)]
    return adapt_shares(lexicon, texts(), pages)
