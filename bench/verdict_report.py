"""The verdicts on pairs of texts whose relation is known: error rates, and the weights fitted anew.

    python -m despin.bench.verdict_report ../shared [--fit] [--out FILE] [--families N]

Each case is judged by weights fitted on the other folds; the cases of a site, or of a pair of articles, lie
in one. ``--fit`` fits the weights on all cases and writes them with the error rates into
``trace/verdicts.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from despin.bench.verdict_cases import KINDS, Case, cases, lexicons
from despin.bench.verdict_fit import FOLDS, Floats, fit, fold_of
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import INVERSE_FILE, open_checkpoint
from despin.metrics.calibration import auroc
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import markdown_table
from despin.trace.comparison_features import FEATURES, Evidence, gather
from despin.trace.families import best_family, fit_families
from despin.trace.verdicts import EXPLANATIONS, Verdict, VerdictModel, judge
from despin.train.observe.spinner_families import known_families

OUTCOMES = (*EXPLANATIONS, "unsure", "too short")
HARD = ("copied", "edited by two desks", "levels of difficulty", "one event", "one event, spun")
FAMILY_KINDS = (
    "real pair",
    "spun by another dictionary",
    "copied",
    "edited by two desks",
    "levels of difficulty",
    "one event",
)
SPUN = ("real pair", "real passage", "real, beside other text")


@dataclass(frozen=True)
class Judged:
    """A case with its evidence, and the verdict on it by weights fitted on other folds."""

    case: Case
    evidence: Evidence
    verdict: Verdict

    @property
    def score(self) -> float:
        """log10 of the odds of "spun" against all other explanations together."""
        p = self.verdict.probabilities
        others = sum(value for name, value in p.items() if name != "spun")
        return math.log10(max(p["spun"], 1e-300) / max(others, 1e-300))


_lexicons: dict[str, InverseLexicon] = {}


def _start(file: str) -> None:
    _lexicons.update(lexicons(InverseLexicon.load(file)))


def _gather(case: Case) -> Evidence:
    return gather(case.spun, case.original, _lexicons.get(case.file, _lexicons[""]))


def gather_all(all_cases: Sequence[Case], lexicon_file: Path) -> list[Evidence]:
    """The evidence of each case, on two processes."""
    with ProcessPoolExecutor(2, initializer=_start, initargs=(str(lexicon_file),)) as pool:
        return list(pool.map(_gather, all_cases, chunksize=20))


def cross_validate(all_cases: Sequence[Case], evidence: Sequence[Evidence]) -> list[Judged]:
    """Each case judged by weights that were fitted on the other folds."""
    features = np.array([e.features() for e in evidence])
    folds = [fold_of(case.group) for case in all_cases]
    models = [_fitted(all_cases, features, [f != fold for f in folds]) for fold in range(FOLDS)]
    return [Judged(case, e, judge(e, models[fold])) for case, e, fold in zip(all_cases, evidence, folds)]


def _fitted(all_cases: Sequence[Case], features: Floats, chosen: Sequence[bool]) -> VerdictModel:
    """The weights fitted on the chosen cases, of kinds that have a relation."""
    rows = [k for k, case in enumerate(all_cases) if chosen[k] and KINDS[case.kind][0] is not None]
    labels = [str(KINDS[all_cases[k].kind][0]) for k in rows]
    model = fit(features[rows], labels, [all_cases[k].kind for k in rows])
    groups = {
        name: {all_cases[k].group for k, label in zip(rows, labels) if label == name} for name in EXPLANATIONS
    }
    log_sizes: dict[str, float] = {
        name: round(math.log10(len(of_name) + 1), 2) for name, of_name in groups.items()
    }
    lowest = -log_sizes.pop("spun")
    return replace(model, lowest=lowest, highest=log_sizes)


def measured(judged: Sequence[Judged]) -> dict[str, Any]:
    """What is reported beside the verdict "spun": how often it was given, by kind of case."""

    def counts(kinds: Iterable[str]) -> dict[str, list[int]]:
        rows = {kind: [j for j in judged if j.case.kind == kind] for kind in kinds}
        return {kind: [sum(j.verdict.outcome == "spun" for j in js), len(js)] for kind, js in rows.items()}

    others = [kind for kind, (relation, _) in KINDS.items() if relation not in ("spun", None)]
    return {"spun": {"called_spun": counts(SPUN), "wrongly_called_spun": counts(others)}}


def table(judged: Sequence[Judged]) -> str:
    """A row for each kind of case: how often each verdict was given, and the area under the ROC curve."""
    positive = [j.score for j in judged if j.case.kind in SPUN]
    rows = []
    for kind, (relation, _) in KINDS.items():
        js = [j for j in judged if j.case.kind == kind]
        outcomes: list[str] = [j.verdict.outcome for j in js]
        area = "" if relation in ("spun", None) or not js else f"{_area(positive, [j.score for j in js]):.4f}"
        ratio = f"{np.median([j.verdict.log10_ratios['independent'] for j in js]):.1f}" if js else ""
        rows.append(
            [kind, relation or "", str(len(js)), *(str(outcomes.count(o)) for o in OUTCOMES), ratio, area]
        )
    header = ["cases", "relation", "number", *OUTCOMES, "median log10 LR", "AUROC"]
    return markdown_table(header, rows, "ll" + "r" * (len(header) - 2), "compact")


def family_table(gathered: Sequence[tuple[Case, Evidence]], lexicon: InverseLexicon) -> str:
    """A row for some kinds of cases: how often the dictionary of each family was named."""
    _, families = known_families(lexicon)
    rows = []
    for kind in FAMILY_KINDS:
        fits = [fit_families(evidence, families) for case, evidence in gathered if case.kind == kind]
        best = [found.name if (found := best_family(of_case)) else "none" for of_case in fits]
        rows.append([kind, str(len(best)), *(str(best.count(name)) for name in (*families, "none"))])
    return markdown_table(["cases", "number", *families, "none"], rows, style="compact")


def first_of_each(all_cases: Sequence[Case], count: int) -> list[Case]:
    """The first cases of each of FAMILY_KINDS."""
    return [c for kind in FAMILY_KINDS for c in [c for c in all_cases if c.kind == kind][:count]]


def _area(positive: Sequence[float], negative: Sequence[float]) -> float:
    return auroc(negative, positive)


def log_ratio_cost(judged: Sequence[Judged], against: str) -> float:
    """Cllr (Brümmer and du Preez 2006) of the reported ratios of "spun" against an explanation: bits, 0 is
    perfect and 1 says nothing."""
    ratios = [
        (KINDS[j.case.kind][0], 10 ** j.verdict.log10_ratios[against])
        for j in judged
        if KINDS[j.case.kind][0] in ("spun", against)
    ]
    true = [math.log2(1 + 1 / ratio) for relation, ratio in ratios if relation == "spun"]
    false = [math.log2(1 + ratio) for relation, ratio in ratios if relation == against]
    return (sum(true) / len(true) + sum(false) / len(false)) / 2


def report(judged: Sequence[Judged], model: VerdictModel, checkpoint: Path) -> str:
    """The table, a summary against the hard negatives, and the signature."""
    positive = [j.score for j in judged if j.case.kind in SPUN]
    hard = [j.score for j in judged if j.case.kind in (*HARD, "real spun page, one subject")]
    costs = ", ".join(f"{name} {log_ratio_cost(judged, name):.3f}" for name in EXPLANATIONS[1:])
    bounds = ", ".join(f"{value:g} ({name})" for name, value in model.highest.items())
    digest = hashlib.sha256(
        "\n".join(f"{j.case.spun}\0{j.case.original}" for j in judged).encode()
    ).hexdigest()
    sign = signature_line(signature(checkpoint=checkpoint, cases=digest[:12], folds=str(FOLDS)))
    return (
        f"{table(judged)}\n"
        f"AUROC of true pairs ({len(positive)}) against all hard negatives ({len(hard)}): "
        f"{_area(positive, hard):.4f}.\n"
        f"Cllr of the reported likelihood ratios of spun against: {costs}.\n"
        f"Bounds of log10: {model.lowest:g} and {bounds}.\n\n{sign}\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the report; with ``--fit`` write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--families", type=int, help="only whose dictionary, for so many cases of a kind")
    parser.add_argument("--out", type=Path, default=Path("trace/verdicts.json"))
    options = parser.parse_args(arguments)
    checkpoint = open_checkpoint(None).folder
    all_cases = cases(options.shared)
    if options.families:
        some = first_of_each(all_cases, options.families)
        gathered = list(zip(some, gather_all(some, checkpoint / INVERSE_FILE)))
        print(family_table(gathered, InverseLexicon.load(checkpoint / INVERSE_FILE)))
        return
    evidence = gather_all(all_cases, checkpoint / INVERSE_FILE)
    judged = cross_validate(all_cases, evidence)
    model = _fitted(all_cases, np.array([e.features() for e in evidence]), [True] * len(all_cases))
    print(report(judged, model, checkpoint))
    if options.fit:
        values = {
            "features": list(FEATURES),
            "means": model.means,
            "scales": model.scales,
            "weights": model.weights,
            "lowest": model.lowest,
            "highest": model.highest,
            "measured": measured(judged),
        }
        options.out.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
