"""Ablations: variants of one recipe, trained under the same conditions and measured in one process."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.bench.ablation_report import VariantResult, ablation_json, ablation_note, ablation_table
from despin.bench.measure import Result, measure
from despin.bench.systems.despin_system import DespinSystem
from despin.errors import ConfigError, InputError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.config import build, read_yaml
from despin.infer.despinner import Despinner
from despin.infer.files import write_text
from despin.infer.settings import FORMAT_VERSION
from despin.metrics.clean_text import read_clean
from despin.metrics.harm import count_words
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature, signature_line
from despin.train.data.batches import Encoder
from despin.train.data.corpora import Corpora
from despin.train.data.examples import Example, ExampleMaker, load_mix
from despin.train.fit.evaluation import held_out_examples, held_out_loss
from despin.train.fit.progress import print_status
from despin.train.fit.t5 import load_model
from despin.train.fit.trainer import Trainer
from despin.train.recipe import Recipe
from despin.train.ship.export import convert_to_ctranslate2, move_into_place, save_bf16

SETTINGS = {"min_confidence": 0.5, "min_score": 0.0}
"""Settings of every variant: one threshold, and no text exempted by its spun score, which would hide harm."""
MODEL_ALONE = {"prior_weight": 0.0}
"""The model without the inverse dictionary's shares."""


@dataclass(frozen=True)
class VariantConfig:
    """One variant of the base recipe."""

    name: str
    set: dict[str, Any]
    """Fields of the recipe that differ from the base recipe, nested as in its yaml."""


@dataclass(frozen=True)
class AblationConfig:
    """The variants to train and the data to measure them on."""

    base: str
    """YAML file of the base recipe."""
    output: str
    """The folder for all runs and results."""
    variants: tuple[VariantConfig, ...]
    pairs: str
    """File of pairs to score on."""
    clean: str | None = None
    """Clean text to measure harm on."""
    clean_words: int = 3000


