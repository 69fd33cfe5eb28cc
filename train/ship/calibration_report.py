"""The report on a calibration: its figures, its tables and the reliability diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.metrics.calibration import (
    auroc,
    brier_score,
    calibration_bins,
    calibration_error,
    expected_error_if_calibrated,
)
from despin.metrics.edit_scores import EditCounts
from despin.metrics.tables import markdown_table
from despin.train.ship.judged_pairs import JudgedPairs

MIN_SCORE = 0.8
"""The threshold of the spun score: texts below it count as clean."""
SHOWN_SCORES = ("precision", "recall", "f05", "error_rate")


@dataclass(frozen=True)
class CurvePoint:
    """Scores and harm at one confidence threshold."""

    threshold: float
    counts: Sequence[EditCounts]
    """For each dictionary, on the real pairs."""
    harm: float
    """Edits per 1,000 words of clean held-out text."""
    forced_harm: float
    """The same if texts with a low spun score are corrected too."""


def calibration_figures(raw: JudgedPairs, calibrated: JudgedPairs) -> dict[str, Any]:
    """Calibration error before and after, the error expected of perfect confidences, and the Brier score."""
    confidences = calibrated.confidences()
    return {
        "edits": len(confidences[0]),
        "raw": calibration_error(*raw.confidences()),
        "calibrated": calibration_error(*confidences),
        "least": expected_error_if_calibrated(confidences[0]),
        "brier": brier_score(*confidences),
        "bins": calibration_bins(*confidences),
    }


def curve_figures(point: CurvePoint, names: Sequence[str]) -> dict[str, Any]:
    """A point of the curve for the JSON report; ``names`` are the dictionaries' names."""
    return {
        "min_confidence": point.threshold,
        **{name: {n: getattr(c, n) for n in SHOWN_SCORES} for name, c in zip(names, point.counts)},
        "clean": point.harm,
        "clean, forced": point.forced_harm,
    }


def ranking_figures(clean: Sequence[float], spun: Sequence[float]) -> dict[str, float]:
    """How well spun scores separate clean texts from spun ones."""
    return {
        "auroc": auroc(clean, spun),
        "spun": len(spun),
        "clean": len(clean),
        "spun taken for clean": sum(score < MIN_SCORE for score in spun) / len(spun),
        "clean taken for spun": sum(score >= MIN_SCORE for score in clean) / len(clean),
    }


def report_markdown(
    report: Mapping[str, Any],
    settings: Mapping[str, Any],
    withheld: Mapping[str, tuple[int, int]],
    signature: str,
) -> str:
    """The report's four tables, with the signature line below."""
    tables = [
        _curve_table(report["curve"], list(report["calibration"]), settings["min_confidence"]),
        _calibration_table(report["calibration"]),
        _ranking_table(report["score"]),
        _recall_table(withheld),
    ]
    return "\n".join([*tables, signature, ""])


def _curve_table(curve: Sequence[Mapping[str, Any]], names: Sequence[str], chosen: float) -> str:
    rows = []
    for point in curve:
        scores = [
            f"{point[n]['precision']:.3f} / {point[n]['recall']:.3f} / {point[n]['f05']:.3f}" for n in names
        ]
        mark = "**" if point["min_confidence"] == chosen else ""
        threshold = f"{mark}{point['min_confidence']:g}{mark}"
        rows.append([threshold, *scores, f"{point['clean']:.2f}", f"{point['clean, forced']:.2f}"])
    header = [
        "`--min-confidence`",
        *(f"{n}: P / R / F0.5" for n in names),
        "changed words per 1,000 clean",
        "the same with `--min-score 0`",
    ]
    return markdown_table(header, rows, "r" * len(header), "compact")


def _calibration_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [name, f"{row['edits']:,}", *(f"{row[n]:.3f}" for n in ("raw", "calibrated", "least", "brier"))]
        for name, row in figures.items()
    ]
    header = ["dictionary", "edits", "calibration error, raw", "calibrated", "of perfect ones", "Brier"]
    return markdown_table(header, rows, style="compact")


def _ranking_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [
            name,
            f"{row['spun']} + {row['clean']}",
            f"{row['auroc']:.4f}",
            *(f"{row[n]:.3f}" for n in ("spun taken for clean", "clean taken for spun")),
        ]
        for name, row in figures.items()
    ]
    header = [
        "spun score",
        "texts, spun + clean",
        "AUROC",
        f"spun below {MIN_SCORE}",
        f"clean from {MIN_SCORE}",
    ]
    return markdown_table(header, rows, style="compact")


def _recall_table(withheld: Mapping[str, tuple[int, int]]) -> str:
    rows = [
        [label, f"{restored / total if total else 0:.3f}", f"{total:,}"]
        for label, (restored, total) in withheld.items()
    ]
    return markdown_table(["substitutions in held-out text", "restored", "of"], rows, style="compact")


def plot_reliability(report: Mapping[str, Any], picture: Path) -> None:
    """The reliability diagram (DeGroot and Fienberg 1983) as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", lw=1)
    for name, row in report["calibration"].items():
        confidence, accuracy, _ = zip(*row["bins"])
        axes.plot(confidence, accuracy, "o-", ms=4, label=f"{name}: error {row['calibrated']:.3f}")
    axes.set(xlabel="confidence", ylabel="share of edits that are right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    figure.savefig(picture, dpi=110)
