"""Fit the learnt combination of a checkpoint on real pairs, and measure it by leaving out sites.

The pairs' sites are divided into groups. The slots of a group are evaluated with shares updated and weights
fitted on the other groups only, so that the figures, the calibration and the thresholds are those of unseen
sites. What ships is fitted on all groups.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.infer.candidates.slots import Slot
from despin.infer.checkpoint import INVERSE_FILE
from despin.infer.decision.combination import combine
from despin.infer.decision.confidence import Logistic, log_odds
from despin.infer.decision.features import FEATURES
from despin.infer.decision.page_decision import with_language_model
from despin.infer.decision.selection import least_risk_wording, likeliest_wording, make_edit
from despin.infer.decision.windows import TextScorer, language_model_evidence
from despin.infer.digests import update_digests
from despin.infer.files import write_text
from despin.infer.guards.context import GuardContext
from despin.infer.guards.rules import first_refusal
from despin.infer.settings import SETTINGS_FILE
from despin.infer.text.edits import Edit, apply_edits
from despin.metrics.calibration import fit_logistic
from despin.metrics.edit_correctness import edit_correctness
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.signature import signature, signature_line
from despin.metrics.significance import interval
from despin.metrics.tables import markdown_table
from despin.train.fit.folders import edited_folder
from despin.train.ship.conditional_logit import LabelledSlot, fit_weights
from despin.train.ship.pair_evidence import GROUPS, PairEvidence, collect, read_site_pairs

THRESHOLDS = [i / 40 for i in range(8, 39)]
"""Confidences that are tried as the threshold of ``careful``."""
NEAR_BEST = 0.003
"""The highest threshold whose F0.5 is so near to the greatest one is chosen: the curve is flat there, and as
evidence a right edit counts for more than a further one."""


@dataclass(frozen=True)
class JudgedEvidence:
    """A pair with the probabilities of its slots by weights fitted on other sites."""

    evidence: PairEvidence
    probabilities: list[list[float]]


def cross_fit(evidence: Sequence[PairEvidence], scorer: TextScorer | None) -> list[JudgedEvidence]:
    """For each evaluated pair the probabilities of its slots by weights fitted on the other groups."""
    fast = {g: fit_weights(_training(evidence, g)) for g in range(GROUPS)}
    if scorer is not None:
        for e in evidence:
            probabilities = [combine(rows, fast[e.group]) for rows in e.features]
            e.language_model = language_model_evidence(scorer, e.pair.spun, e.slots, probabilities)
    best = {g: fit_weights(_training(evidence, g, True)) for g in range(GROUPS)} if scorer else fast
    return [
        JudgedEvidence(e, probabilities_of(e, fast[e.group], best[e.group] if scorer else None))
        for e in evidence
        if e.evaluated
    ]


def probabilities_of(
    evidence: PairEvidence, fast: dict[str, float], best: dict[str, float] | None
) -> list[list[float]]:
    """The probabilities of a pair's slots; ``best`` applies to those the language model was asked about."""
    out = []
    for rows, log_probs in zip(evidence.features, evidence.language_model):
        if best is None or log_probs is None:
            out.append(combine(rows, fast))
        else:
            out.append(combine([with_language_model(r, v) for r, v in zip(rows, log_probs)], best))
    return out


def _training(
    evidence: Sequence[PairEvidence], without: int | None, language_model: bool = False
) -> list[LabelledSlot]:
    """The labelled slots of all groups but ``without``; with ``language_model`` those it was asked about."""
    out = []
    for e in evidence:
        if e.group == without:
            continue
        for rows, label, log_probs in zip(e.features, e.labels, e.language_model):
            if label is None or (language_model and log_probs is None):
                continue
            if language_model and log_probs is not None:
                rows = [with_language_model(r, v) for r, v in zip(rows, log_probs)]
            out.append(LabelledSlot(rows, label))
    return out


def final_weights(evidence: Sequence[PairEvidence], language_model: bool) -> dict[str, float]:
    """The weights fitted on all groups."""
    names = FEATURES if language_model else tuple(n for n in FEATURES if n != "language_model")
    return fit_weights(_training(evidence, None, language_model), names)


def fit_mode(judged: Sequence[JudgedEvidence], weights: dict[str, float]) -> tuple[dict[str, Any], str]:
    """The settings of a mode (weights, calibration, threshold of ``careful``) and a table of its curve."""
    fit = _fit_calibration(judged)
    curve = [(t, score_point(judged, fit, t)) for t in THRESHOLDS]
    scores = [sum_counts(counts).f05 for _, counts in curve]
    threshold = max(t for (t, _), f05 in zip(curve, scores) if f05 >= max(scores) - NEAR_BEST)
    rows = [["natural", *_figures(score_point(judged, fit, None))]]
    for value, counts in curve:
        rows.append([f"{value:g}{' (careful)' if value == threshold else ''}", *_figures(counts)])
    header = ["threshold", "precision", "recall", "F0.5", "95 % of F0.5", "word error rate", "5-grams"]
    table = markdown_table(header, rows, "lrrrrrr", "compact")
    calibration = {"slope": round(fit.slope, 4), "offset": round(fit.offset, 4)}
    settings = {"weights": weights, "calibration": calibration, "min_confidence": threshold}
    return settings, table


