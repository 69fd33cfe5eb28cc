"""Settle how a checkpoint is used: calibrated confidence, threshold, spun score; and say how good that is.

Real pairs are few, and the dictionary was partly read off them, so its wordings are believed too much
on them. They are therefore judged twice, with the dictionary that ships and with one that has not
read them (`heldout.blind_lexicon`); articles of other sites lie between the two.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from despin.infer.decision.confidence import (
    Logistic,
    apply_calibration,
    evidence_density,
    log_odds,
    spun_score,
)
from despin.infer.despinner import Correction, Despinner
from despin.infer.files import write_stdout, write_text
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.tokens import fold
from despin.metrics.calibration import (
    auroc,
    brier_score,
    calibration_bins,
    calibration_error,
    expected_error_if_calibrated,
    fit_logistic,
)
from despin.metrics.clean_text import read_clean
from despin.metrics.edit_correctness import edit_correctness
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.harm import count_words
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import markdown_table
from despin.train.data.examples import load_mix
from despin.train.data.heldout import (
    HeldOutText,
    blind_lexicon,
    checkpoint_variant,
    clean_texts,
    places,
    restored_at,
    spun_texts,
)
from despin.train.recipe import Recipe, load_recipe
from despin.train.spin.withheld import withheld_rows

UNFILTERED: dict[str, Any] = {"min_confidence": 0.0, "min_score": 0.0, "calibration": None, "score": None}
"""Settings that show every edit with its raw confidence."""
THRESHOLDS = [0.3, 0.4, 0.5, 0.525, 0.55, 0.575, 0.6, 0.625, 0.65, 0.7, 0.75, 0.8, 0.9]
"""Where the curve is taken; closest where most edits lie."""


@dataclass(frozen=True)
class JudgedPairs:
    """Real pairs restored with one dictionary."""

    name: str
    pairs: Sequence[Pair]
    edits: Sequence[Sequence[Edit]]
    right: Sequence[Sequence[bool]]

    def chances(self, of: Iterable[int]) -> tuple[list[float], list[bool]]:
        """Confidence and truth of all edits of the pairs numbered."""
        numbers = list(of)
        return (
            [e.confidence for n in numbers for e in self.edits[n]],
            [r for n in numbers for r in self.right[n]],
        )


def judge(name: str, checkpoint: Path, pairs: Sequence[Pair], threads: int) -> JudgedPairs:
    """Restore pairs with a checkpoint of OPEN settings and judge each edit."""
    found = _corrections(checkpoint, [p.spun for p in pairs], threads)
    edits = [c.edits for c in found]
    return JudgedPairs(name, pairs, edits, [edit_correctness(p, e) for p, e in zip(pairs, edits)])


def fit(sets: Sequence[JudgedPairs], numbers: Iterable[int]) -> Logistic:
    """The calibration (Platt 1999) on the pairs numbered, all sets together."""
    of = list(numbers)
    parts = [s.chances(of) for s in sets]
    return fit_logistic([log_odds(p) for ps, _ in parts for p in ps], [r for _, rs in parts for r in rs])


def cross_fitted(sets: Sequence[JudgedPairs]) -> list[JudgedPairs]:
    """The same with calibrated confidences, those of each half of the pairs fitted on the other half."""
    count = len(sets[0].pairs)
    halves = [range(0, count, 2), range(1, count, 2)]
    fits = [fit(sets, halves[1]), fit(sets, halves[0])]
    return [
        replace(s, edits=[_calibrated(edits, fits[n % 2]) for n, edits in enumerate(s.edits)]) for s in sets
    ]


def _calibrated(edits: Iterable[Edit], by: Logistic) -> list[Edit]:
    return [replace(e, confidence=round(apply_calibration(e.confidence, by), 4)) for e in edits]


def at_threshold(found: JudgedPairs, threshold: float) -> EditCounts:
    """Scores of the edits from ``threshold`` on."""
    return sum_counts(
        score_text(p.spun, apply_edits(p.spun, [e for e in edits if e.confidence >= threshold]), p.original)
        for p, edits in zip(found.pairs, found.edits)
    )


@dataclass(frozen=True)
class Texts:
    """Held-out texts, with all their edits at calibrated confidence."""

    texts: Sequence[str]
    edits: Sequence[Sequence[Edit]]

    def densities(self, threshold: float) -> list[float]:
        """Expected right edits a word of each."""
        return [
            evidence_density([e.confidence for e in edits if e.confidence >= threshold], count_words(text))
            for text, edits in zip(self.texts, self.edits)
        ]

    def scores(self, threshold: float, by: Logistic) -> list[float]:
        """The spun score of each, as `Despinner` gives it."""
        return [
            spun_score([e.confidence for e in edits if e.confidence >= threshold], count_words(text), by)
            for text, edits in zip(self.texts, self.edits)
        ]

    def changed(self, threshold: float, scores: Sequence[float], gate: float) -> float:
        """Edits made per 1,000 words where texts below ``gate`` are left alone."""
        made = sum(
            e.confidence >= threshold
            for edits, value in zip(self.edits, scores)
            if value >= gate
            for e in edits
        )
        return 1000 * made / max(sum(map(count_words, self.texts)), 1)


def fit_score(spun: Texts, clean: Texts, threshold: float) -> Logistic:
    """The spun score's function of log-density. Texts without edits count at the least density seen."""
    low, high = clean.densities(threshold), spun.densities(threshold)
    least = min((d for d in low + high if d), default=1e-3) / 2
    x = [math.log(max(d, least)) for d in low + high]
    # The few texts in doubt would else make the function as steep as the data allow.
    return fit_logistic(x, [False] * len(low) + [True] * len(high), ridge=0.5)


