"""Choose a checkpoint's settings: calibrated confidence, threshold and spun score; and report their quality.

Real pairs are few, and part of the dictionary was learnt from them, so that its wordings get too much
confidence on them. They are therefore judged twice: with the dictionary that ships, and with one from which
what was learnt from them is removed (`heldout.blind_lexicon`). Articles of other sites lie between the two.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from despin.infer.decision.confidence import Logistic
from despin.infer.decision.spun_score import SpunModel
from despin.infer.despinner import Despinner
from despin.infer.digests import update_digests
from despin.infer.files import write_stdout, write_text
from despin.infer.settings import SETTINGS_FILE
from despin.metrics.clean_text import read_clean
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.train.data.heldout import blind_lexicon, checkpoint_variant, clean_texts, spun_texts
from despin.train.fit.folders import edited_folder
from despin.train.recipe import Recipe, load_recipe
from despin.train.ship.calibration_report import (
    MIN_SCORE,
    CurvePoint,
    calibration_figures,
    curve_figures,
    plot_reliability,
    ranking_figures,
    report_markdown,
)
from despin.train.ship.judged_pairs import (
    JudgedPairs,
    calibrated,
    cross_fitted,
    fit_calibration,
    judge_pairs,
    score_at_threshold,
)
from despin.train.ship.spun_score_fit import EditedTexts, fit_spun_score
from despin.train.ship.withheld_recall import withheld_recall

UNFILTERED: dict[str, Any] = {"min_confidence": 0.0, "min_score": 0.0, "calibration": None, "modes": None}
"""Settings with which every edit of the posteriors is kept, at its uncalibrated confidence."""
THRESHOLDS = [0.3, 0.4, 0.5, 0.525, 0.55, 0.575, 0.6, 0.625, 0.65, 0.7, 0.75, 0.8, 0.9]
"""Confidence thresholds that are tried; densest where most edits lie."""
PAIR_SOURCES = frozenset({"pairs", "pages"})
"""Sources of dictionary entries that were learnt from the real pairs (see Entry.sources)."""


@dataclass(frozen=True)
class Material:
    """What the settings are chosen on, with all edits that the checkpoint makes, uncalibrated."""

    judged: Sequence[JudgedPairs]
    """The real pairs, with the dictionary that ships and with the blind one."""
    spun: EditedTexts
    clean: EditedTexts
    originals: EditedTexts
    passages: EditedTexts

    def calibrated(self, fit: Logistic) -> Material:
        """The same with calibrated confidences, except for ``judged``, which is cross-fitted."""
        spun, clean, originals, passages = (
            EditedTexts(part.texts, [calibrated(edits, fit) for edits in part.edits])
            for part in (self.spun, self.clean, self.originals, self.passages)
        )
        return Material(cross_fitted(self.judged), spun, clean, originals, passages)


def calibrate(
    checkpoint: Path,
    recipe: Recipe,
    pairs: Sequence[Pair],
    texts: int,
    max_harm: float,
    threads: int,
    passages: Sequence[str] = (),
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings for ``despin.json`` and the report's figures. ``passages``: more spun texts, to be scored.

    The threshold is the one of THRESHOLDS with the greatest mean F0.5 over both dictionaries, among those
    at which clean held-out text gets at most ``max_harm`` edits per 1,000 words.
    """
    raw = _collect(checkpoint, recipe, pairs, texts, threads, passages)
    fit = fit_calibration(raw.judged)
    material = raw.calibrated(fit)
    curve = [_curve_point(material, threshold) for threshold in THRESHOLDS]
    chosen = _best_threshold(curve, max_harm)
    score_fit = fit_spun_score(material.spun, material.clean, chosen)
    settings = {
        "min_confidence": chosen,
        "min_score": MIN_SCORE,
        "calibration": _as_setting(fit),
        "score": asdict(score_fit),
    }
    spun_pairs = EditedTexts(
        [pair.spun for pair in pairs], [calibrated(edits, fit) for edits in raw.judged[0].edits]
    )
    names = [judged.name for judged in raw.judged]
    report = {
        "calibration": {
            before.name: calibration_figures(before, after)
            for before, after in zip(raw.judged, material.judged)
        },
        "curve": [curve_figures(point, names) for point in curve],
        "score": _rankings(material, spun_pairs, chosen, score_fit),
    }
    return settings, report


