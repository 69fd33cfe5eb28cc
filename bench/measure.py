"""One system measured on pairs and on clean text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from despin.bench.confusions import Confusion, confusions
from despin.bench.edit_kinds import KINDS, KindCounts, by_kind, dictionary_kinds
from despin.bench.runner import Outcome, run_system
from despin.bench.similarity import Similarity, similarity
from despin.bench.systems.base import System
from despin.infer.candidates.inverse import InverseLexicon
from despin.metrics.alignment import comparison_tokens, word_changes
from despin.metrics.calibration import auroc
from despin.metrics.edit_correctness import edit_correctness
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.harm import Harm, count_words, measure_harm
from despin.metrics.pairs import Pair


@dataclass(frozen=True)
class Result:
    """What was found about one system: figures, or the reason why there are none."""

    system: str
    not_run: str | None = None
    """Why it could not run; None if it did."""
    counts: tuple[EditCounts, ...] = ()
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

    startup_seconds: float | None = None
    """Seconds until the first text could be given; None where that was not measured."""
    peak_bytes: int | None = None
    """Bytes of memory at most."""
    size: int | None = None
    """Bytes of the files it reads."""
    auroc: float | None = None
    """How well its spun score tells spun from clean texts; that of a system without one is the share of
    words that it changes."""
    signature: str = ""
    """The weights and packages that its figures hang on."""
    confidences: tuple[tuple[float, bool], ...] = ()
    """Confidence of each edit and whether it is right, of a system that tells its edits."""

    @property
    def total(self) -> EditCounts:
        """Counts over all pairs."""
        return sum_counts(self.counts)


def measure(
    system: System, pairs: Sequence[Pair], clean: Sequence[str] = (), lexicon: InverseLexicon | None = None
) -> Result:
    """Run a loaded system and score it. Raises ValueError if it does not answer each text with one."""
    return judge(run_system(system, [p.spun for p in pairs], clean), pairs, clean, lexicon)


def judge(
    outcome: Outcome, pairs: Sequence[Pair], clean: Sequence[str] = (), lexicon: InverseLexicon | None = None
) -> Result:
    """Score what a system made of the pairs' spun texts and of the clean ones."""
    restored = outcome.restored
    return Result(
        outcome.system,
        counts=tuple(score_text(p.spun, r, p.original, lexicon) for p, r in zip(pairs, restored)),
        harm=measure_harm(clean, outcome.restored_clean) if clean else None,
        kinds=_by_kind(pairs, restored),
        errors=tuple(c for p, r in zip(pairs, restored) for c in confusions(p.id, p.spun, r, p.original)),
        similarity=_similarity(restored, [p.original for p in pairs]),
        words_per_second=outcome.words_per_second,
        clean_words_per_second=outcome.clean_words_per_second,
        startup_seconds=outcome.startup_seconds,
        peak_bytes=outcome.peak_bytes,
        size=outcome.size,
        auroc=_auroc(outcome, [p.spun for p in pairs], clean) if clean else None,
        confidences=tuple(
            (edit.confidence, right)
            for pair, edits in zip(pairs, outcome.edits or ())
            for edit, right in zip(edits, edit_correctness(pair, edits))
        ),
    )


def _auroc(outcome: Outcome, spun: Sequence[str], clean: Sequence[str]) -> float:
    if outcome.scores is not None:
        return auroc(outcome.scores[1], outcome.scores[0])
    high = [_changed(*both) for both in zip(spun, outcome.restored)]
    return auroc([_changed(*both) for both in zip(clean, outcome.restored_clean)], high)


def _changed(before: str, after: str) -> float:
    """Changes a word."""
    return len(word_changes(comparison_tokens(before), comparison_tokens(after))) / max(
        count_words(before), 1
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