def withheld_recall(
    checkpoint: Path, recipe: Recipe, wanted: int, documents: int, threads: int
) -> dict[str, tuple[int, int]]:
    """Of substitutions in held-out text, how many were restored and how many there were: those of
    rows that training never saw, and of rows that it saw; at the checkpoint's own settings, and, with
    "any confidence", whatever it was."""
    entries = load_mix(recipe.pairs).entries
    hidden = {(fold(o), fold(s)) for o, s in withheld_rows(entries, recipe.pairs.withheld)}
    known = {(fold(e.original), fold(e.spun)) for e in entries} - hidden
    kept: list[HeldOutText] = []
    met = 0
    for spun in islice(spun_texts(recipe, seed=1), documents):
        if count := sum(1 for _ in places(spun, hidden)):
            kept.append(spun)
            met += count
        if met >= wanted:
            break
    despinner = Despinner(checkpoint, threads=threads, min_confidence=0.0, min_score=0.0)
    own = Despinner(checkpoint, threads=threads).min_confidence
    counts: dict[str, list[int]] = {}
    for spun, found in zip(kept, despinner.correct_batch([s.text for s in kept])):
        for name, rows in (("withheld", hidden), ("seen", known)):
            for start, end in places(spun, rows):
                for label, threshold in ((name, own), (f"{name}, any confidence", 0.0)):
                    edits = [e for e in found.edits if e.confidence >= threshold]
                    tally = counts.setdefault(label, [0, 0])
                    tally[0] += restored_at(spun, edits, start, end)
                    tally[1] += 1
    return {label: (hits, whole) for label, (hits, whole) in counts.items()}


def _corrections(checkpoint: Path, texts: Sequence[str], threads: int) -> list[Correction]:
    return Despinner(checkpoint, threads=threads).correct_batch(texts)