def _collect(
    checkpoint: Path,
    recipe: Recipe,
    pairs: Sequence[Pair],
    texts: int,
    threads: int,
    passages: Sequence[str],
) -> Material:
    """Restore pairs, held-out texts, originals and passages with settings that keep every edit."""
    with tempfile.TemporaryDirectory() as scratch:
        unfiltered = checkpoint_variant(checkpoint, Path(scratch) / "plain", UNFILTERED)
        lexicon = blind_lexicon(recipe, PAIR_SOURCES)
        blind = checkpoint_variant(checkpoint, Path(scratch) / "blind", UNFILTERED, lexicon)

        def edited(part: Sequence[str]) -> EditedTexts:
            corrections = Despinner(unfiltered, threads=threads).correct_batch(part)
            return EditedTexts(part, [correction.edits for correction in corrections])

        return Material(
            judged=[
                judge_pairs("shipped dictionary", unfiltered, pairs, threads),
                judge_pairs("blind", blind, pairs, threads),
            ],
            spun=edited([spun.text for spun in islice(spun_texts(recipe), texts)]),
            clean=edited(list(islice(clean_texts(recipe), texts))),
            originals=edited([pair.original for pair in pairs]),
            passages=edited(passages),
        )


def _curve_point(material: Material, threshold: float) -> CurvePoint:
    scores = material.clean.scores(threshold, fit_spun_score(material.spun, material.clean, threshold))
    return CurvePoint(
        threshold,
        [score_at_threshold(judged, threshold) for judged in material.judged],
        material.clean.edits_per_thousand_words(threshold, scores, MIN_SCORE),
        material.clean.edits_per_thousand_words(threshold),
    )


def _best_threshold(curve: Sequence[CurvePoint], max_harm: float) -> float:
    allowed = [point for point in curve if point.harm <= max_harm] or curve
    return max(allowed, key=lambda point: sum(counts.f05 for counts in point.counts)).threshold


def _as_setting(fit: Logistic) -> dict[str, float]:
    return {"slope": round(fit.slope, 4), "offset": round(fit.offset, 4)}


def _rankings(
    material: Material, spun_pairs: EditedTexts, threshold: float, fit: SpunModel
) -> dict[str, dict[str, float]]:
    """Separation of clean and spun by the spun score, on each kind of text."""
    clean = material.clean.scores(threshold, fit)
    rankings = {
        "held-out": ranking_figures(clean, material.spun.scores(threshold, fit)),
        "pairs and originals": ranking_figures(
            material.originals.scores(threshold, fit), spun_pairs.scores(threshold, fit)
        ),
    }
    if material.passages.texts:
        passages = material.passages.scores(threshold, fit)
        rankings["spun passages of the web and held-out clean"] = ranking_figures(clean, passages)
    return rankings


def calibrate_checkpoint(
    checkpoint: Path,
    recipe_file: Path,
    also: Sequence[Path],
    out: Path,
    *,
    pairs_file: str,
    passages: str | None,
    texts: int,
    withheld: int,
    harm: float,
    threads: int,
) -> None:
    """`calibrate` a folder: settings into ``despin.json`` there and in ``also``, a report into ``out``."""
    recipe = load_recipe(recipe_file)
    pairs, digest = read_pairs([pairs_file])
    passage_texts = read_clean(passages, 1 << 30) if passages else []
    settings, report = calibrate(checkpoint, recipe, pairs, texts, harm, threads, passage_texts)
    for folder in (checkpoint, *also):
        _update_settings(folder, settings)
        print(folder / SETTINGS_FILE)
    recall = withheld_recall(checkpoint, recipe, withheld, 40 * texts, threads)
    parts = signature(pairs=digest, recipe=recipe_file.name, texts=str(texts), checkpoint=checkpoint)
    markdown = report_markdown(report, settings, recall, signature_line(parts))
    write_text(out / "report.md", markdown)
    figures = {"settings": settings, **report, "withheld": recall, "signature": parts}
    write_text(out / "report.json", json.dumps(figures, indent=1) + "\n")
    plot_reliability(report, out / "reliability.png")
    write_stdout(markdown)


def _update_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    with edited_folder(folder) as fresh:
        file = fresh / SETTINGS_FILE
        current = json.loads(file.read_text(encoding="utf-8"))
        write_text(file, json.dumps({**current, **settings}, indent=1) + "\n")
        update_digests(fresh, [SETTINGS_FILE])
