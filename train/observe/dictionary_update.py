"""Update a spinner's dictionary with what pairs of its output and the originals show (Bayesian update)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from despin.infer.candidates.phrases import phrase_key
from despin.train.observe.observer import Observation
from despin.train.spin.dictionary import Entry
from despin.train.spin.spin_config import SpinConfig

PRIOR_COUNT = 5.0
"""Weight of an original's rate in the dictionary, as a number of occurrences."""

Phrase = tuple[str, ...]


def update_dictionary(
    entries: Sequence[Entry], observations: Iterable[Observation], unchanged: Counter[Phrase]
) -> list[Entry]:
    """The entries with new rates and weights, and the observed substitutions that they lack.

    The rate of an original is the posterior mean of a beta distribution whose prior has the dictionary's
    rate as its mean and PRIOR_COUNT as its weight; occurrences that were replaced and ``unchanged`` ones
    (by folded words) update it. Weights grow by the number of times that a substitution was seen.
    """
    observed = {_key(o.entry): o for o in observations}
    replaced: Counter[Phrase] = Counter()
    for o in observed.values():
        replaced[phrase_key(o.entry.original)] += o.count
    rates: dict[Phrase, float] = {}
    coverage = SpinConfig().coverage
    for entry in entries:
        rate = coverage[entry.provenance] if entry.rate is None else entry.rate
        key = phrase_key(entry.original)
        rates[key] = max(rate, rates.get(key, 0.0))
    out = []
    for entry in entries:
        key = phrase_key(entry.original)
        seen = replaced[key] + unchanged[key]
        if seen:
            mean = (PRIOR_COUNT * rates[key] + replaced[key]) / (PRIOR_COUNT + seen)
            entry = replace(entry, rate=round(mean, 3))
        if (pair := _key(entry)) in observed:
            o = observed.pop(pair)
            sources = tuple(dict.fromkeys((*entry.sources, *o.entry.sources)))
            weight = entry.weight + o.count
            entry = replace(entry, provenance="observed", weight=weight, sources=sources)
        out.append(entry)
    new_rates = {phrase_key(entry.original): entry.rate for entry in out}
    for o in observed.values():
        key = phrase_key(o.entry.original)
        out.append(replace(o.entry, rate=new_rates.get(key, o.entry.rate)))
    return out


def _key(entry: Entry) -> tuple[Phrase, Phrase]:
    return phrase_key(entry.original), phrase_key(entry.spun)
