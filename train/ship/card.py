"""The model card, written by code when a run ends."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from despin.infer.files import write_text
from despin.metrics.signature import hash_of
from despin.train.recipe import Recipe

PACKAGES = ("despin", "torch", "transformers", "accelerate", "datasets", "ctranslate2", "tokenizers")
TERMS = {
    "news": "research use; OneStopEnglish in news-2 CC BY-SA 4.0",
    "press": "public domain (press releases of the US Congress)",
    "wiki": "CC BY-SA 3.0 (Wikipedia)",
    "tech": "varies, partly CC BY-SA",
}
"""Terms of the corpora by the beginning of their names, as their collectors state them."""
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12}
"""Dense bf16 operations a second of cards, from NVIDIA's data sheets (SXM)."""
LIMITS = """\
- English only, edited prose above all. Trained on one spinner's habits; another spinner's words are
  restored as far as they are the same.
- Wordings that the inverse dictionary does not hold are left alone.
- Restored wording is a likely original, not a proof of one: do not quote it as what an author wrote,
  and do not accuse a person on the strength of the score alone.
- Not for rewriting text so that its source cannot be traced.
- Not for deciding alone on a person's work, mark, job or standing; not for languages other than
  English, verse, transcripts of speech, or text that holds the wordings on purpose."""


def write_card(best: Path, recipe: Recipe, config: Path) -> None:
    """Write ``README.md`` and ``lineage.json`` into a folder of weights, from its ``training.json``."""
    record = json.loads((best / "training.json").read_text(encoding="utf-8"))
    lineage = lineage_of(recipe, config, record)
    (best / "lineage.json").write_text(json.dumps(lineage, indent=1) + "\n", encoding="utf-8")
    (best / "README.md").write_text(card(lineage), encoding="utf-8")


def lineage_of(recipe: Recipe, config: Path, record: dict[str, Any]) -> list[dict[str, Any]]:
    """What the weights come from, oldest first: the base's own lineage, then this run."""
    base = Path(recipe.model.base)
    if (base / "lineage.json").exists():
        before = list(json.loads((base / "lineage.json").read_text(encoding="utf-8")))
    else:
        before = [{"base": _base_name(recipe.model.base)}]
    this = {
        "recipe": config.read_text(encoding="utf-8"),
        "config": config.name,
        "seed": recipe.seed,
        "form": recipe.form,
        "corpora": [_data(c.path, c.weight) for c in recipe.corpora],
        "dictionary": record["dictionary"],
        "progress": record["progress"],
        "scores": record["scores"],
        "hardware": record.get("hardware") or hardware(),
        "parameters": record.get("parameters"),
        "ngrams": list(recipe.ngrams.min_count) if recipe.ngrams else None,
        # Those of the training first: what exports may be newer.
        "versions": installed() | record.get("versions", {}),
    }
    return [*before, this]


def hardware() -> str:
    """The machine in words."""
    if torch.cuda.is_available():
        return f"{torch.cuda.device_count()} x {torch.cuda.get_device_name()}"
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores, {torch.get_num_threads()} threads used, no GPU"


def installed() -> dict[str, str]:
    """The versions of PACKAGES, of those that are there."""
    found = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def terms(name: str) -> str:
    """The terms of a corpus, by the beginning of its file's name."""
    return next((told for begin, told in TERMS.items() if name.startswith(begin)), "see its source")


def speed(step: dict[str, Any]) -> str:
    """Tokens a second of a run, and on a known card the share of its bf16 peak.

    A token costs about six operations a parameter, forwards and backwards (Kaplan et al. 2020).
    """
    rate = step["progress"]["tokens"] / max(step["progress"]["seconds"], 1e-9)
    told = f"{rate:,.0f} tokens a second"
    peak = next((value for name, value in PEAKS.items() if name in step["hardware"]), None)
    if peak and step.get("parameters"):
        return f"{told}, {6 * step['parameters'] * rate / peak:.1%} of the card's bf16 peak"
    return told


