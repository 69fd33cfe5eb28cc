"""Text of held-out sources, spun and clean, on which settings are chosen."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.digests import update_digests
from despin.infer.files import write_text
from despin.infer.text.edits import Edit
from despin.infer.text.quotes import straighten_apostrophes
from despin.infer.text.tokens import fold
from despin.train.data.corpora import Corpora, excerpt
from despin.train.data.examples import load_mix, original_at, spun_spans
from despin.train.data.inversion import measure_inverse
from despin.train.recipe import Recipe
from despin.train.spin.spinner import Spinner, SpinnerMix

TYPICAL_WEIGHT = 1.5
"""The weight of the most obvious wording of an original for which none was observed."""


@dataclass(frozen=True, slots=True)
class HeldOutText:
    """A held-out excerpt, clean and spun."""

    clean: str
    text: str
    edits: Sequence[Edit]
    """The spinner's edits, with offsets in ``clean``."""


def spun_texts(recipe: Recipe, seed: int = 0) -> Iterator[HeldOutText]:
    """Held-out excerpts without end, spun by the recipe's spinners with nothing withheld."""
    corpora, mix = Corpora(recipe.corpora, held_out=True), load_mix(recipe.pairs)
    number = 0
    while True:
        rng = random.Random(f"held out:{seed}:{number}")
        clean = excerpt(corpora.draw(rng), rng, rng.randrange(400, 2500))
        spun = mix.draw(rng.random()).spin(clean, seed=f"held out:{seed}:{number}")
        yield HeldOutText(clean, spun.text, spun.edits)
        number += 1


def clean_texts(recipe: Recipe, seed: int = 0) -> Iterator[str]:
    """Held-out excerpts without end, unspun."""
    corpora = Corpora(recipe.corpora, held_out=True)
    number = 0
    while True:
        rng = random.Random(f"clean:{seed}:{number}")
        yield excerpt(corpora.draw(rng), rng, rng.randrange(400, 2500))
        number += 1


def blind_lexicon(recipe: Recipe, sources: frozenset[str], documents: int = 4000) -> InverseLexicon:
    """The inverse dictionary without entries known from ``sources`` only (see Entry.sources). Entries also
    known from elsewhere get at most the weight TYPICAL_WEIGHT of entries that were not observed."""
    mix = load_mix(recipe.pairs)
    blind = SpinnerMix([(_without(spinner, sources), weight) for spinner, weight in mix.spinners])
    corpora = Corpora(recipe.corpora)
    rng = random.Random(f"blind:{recipe.seed}")
    texts = (excerpt(corpora.draw(rng), rng) for _ in range(documents))
    return measure_inverse(blind.spinners, texts, recipe.seed)


def _without(spinner: Spinner, sources: frozenset[str]) -> Spinner:
    entries = []
    for entry in spinner.entries:
        known_from = set(entry.sources)
        if known_from <= sources:
            continue
        if known_from & sources:
            entry = replace(entry, weight=min(entry.weight, TYPICAL_WEIGHT))
        entries.append(entry)
    return Spinner(spinner.config, entries=entries)


def checkpoint_variant(
    checkpoint: Path, into: Path, settings: dict[str, Any], lexicon: InverseLexicon | None = None
) -> Path:
    """Copy a checkpoint folder with other settings (None removes one) and, if given, another inverse
    dictionary."""
    shutil.copytree(checkpoint, into)
    current = json.loads((into / "despin.json").read_text(encoding="utf-8"))
    changed = {k: v for k, v in {**current, **settings}.items() if v is not None}
    write_text(into / "despin.json", json.dumps(changed) + "\n")
    if lexicon is not None:
        lexicon.save(into / "inverse.tsv")
    update_digests(into, ["despin.json", "inverse.tsv"])
    return into


def spans_of_rows(spun: HeldOutText, rows: Collection[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """Start and end, in the spun text, of the substitutions in ``rows`` (original and spun, folded)."""
    for span, edit in zip(spun_spans(spun.edits), spun.edits):
        if (fold(edit.source), fold(edit.replacement)) in rows:
            yield span.start, span.end


def is_restored(spun: HeldOutText, edits: Sequence[Edit], start: int, end: int) -> bool:
    """Whether edits restore the original of ``start:end`` of the spun text."""
    spans = spun_spans(spun.edits)
    for edit in edits:
        if edit.start <= start and end <= edit.end:
            original = original_at(spun.text, spans, edit.start, edit.end)
            replacement = straighten_apostrophes(edit.replacement)
            return original is not None and straighten_apostrophes(original) == replacement
    return False
