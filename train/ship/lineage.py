"""The lineage of weights: their base, and every training run since, with data, cost and scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from despin.infer.resources import find_example
from despin.metrics.signature import hash_of
from despin.train.fit.environment import hardware, package_versions
from despin.train.recipe import CorpusConfig, Recipe

LINEAGE_FILE = "lineage.json"


def read_lineage(folder: Path) -> list[dict[str, Any]]:
    """The lineage recorded in a folder of weights, oldest step first."""
    return list(json.loads((folder / LINEAGE_FILE).read_text(encoding="utf-8")))


def lineage_of(recipe: Recipe, config: Path, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The base's own lineage and then this run, oldest step first.

    ``config`` is the recipe's yaml file, ``record`` the content of the weights' ``training.json``.
    """
    base = Path(recipe.model.base)
    if (base / LINEAGE_FILE).exists():
        earlier = read_lineage(base)
    else:
        earlier = [{"base": _describe_base(recipe.model.base)}]
    this = {
        "recipe": config.read_text(encoding="utf-8"),
        "config": config.name,
        "seed": recipe.seed,
        "form": recipe.form,
        "corpora": [_describe_corpus(corpus) for corpus in recipe.corpora],
        "dictionary": record["dictionary"],
        "progress": record["progress"],
        "scores": record["scores"],
        "hardware": record.get("hardware") or hardware(),
        "parameters": record.get("parameters"),
        "ngrams": list(recipe.ngrams.min_count) if recipe.ngrams else None,
        # The versions used in training take precedence over those of the exporting machine.
        "versions": package_versions() | record.get("versions", {}),
    }
    return [*earlier, this]


def _describe_base(base: str) -> str:
    if base == "random":
        return "a tiny random model"
    if base.startswith("google/"):
        return f"{base} (Apache-2.0)"
    return (
        "google/flan-t5-small (Apache-2.0), by way of the package traceforge-title-model 0.2.0 (MIT), "
        "which fine-tuned it to write titles and keeps it as int8"
    )


def _describe_corpus(corpus: CorpusConfig) -> dict[str, Any]:
    file = Path(find_example(corpus.path))
    if not file.is_file():
        return {"name": corpus.path, "weight": corpus.weight, "bytes": 0, "sha256": "hub data set"}
    return {
        "name": file.name,
        "weight": corpus.weight,
        "bytes": file.stat().st_size,
        "sha256": hash_of(file),
    }
