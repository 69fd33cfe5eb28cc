"""The scores of one system on pairs and on clean text."""

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
    """The scores of one system, or the reason why it could not run."""

    system: str
    not_run: str | None = None
    """Why it could not run; None if it did."""
    counts: tuple[EditCounts, ...] = ()
    """Counts for each pair, in order."""
    harm: Harm | None = None
    """Changes to clean text; None without clean text."""
    similarity: Similarity | None = None
    """chrF, TER and exact sentence matches; None if sacrebleu is not installed."""
    kinds: Mapping[str, KindCounts] = field(default_factory=dict)
    """Edit counts by kind of wording, over all pairs."""
    errors: tuple[Confusion, ...] = ()
    """The errors one by one, pair by pair."""
    words_per_second: float = 0.0
    """On the spun texts, without loading and scoring."""
    clean_words_per_second: float | None = None
    """The same on the clean texts; None without any."""
    startup_seconds: float | None = None
    """Seconds from process start until the first text could be read; None if not measured."""
    peak_bytes: int | None = None
    """Peak resident memory; None if not measured."""
    size: int | None = None
    """Bytes of the files it reads."""
    auroc: float | None = None
    """AUROC of separating spun from clean texts by the system's spun score, or, for a system without one, by
    the share of words that it changes."""
    signature: str = ""
    """The weights and packages that its figures depend on."""
    confidences: tuple[tuple[float, bool], ...] = ()
    """Confidence and correctness of each edit; empty for a system that reports no edits."""

    @property
    def total(self) -> EditCounts:
        """Counts over all pairs."""
        return sum_counts(self.counts)


def measure(
    system: System, pairs: Sequence[Pair], clean: Sequence[str] = (), lexicon: InverseLexicon | None = None
) -> Result:
    """Run a loaded system and score it. Raises ValueError if it does not return one text for each text."""
    return score_outcome(run_system(system, [p.spun for p in pairs], clean), pairs, clean, lexicon)


def score_outcome(
    outcome: Outcome, pairs: Sequence[Pair], clean: Sequence[str] = (), lexicon: InverseLexicon | None = None
) -> Result:
    """Score a system's output for the pairs' spun texts and for the clean texts."""
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
            (edit.confidence, correct)
            for pair, edits in zip(pairs, outcome.edits or ())
            for edit, correct in zip(edits, edit_correctness(pair, edits))
        ),
    )


def _auroc(outcome: Outcome, spun: Sequence[str], clean: Sequence[str]) -> float:
    if outcome.scores is not None:
        spun_scores, clean_scores = outcome.scores
        return auroc(clean_scores, spun_scores)
    spun_rates = [_change_rate(before, after) for before, after in zip(spun, outcome.restored)]
    clean_rates = [_change_rate(before, after) for before, after in zip(clean, outcome.restored_clean)]
    return auroc(clean_rates, spun_rates)


def _change_rate(before: str, after: str) -> float:
    """Changes per word."""
    changes = word_changes(comparison_tokens(before), comparison_tokens(after))
    return len(changes) / max(count_words(before), 1)


def _by_kind(pairs: Sequence[Pair], restored: Sequence[str]) -> dict[str, KindCounts]:
    kinds = dictionary_kinds()
    by_pair = [by_kind(p.spun, r, p.original, kinds) for p, r in zip(pairs, restored)]
    return {kind: sum((counts[kind] for counts in by_pair), KindCounts()) for kind in KINDS}


def _similarity(restored: Sequence[str], originals: Sequence[str]) -> Similarity | None:
    try:
        return similarity(restored, originals)
    except ModuleNotFoundError:
        return None
