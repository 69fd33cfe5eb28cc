"""The model card, written by code when a run ends."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from despin.train.recipe import Recipe

PACKAGES = ("despin", "torch", "transformers", "accelerate", "datasets", "ctranslate2", "tokenizers")
LIMITS = """\
- English only, edited prose above all. Trained on one spinner's habits; another spinner's words are
  restored as far as they are the same.
- Wordings that the inverse dictionary does not hold are left alone.
- Restored wording is a likely original, not a proof of one: do not quote it as what an author wrote,
  and do not accuse a person on the strength of the score alone.
- Not for rewriting text so that its source cannot be traced."""


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
        "hardware": hardware(),
        "versions": {name: version(name) for name in PACKAGES},
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


def card(lineage: Sequence[dict[str, Any]]) -> str:
    """The card's Markdown."""
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
        "Written by `despin.train.card`; figures are of the run that made these weights.",
        "",
        "## Lineage",
        "",
        *(f"- {step['base']}" for step in lineage if "base" in step),
        *(
            f"- `{s['config']}`, seed {s['seed']}: {s['progress']['tokens']:,} tokens, "
            f"{s['progress']['step']:,} steps, {s['progress']['seconds'] / 60:.0f} min, "
            f"{s['progress']['cpu_seconds'] / 60:.0f} processor min on {s['hardware']}"
            for s in runs
        ),
        "",
        "## Data",
        "",
        *(f"- {c['name']} (weight {c['weight']:g}, sha256 {c['sha256']})" for c in this["corpora"]),
        f"- dictionary: {dictionary['substitutions']:,} substitutions of {dictionary['originals']:,} "
        f"originals, sha256 {dictionary['sha256']}",
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
        "## Limits",
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
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return {
        "name": file.name,
        "weight": weight,
        "bytes": file.stat().st_size,
        "sha256": digest.hexdigest()[:12],
    }
