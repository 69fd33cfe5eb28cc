"""One system measured on pairs and on clean text."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from despin.bench.confusions import Confusion, confusions
from despin.bench.harm import Harm, count_words, harm
from despin.bench.kinds import KINDS, KindCounts, by_kind, dictionary_kinds
from despin.bench.metrics import Counts, score, total
from despin.bench.pairs import Pair
from despin.bench.similarity import Similarity, similarity
from despin.bench.systems import System
from despin.infer.lexicon import InverseLexicon


@dataclass(frozen=True)
class Result:
    """What was found about one system: figures, or the reason why there are none."""

    system: str
    not_run: str | None = None
    """Why it could not run; None if it did."""
    counts: tuple[Counts, ...] = ()
    """Counts for each pair, in order."""
    harm: Harm | None = None
    """What it did to clean text; None where none was given."""
    similarity: Similarity | None = None
    """chrF, TER and sentences alike; None where sacrebleu is missing."""
    kinds: Mapping[str, KindCounts] = field(default_factory=dict)
    """Counts by kind of wording, over all pairs."""
    errors: tuple[Confusion, ...] = ()
    """The errors one by one, pair by pair."""
    words_per_second: float = 0.0
    """Words of the spun texts restored in a second, loading and scoring left out."""
    clean_words_per_second: float | None = None
    """The same on the clean text; None where none was given."""

    @property
    def total(self) -> Counts:
        """Counts over all pairs."""
        return total(self.counts)


def measure(
    system: System, pairs: Sequence[Pair], clean: Sequence[str] = (), lexicon: InverseLexicon | None = None
) -> Result:
    """Run a loaded system and score it. Raises ValueError if it does not answer each text with one."""
    restored, speed = _timed(system, [p.spun for p in pairs])
    kept, clean_speed = _timed(system, clean) if clean else ([], None)
    return Result(
        system.name,
        counts=tuple(score(p.spun, r, p.original, lexicon) for p, r in zip(pairs, restored)),
        harm=harm(clean, kept) if clean else None,
        kinds=_by_kind(pairs, restored),
        errors=tuple(c for p, r in zip(pairs, restored) for c in confusions(p.id, p.spun, r, p.original)),
        similarity=_similarity(restored, [p.original for p in pairs]),
        words_per_second=speed,
        clean_words_per_second=clean_speed,
    )


def _by_kind(pairs: Sequence[Pair], restored: Sequence[str]) -> dict[str, KindCounts]:
    kinds = dictionary_kinds()
    found = [by_kind(p.spun, r, p.original, kinds) for p, r in zip(pairs, restored)]
    return {kind: sum((f[kind] for f in found), KindCounts()) for kind in KINDS}


def _similarity(restored: Sequence[str], originals: Sequence[str]) -> Similarity | None:
    try:
        return similarity(restored, originals)
    except ModuleNotFoundError:
        return None


def _timed(system: System, texts: Sequence[str]) -> tuple[list[str], float]:
    """The restored texts, and words a second."""
    begun = time.perf_counter()
    restored = system.restore(texts)
    seconds = time.perf_counter() - begun
    if len(restored) != len(texts):
        raise ValueError(f"{system.name}: {len(texts)} texts went in and {len(restored)} came out")
    return restored, sum(map(count_words, texts)) / max(seconds, 1e-9)