def card(lineage: Sequence[dict[str, Any]], shipped: str = "") -> str:
    """The card's Markdown. ``shipped``: scores of the checkpoint as it is used, with their signature."""
    this = lineage[-1]
    progress, dictionary = this["progress"], this["dictionary"]
    runs = [step for step in lineage if "recipe" in step]
    lines = [
        "---",
        "license: apache-2.0",
        "language: en",
        "library_name: transformers",
        "---",
        "",
        "# despin-small",
        "",
        "Restores the natural wording of English text that an article spinner has rewritten word by word.",
        "Written by `despin.train.ship.card`; figures are of the run that made these weights.",
        "",
        "## Lineage",
        "",
        *(f"- {step['base']}" for step in lineage if "base" in step),
        *(
            f"- `{s['config']}`, seed {s['seed']}: {s['progress']['tokens']:,} tokens, "
            f"{s['progress']['step']:,} steps, {s['progress']['seconds'] / 60:.0f} min, "
            f"{s['progress']['cpu_seconds'] / 60:.0f} processor min, {speed(s)}, on {s['hardware']}"
            for s in runs
        ),
        "",
        f"In all {sum(s['progress']['tokens'] for s in runs):,} tokens; cost: "
        f"{sum(s['progress']['seconds'] for s in runs) / 3600:.1f} hours of the machines named, "
        f"{sum(s['progress']['cpu_seconds'] for s in runs) / 3600:.1f} processor hours.",
        "",
        "## Data",
        "",
        *(
            f"- {c['name']} (weight {c['weight']:g}, sha256 {c['sha256']}): {terms(c['name'])}"
            for c in this["corpora"]
        ),
        f"- dictionary: {dictionary['substitutions']:,} substitutions of {dictionary['originals']:,} "
        f"originals, sha256 {dictionary['sha256']}",
        *(
            [
                "- n-grams of the same corpora, which the engine reads beside the model: pairs of words met "
                f"at least {counted[0]} times and triples met {counted[1]} times, nothing longer"
            ]
            if (counted := this.get("ngrams"))
            else []
        ),
        "",
        "The corpora are for research use in part; no text of theirs is in this repository.",
        "",
        "## Scores while training",
        "",
        "Greedy output as it comes. Unprefixed: held-out sources, spun afresh; `real_`: development pairs.",
        "",
        "| " + " | ".join(this["scores"]) + " |",
        "|" + "---|" * len(this["scores"]),
        "| " + " | ".join(str(v) for v in this["scores"].values()) + " |",
        "",
        f"Best of the run's evaluations, at step {progress['step']:,}.",
        "",
        *(["## Scores as it ships", "", shipped.strip(), ""] if shipped else []),
        "## Limits and what it must not be used for",
        "",
        LIMITS,
        "",
        "## Versions",
        "",
        ", ".join(f"{k} {v}" for k, v in this["versions"].items()),
        "",
        "## Recipe",
        "",
        "```yaml",
        this["recipe"].rstrip(),
        "```",
        "",
    ]
    return "\n".join(lines)


def rewrite(folders: Sequence[Path], reports: Sequence[Path]) -> None:
    """Write the cards of finished checkpoint folders again, with reports (Markdown) of how they score."""
    shipped = "\n\n".join(report.read_text(encoding="utf-8").strip() for report in reports)
    for folder in folders:
        lineage = json.loads((folder / "lineage.json").read_text(encoding="utf-8"))
        write_text(folder / "README.md", card(lineage, shipped))


def _base_name(base: str) -> str:
    if base == "random":
        return "a tiny random model"
    if base.startswith("google/"):
        return f"{base} (Apache-2.0)"
    return (
        "google/flan-t5-small (Apache-2.0), by way of the package traceforge-title-model 0.2.0 (MIT), "
        "which fine-tuned it to write titles and keeps it as int8"
    )


def _data(path: str, weight: float) -> dict[str, Any]:
    file = Path(path)
    if not file.is_file():
        return {"name": path, "weight": weight, "bytes": 0, "sha256": "hub data set"}
    return {
        "name": file.name,
        "weight": weight,
        "bytes": file.stat().st_size,
        "sha256": hash_of(file),
    }