def merge_settings(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` updated with ``changes``; nested mappings are merged recursively."""
    merged = dict(base)
    for key, value in changes.items():
        inner = merged.get(key)
        merged[key] = (
            merge_settings(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
        )
    return merged


def slug(name: str) -> str:
    """The folder name of a variant."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def recipes(config: AblationConfig) -> dict[str, Recipe]:
    """The recipe of each variant, by name. Raises ConfigError with the variant and the invalid field."""
    base = read_yaml(config.base)
    by_name = {}
    for variant in config.variants:
        folder = str(Path(config.output) / slug(variant.name))
        values = merge_settings(base, {**variant.set, "output": folder})
        by_name[variant.name] = build(Recipe, values, f"variant {variant.name!r}")
        if by_name[variant.name].form != "hinted":
            raise ConfigError(f"variant {variant.name!r}.form: only hinted can be run by the engine")
    if not by_name or len({r.output for r in by_name.values()}) < len(config.variants):
        raise ConfigError("variants: give at least one variant, each with a unique name")
    return by_name


def train_all(variants: Mapping[str, Recipe]) -> None:
    """Train the variants that are not trained yet. Variants with the same corpora, spinner and seed share one
    inverse dictionary, which is estimated once."""
    lexicons: dict[tuple[Any, ...], Path] = {}
    for name, recipe in variants.items():
        folder = Path(recipe.output)
        key = (recipe.corpora, recipe.pairs.spin, recipe.seed, recipe.lexicon_documents)
        lexicon = folder / "inverse.tsv"
        if key in lexicons and not lexicon.exists():
            write_text(lexicon, lexicons[key].read_text(encoding="utf-8"))
        if not (folder / "done.json").exists():
            print_status(f"variant {name}")
            trainer = Trainer(recipe)
            trainer.train()
            record = {"tokens": trainer.progress.tokens, "scores": _last_evaluation(folder)}
            write_text(folder / "done.json", json.dumps(record) + "\n")
        lexicons.setdefault(key, lexicon)


def measure_all(
    variants: Mapping[str, Recipe], pairs: Sequence[Pair], clean: Sequence[str], threads: int = 1
) -> list[VariantResult]:
    """The figures of all trained variants, measured in turn in this process, so that speeds are comparable.

    The final weights are measured, even if a recipe keeps their moving average: in a run of fifty steps an
    average with decay 0.98 still has more than a third of its weight on the initial weights, which would
    penalise variants that make fewer steps in the same time. The folder of each variant keeps the
    ``checkpoint/`` that was measured with the dictionary. Raises InputError for a variant without final
    weights.
    """
    results = []
    examples = _held_out(next(iter(variants.values()))) if variants else []
    for name, recipe in variants.items():
        folder = Path(recipe.output)
        record = json.loads((folder / "done.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as scratch:
            final = final_weights(folder, Path(scratch) / "final")
            checkpoint = _export(final, folder / "checkpoint")
            tokenizer = json.loads((final / "tokenizer.json").read_text(encoding="utf-8"))
            model: Any = load_model(final)
            model.eval()
            loss = held_out_loss(model, examples, Encoder(tokenizer, recipe.form))
        settings = {**SETTINGS, "words": recipe.pairs.words[1]}
        alone = _result(checkpoint, pairs, (), threads, {**settings, **MODEL_ALONE})
        fused = _result(checkpoint, pairs, clean, threads, settings)
        results.append(
            VariantResult(
                name,
                layers=int(model.config.num_decoder_layers),
                parameters=sum(p.numel() for p in model.parameters()),
                size=(checkpoint / "model.bin").stat().st_size,
                minutes=float(record["scores"]["cpu_seconds"]) / 60,
                tokens=int(record["tokens"]),
                loss=loss,
                alone=alone,
                fused=fused,
            )
        )
    return results


def _held_out(recipe: Recipe) -> list[Example]:
    lexicon = InverseLexicon.load(Path(recipe.output) / "inverse.tsv")
    held_out = Corpora(recipe.corpora, held_out=True)
    maker = ExampleMaker(held_out, load_mix(recipe.pairs), lexicon, recipe.pairs, recipe.seed + 1)
    return held_out_examples(maker, recipe.eval.segments)


def final_weights(folder: Path, target: Path) -> Path:
    """Copy the run's folder ``best`` to ``target``, with the weights of the last step; returns ``target``."""
    weights = folder / "state" / "model.safetensors"
    if not weights.exists():
        raise InputError(
            f"{weights}: the final weights are missing; delete {folder} to train the variant again"
        )
    shutil.copytree(folder / "best", target)
    shutil.copy(weights, target)
    return target


def _export(trained: Path, checkpoint: Path) -> Path:
    """Export weights as an int8 checkpoint, replacing an existing one, which may be that of other weights."""
    with tempfile.TemporaryDirectory() as scratch:
        half, quantized = Path(scratch) / "half", Path(scratch) / "int8"
        save_bf16(trained, half)
        convert_to_ctranslate2(half, quantized)
        for name in ("tokenizer.json", "inverse.tsv"):
            shutil.copy(trained / name, quantized)
        move_into_place(quantized, checkpoint)
    return checkpoint


def _result(
    checkpoint: Path, pairs: Sequence[Pair], clean: Sequence[str], threads: int, settings: Mapping[str, float]
) -> Result:
    content = {"format": FORMAT_VERSION, "form": "hinted", **settings}
    write_text(checkpoint / "despin.json", json.dumps(content) + "\n")
    system = DespinSystem(Despinner(checkpoint, threads=threads))
    system.restore([pairs[0].spun])  # the first call initialises, which is not timed
    return measure(system, pairs, clean)


def _last_evaluation(folder: Path) -> dict[str, Any]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    evaluations = [row for row in map(json.loads, lines) if row["kind"] == "eval"]
    return dict(evaluations[-1])


def ablate(config_file: Path, only_measure: bool, threads: int) -> str:
    """Train and measure the variants of a config file; returns the report, which is also written.

    Trained variants are not trained again, so an interrupted run can be resumed. Raises DespinError or
    OSError for files that cannot be read.
    """
    config = build(AblationConfig, read_yaml(config_file), config_file.name)
    variants = recipes(config)
    pairs, digest = read_pairs([config.pairs])
    clean = read_clean(config.clean, config.clean_words) if config.clean is not None else []
    if not only_measure:
        train_all(variants)
    trained = {n: r for n, r in variants.items() if (Path(r.output) / "done.json").exists()}
    results = measure_all(trained, pairs, clean, threads)
    if not results:
        raise InputError(f"{config.output}: no variant is trained yet")
    parts = signature(pairs=digest, clean=clean, threads=str(threads))
    seeds = sorted({r.seed for r in trained.values()})
    note = ablation_note(results, seeds, SETTINGS["min_confidence"], sum(map(count_words, clean)))
    shown = f"{ablation_table(results)}\n{note}\n\n{signature_line(parts)}\n"
    write_text(Path(config.output) / "table.md", shown)
    write_text(Path(config.output) / "results.json", ablation_json(results, parts))
    return shown
