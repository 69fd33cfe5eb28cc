"""Shares of the inverse dictionary adapted to the subjects of spun pages, by the wordings left on them.

A wording that is frequent on spun pages, measured against clean text, belongs to what such pages are about,
and is the likelier original at their slots too. On pairs-2, whose stories are not among the pages counted,
the accuracy at slots rose from 0.829 to 0.834, and from 0.790 to 0.795 at those that a language model is
asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.phrases import phrase_key
from despin.infer.decision.page import Phrase, count_phrases
from despin.infer.text.tokens import fold, tokenize

EXPONENT = 0.5
"""Of the ratio of observed to expected counts. The mean log-loss at slots of real pairs was 0.350
with 0, 0.346 with 0.3, 0.345 with 0.5, 0.346 with 0.7 and 0.350 with 1."""
SMOOTHING = 1.0
"""Added to observed and expected counts."""


def adapt_shares(lexicon: InverseLexicon, clean: Iterable[str], pages: Iterable[str]) -> InverseLexicon:
    """The lexicon with the share of each original multiplied by a power of how much more often it stands in
    ``pages`` (spun) than in ``clean`` texts.

    The shares of each form are scaled so that they sum to 1 with that of keeping it.
    """
    wordings = {phrase_key(o) for origins in lexicon.forms.values() for o in origins.originals}
    expected, clean_words = _count(clean, wordings)
    observed, page_words = _count(pages, wordings)
    if not clean_words or not page_words:
        return lexicon
    scale = page_words / clean_words

    def factor(original: str) -> float:
        key = phrase_key(original)
        ratio = (observed[key] + SMOOTHING) / (expected[key] * scale + SMOOTHING)
        return float(ratio**EXPONENT)

    rows = []
    for form, origins in lexicon.forms.items():
        weights = [share * factor(o) for o, share in zip(origins.originals, origins.shares)]
        total = origins.keep + sum(weights)
        rows += [(form, o, w / total if total else 0.0) for o, w in zip(origins.originals, weights)]
    return InverseLexicon(rows)


def _count(texts: Iterable[str], wordings: Collection[Phrase]) -> tuple[Counter[Phrase], int]:
    counts: Counter[Phrase] = Counter()
    words = 0
    for text in texts:
        tokens = [fold(token.text) for token in tokenize(text)]
        words += len(tokens)
        counts += count_phrases(tokens, wordings)
    return counts, words