def calibrate(
    checkpoint: Path,
    recipe: Recipe,
    pairs: Sequence[Pair],
    texts: int,
    harm: float,
    threads: int,
    passages: Sequence[str] = (),
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings for ``despin.json`` and the report's figures. ``passages``: more spun texts, to score.

    The threshold is the one of THRESHOLDS with the greatest mean F0.5 over both dictionaries, among
    those at which clean held-out text loses at most ``harm`` words per 1,000 with the gate on.
    """
    with tempfile.TemporaryDirectory() as scratch:
        plain = checkpoint_variant(checkpoint, Path(scratch) / "plain", UNFILTERED)
        sources = frozenset({"pairs", "pages"})
        blind = checkpoint_variant(
            checkpoint, Path(scratch) / "blind", UNFILTERED, blind_lexicon(recipe, sources)
        )
        sets = [judge(n, c, pairs, threads) for n, c in (("shipped dictionary", plain), ("blind", blind))]
        spun = [s.text for s in islice(spun_texts(recipe), texts)]
        clean = list(islice(clean_texts(recipe), texts))
        restored = [[c.edits for c in _corrections(plain, part, threads)] for part in (spun, clean)]
        originals = [p.original for p in pairs]
        natural = [c.edits for c in _corrections(plain, originals, threads)]
        more = [c.edits for c in _corrections(plain, passages, threads)]
    final = fit(sets, range(len(pairs)))
    honest = cross_fitted(sets)
    made, left = (
        Texts(part, [_calibrated(e, final) for e in edits]) for part, edits in zip((spun, clean), restored)
    )
    rows = []
    for threshold in THRESHOLDS:
        by = fit_score(made, left, threshold)
        harmless = left.changed(threshold, left.scores(threshold, by), 0.5)
        counts = [at_threshold(s, threshold) for s in honest]
        rows.append((threshold, counts, harmless, left.changed(threshold, [1.0] * len(clean), 0.5)))
    allowed = [row for row in rows if row[2] <= harm] or rows
    chosen = max(allowed, key=lambda row: sum(c.f05 for c in row[1]))[0]
    by = fit_score(made, left, chosen)
    low, high = left.scores(chosen, by), made.scores(chosen, by)
    real = Texts([p.spun for p in pairs], [_calibrated(e, final) for e in sets[0].edits])
    unspun = Texts(originals, [_calibrated(e, final) for e in natural])
    real_high, real_low = real.scores(chosen, by), unspun.scores(chosen, by)
    settings = {
        "min_confidence": chosen,
        "min_score": 0.5,
        "calibration": {"slope": round(final.slope, 4), "offset": round(final.offset, 4)},
        "score": {"slope": round(by.slope, 4), "offset": round(by.offset, 4)},
    }
    everyone = range(len(pairs))
    ranked = {"held-out": _ranked(low, high), "pairs and originals": _ranked(real_low, real_high)}
    if passages:
        further = Texts(passages, [_calibrated(e, final) for e in more])
        ranked["spun passages of the web and held-out clean"] = _ranked(low, further.scores(chosen, by))
    report = {
        "calibration": {
            s.name: {
                "edits": len(s.chances(everyone)[0]),
                "raw": calibration_error(*s.chances(everyone)),
                "calibrated": calibration_error(*h.chances(everyone)),
                "least": expected_error_if_calibrated(h.chances(everyone)[0]),
                "brier": brier_score(*h.chances(everyone)),
                "bins": calibration_bins(*h.chances(everyone)),
            }
            for s, h in zip(sets, honest)
        },
        "curve": [
            {
                "min_confidence": threshold,
                **{
                    s.name: {n: getattr(c, n) for n in ("precision", "recall", "f05", "error_rate")}
                    for s, c in zip(honest, counts)
                },
                "clean": harmless,
                "clean, forced": forced,
            }
            for threshold, counts, harmless, forced in rows
        ],
        "score": ranked,
    }
    return settings, report


def _ranked(low: Sequence[float], high: Sequence[float]) -> dict[str, float]:
    return {
        "auroc": auroc(low, high),
        "spun": len(high),
        "clean": len(low),
        "spun taken for clean": sum(v < 0.5 for v in high) / len(high),
        "clean taken for spun": sum(v >= 0.5 for v in low) / len(low),
    }


def as_markdown(
    report: Mapping[str, Any], settings: Mapping[str, Any], withheld: Mapping[str, tuple[int, int]], sign: str
) -> str:
    """The report as the README shows it."""
    names = list(report["calibration"])
    curve = []
    for row in report["curve"]:
        scores = [f"{row[n]['precision']:.3f} / {row[n]['recall']:.3f} / {row[n]['f05']:.3f}" for n in names]
        mark = "**" if row["min_confidence"] == settings["min_confidence"] else ""
        threshold = f"{mark}{row['min_confidence']:g}{mark}"
        curve.append([threshold, *scores, f"{row['clean']:.2f}", f"{row['clean, forced']:.2f}"])
    calibration = [
        [name, f"{row['edits']:,}", *(f"{row[n]:.3f}" for n in ("raw", "calibrated", "least", "brier"))]
        for name, row in report["calibration"].items()
    ]
    ranking = [
        [
            name,
            f"{row['spun']} + {row['clean']}",
            f"{row['auroc']:.4f}",
            *(f"{row[n]:.3f}" for n in ("spun taken for clean", "clean taken for spun")),
        ]
        for name, row in report["score"].items()
    ]
    recall = [
        [label, f"{restored / total if total else 0:.3f}", f"{total:,}"]
        for label, (restored, total) in withheld.items()
    ]
    tables = [
        markdown_table(
            [
                "`--min-confidence`",
                *(f"{n}: P / R / F0.5" for n in names),
                "changed words per 1,000 clean",
                "the same with `--min-score 0`",
            ],
            curve,
            "r" * (len(names) + 3),
            "compact",
        ),
        markdown_table(
            ["dictionary", "edits", "calibration error, raw", "calibrated", "of perfect ones", "Brier"],
            calibration,
            style="compact",
        ),
        markdown_table(
            ["spun score", "texts, spun + clean", "AUROC", "spun below 0.5", "clean from 0.5"],
            ranking,
            style="compact",
        ),
        markdown_table(["substitutions in held-out text", "restored", "of"], recall, style="compact"),
    ]
    return "\n".join([*tables, sign, ""])


def plot(report: Mapping[str, Any], picture: Path) -> None:
    """The reliability diagram (DeGroot and Fienberg 1983) as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", lw=1)
    for name, row in report["calibration"].items():
        said, true, _ = zip(*row["bins"])
        axes.plot(said, true, "o-", ms=4, label=f"{name}: error {row['calibrated']:.3f}")
    axes.set(xlabel="confidence", ylabel="share of edits that are right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    figure.savefig(picture, dpi=110)


def _written(folders: Iterable[Path], settings: Mapping[str, Any]) -> Iterator[Path]:
    for folder in folders:
        file = folder / "despin.json"
        kept = json.loads(file.read_text(encoding="utf-8"))
        write_text(file, json.dumps({**kept, **settings}, indent=1) + "\n")
        yield file


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
    more = read_clean(passages, 1 << 30) if passages else []
    settings, report = calibrate(checkpoint, recipe, pairs, texts, harm, threads, more)
    for file in _written([checkpoint, *also], settings):
        print(file)
    recalled = withheld_recall(checkpoint, recipe, withheld, 40 * texts, threads)
    parts = signature(pairs=digest, recipe=recipe_file.name, texts=str(texts), checkpoint=checkpoint)
    shown = as_markdown(report, settings, recalled, signature_line(parts))
    write_text(out / "report.md", shown)
    everything = {"settings": settings, **report, "withheld": recalled, "signature": parts}
    write_text(out / "report.json", json.dumps(everything, indent=1) + "\n")
    plot(report, out / "reliability.png")
    write_stdout(shown)