def _fit_calibration(judged: Sequence[JudgedEvidence]) -> Logistic:
    odds: list[float] = []
    outcomes: list[bool] = []
    for item in judged:
        slots = zip(item.evidence.slots, item.probabilities)
        context = item.evidence.context
        edits = [_edit(slot, ps, likeliest_wording(ps), None, context) for slot, ps in slots]
        made = [edit for edit in edits if edit is not None]
        odds += [log_odds(edit.confidence) for edit in made]
        outcomes += edit_correctness(item.evidence.pair, made)
    fit = fit_logistic(odds, outcomes)
    # On a handful of pairs the slope may be negative; then the probabilities are taken as they are.
    return fit if fit.slope > 0 else Logistic(1.0, 0.0)


def score_point(judged: Sequence[JudgedEvidence], fit: Logistic, threshold: float | None) -> list[EditCounts]:
    """The edit scores of each pair at the point ``careful`` with a threshold, or at ``natural`` (None)."""
    counts = []
    for item in judged:
        edits = []
        for slot, ps in zip(item.evidence.slots, item.probabilities):
            wording = least_risk_wording(slot, ps) if threshold is None else likeliest_wording(ps)
            edit = _edit(slot, ps, wording, fit, item.evidence.context)
            if edit is not None and edit.confidence >= (threshold or 0.0):
                edits.append(edit)
        pair = item.evidence.pair
        counts.append(score_text(pair.spun, apply_edits(pair.spun, edits), pair.original))
    return counts


def _edit(
    slot: Slot, probabilities: Sequence[float], wording: int, fit: Logistic | None, context: GuardContext
) -> Edit | None:
    """The edit of a slot; None without one or where a guard refuses it."""
    edit = make_edit(slot, probabilities, wording, fit)
    if edit is None:
        return None
    # A confidence that is not yet calibrated says nothing to the guards.
    confidence = 1.0 if fit is None else edit.confidence
    hint = slot.hints[wording - 1]
    return None if first_refusal(slot, hint, confidence=confidence, context=context) is not None else edit


def _figures(of_pairs: Sequence[EditCounts]) -> list[str]:
    counts = sum_counts(of_pairs)
    low, high = interval(of_pairs)
    shares = (counts.precision, counts.recall, counts.f05)
    return [
        *(f"{x:.3f}" for x in shares),
        f"{low:.3f} to {high:.3f}",
        f"{counts.error_rate:.4f}",
        f"{counts.ngram_recall:.3f}",
    ]


def combine_checkpoint(
    checkpoint: Path,
    also: Sequence[Path],
    pairs_files: Sequence[str],
    training_files: Sequence[str],
    scorer: TextScorer | None,
    threads: int,
) -> str:
    """Fit the modes of a checkpoint on real pairs and write them, with the updated shares, into its folder.

    ``pairs_files`` are evaluated with their sites left out, and ``training_files`` only trained on. Without a
    ``scorer`` the mode ``best`` keeps its settings. The same settings and shares are written into the folders
    ``also``. Returns a report in Markdown. Raises InputError or CheckpointError.
    """
    pairs = [pair for file in pairs_files for pair in read_site_pairs(file, evaluated=True)]
    pairs += [pair for file in training_files for pair in read_site_pairs(file, evaluated=False)]
    evidence, lexicon = collect(checkpoint, pairs, threads)
    fast, table = fit_mode(cross_fit(evidence, None), final_weights(evidence, language_model=False))
    modes, parts = {"fast": fast}, ["## fast", "", table]
    if scorer is not None:
        judged = cross_fit(evidence, scorer)
        modes["best"], table = fit_mode(judged, final_weights(evidence, language_model=True))
        parts += ["", "## best", "", table]
    for folder in (checkpoint, *also):
        with edited_folder(folder) as fresh:
            file = fresh / SETTINGS_FILE
            current = json.loads(file.read_text(encoding="utf-8"))
            current["modes"] = {**(current.get("modes") or {}), **modes}
            write_text(file, json.dumps(current, indent=1) + "\n")
            lexicon.save(fresh / INVERSE_FILE)
            update_digests(fresh, [SETTINGS_FILE, INVERSE_FILE])
    sign = signature_line(signature(checkpoint=checkpoint))
    return "\n".join([*parts, "", sign]) + "\n"
