"""Variants of one recipe, trained alike and measured in one go: what each choice is worth."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from despin.metrics.tables import NO_VALUE, markdown_table
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
"""How every variant is used: one threshold, and no text left alone as a whole, which would hide harm."""
ALONE = {"prior_weight": 0.0}
"""The model's word alone, without the inverse dictionary's shares."""


@dataclass(frozen=True)
class VariantConfig:
    """One row of the table."""

    name: str
    set: dict[str, Any]
    """Fields of the recipe that differ from the base recipe, nested as in its yaml."""


@dataclass(frozen=True)
class AblationConfig:
    """Which recipes are compared, and on what."""

    base: str
    """The yaml of the recipe that all variants share."""
    output: str
    """The folder for all runs and results."""
    variants: tuple[VariantConfig, ...]
    pairs: str
    """Pairs of spun texts and originals to score on."""
    clean: str | None = None
    """Clean text to measure harm on."""
    clean_words: int = 3000


@dataclass(frozen=True)
class Measured:
    """A trained variant's figures."""

    name: str
    layers: int
    """Decoder layers."""
    parameters: int
    size: int
    """Bytes of the int8 model."""
    minutes: float
    """Processor minutes of training."""
    tokens: int
    """Tokens trained on, source and target."""
    loss: float
    """Cross-entropy (nats a target piece) on held-out segments, the same for all variants; comparable
    where the vocabulary is the same."""
    alone: Result
    """The model's word alone."""
    fused: Result
    """With the inverse dictionary's shares, as it is used."""


def merge_settings(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``changes`` laid over it, mappings merged level by level."""
    out = dict(base)
    for key, value in changes.items():
        inner = out.get(key)
        out[key] = (
            merge_settings(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
        )
    return out


def slug(name: str) -> str:
    """A variant's name as the name of its folder."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def recipes(config: AblationConfig) -> dict[str, Recipe]:
    """Each variant's recipe by name. Raises ConfigError naming the variant and the field that is wrong."""
    base = read_yaml(config.base)
    found = {}
    for variant in config.variants:
        folder = str(Path(config.output) / slug(variant.name))
        values = merge_settings(base, {**variant.set, "output": folder})
        found[variant.name] = build(Recipe, values, f"variant {variant.name!r}")
        if found[variant.name].form != "hinted":
            raise ConfigError(f"variant {variant.name!r}.form: only hinted can be run by the engine")
    if not found or len({r.output for r in found.values()}) < len(config.variants):
        raise ConfigError("variants: at least one is needed, and each needs a name of its own")
    return found


def train_all(found: Mapping[str, Recipe]) -> None:
    """Train what is not trained yet. The inverse dictionary is measured once where it must be the same."""
    measured: dict[tuple[Any, ...], Path] = {}
    for name, recipe in found.items():
        folder = Path(recipe.output)
        key = (recipe.corpora, recipe.pairs.spin, recipe.seed, recipe.lexicon_documents)
        lexicon = folder / "inverse.tsv"
        if key in measured and not lexicon.exists():
            write_text(lexicon, measured[key].read_text(encoding="utf-8"))
        if not (folder / "done.json").exists():
            print_status(f"variant {name}")
            run = Trainer(recipe)
            run.train()
            kept = {"tokens": run.progress.tokens, "scores": _last_evaluation(folder)}
            write_text(folder / "done.json", json.dumps(kept) + "\n")
        measured.setdefault(key, lexicon)


def measure_all(
    found: Mapping[str, Recipe], pairs: Sequence[Pair], clean: Sequence[str], threads: int = 1
) -> list[Measured]:
    """The figures of all trained variants, one after another in this process, so that speeds compare.

    It is the final weights that are measured, even where a recipe keeps their running mean: in a run
    of fifty steps a mean of decay 0.98 is more than a third what the run began with, and variants that
    make fewer steps in the same time would seem far worse than they are. ``checkpoint/`` in each
    variant's folder is left as it was measured with the dictionary. Raises InputError for a variant
    without final weights.
    """
    out = []
    examples = _held_out(next(iter(found.values()))) if found else []
    for name, recipe in found.items():
        folder = Path(recipe.output)
        done = json.loads((folder / "done.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as scratch:
            final = final_weights(folder, Path(scratch) / "final")
            checkpoint = _exported(final, folder / "checkpoint")
            described = json.loads((final / "tokenizer.json").read_text(encoding="utf-8"))
            model: Any = load_model(final)
            model.eval()
            loss = held_out_loss(model, examples, Encoder(described, recipe.form))
        settings = {**SETTINGS, "words": recipe.pairs.words[1]}
        alone = _result(checkpoint, pairs, (), threads, {**settings, **ALONE})
        fused = _result(checkpoint, pairs, clean, threads, settings)
        out.append(
            Measured(
                name,
                layers=int(model.config.num_decoder_layers),
                parameters=sum(p.numel() for p in model.parameters()),
                size=(checkpoint / "model.bin").stat().st_size,
                minutes=float(done["scores"]["cpu_seconds"]) / 60,
                tokens=int(done["tokens"]),
                loss=loss,
                alone=alone,
                fused=fused,
            )
        )
    return out


def _held_out(recipe: Recipe) -> list[Example]:
    lexicon = InverseLexicon.load(Path(recipe.output) / "inverse.tsv")
    held_out = Corpora(recipe.corpora, held_out=True)
    maker = ExampleMaker(held_out, load_mix(recipe.pairs), lexicon, recipe.pairs, recipe.seed + 1)
    return held_out_examples(maker, recipe.eval.segments)


def final_weights(folder: Path, target: Path) -> Path:
    """A folder like ``best`` with the weights as the last step left them."""
    weights = folder / "state" / "model.safetensors"
    if not weights.exists():
        raise InputError(f"{weights}: the final weights are missing; remove {folder} to train it anew")
    shutil.copytree(folder / "best", target)
    shutil.copy(weights, target)
    return target


def _exported(trained: Path, checkpoint: Path) -> Path:
    """The int8 checkpoint of weights, made anew each time, so that it is never that of other weights."""
    with tempfile.TemporaryDirectory() as scratch:
        half, made = Path(scratch) / "half", Path(scratch) / "int8"
        save_bf16(trained, half)
        convert_to_ctranslate2(half, made)
        for name in ("tokenizer.json", "inverse.tsv"):
            shutil.copy(trained / name, made)
        move_into_place(made, checkpoint)
    return checkpoint


def _result(
    checkpoint: Path, pairs: Sequence[Pair], clean: Sequence[str], threads: int, settings: Mapping[str, float]
) -> Result:
    described = {"format": FORMAT_VERSION, "form": "hinted", **settings}
    write_text(checkpoint / "despin.json", json.dumps(described) + "\n")
    system = DespinSystem(Despinner(checkpoint, threads=threads))
    system.restore([pairs[0].spun])  # so that no variant's time holds the first call's preparations
    return measure(system, pairs, clean)


def _last_evaluation(folder: Path) -> dict[str, Any]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [row for row in map(json.loads, lines) if row["kind"] == "eval"]
    return dict(kept[-1])


def table(found: Sequence[Measured]) -> str:
    """The figures in Markdown."""
    head = [
        "variant", "decoder layers", "parameters, M", "int8, MB", "minutes", "tokens, k",
        "held-out loss", "model alone: P / R / F0.5", "with the dictionary: P / R / F0.5",
        "changed words per 1,000 clean", "words per second",
    ]  # fmt: skip
    rows = []
    for row in found:
        harm = row.fused.harm
        rows.append(
            [
                row.name,
                str(row.layers),
                f"{row.parameters / 1e6:.1f}",
                f"{row.size / 1e6:.1f}",
                f"{row.minutes:.1f}",
                f"{row.tokens / 1e3:.0f}",
                f"{row.loss:.3f}",
                _scores(row.alone),
                _scores(row.fused),
                f"{harm.per_thousand:.1f}" if harm else NO_VALUE,
                f"{row.fused.words_per_second:.0f}",
            ]
        )
    return markdown_table(head, rows)


def _scores(result: Result) -> str:
    total = result.total
    return f"{total.precision:.3f} / {total.recall:.3f} / {total.f05:.3f}"


def _as_json(found: Sequence[Measured], parts: Mapping[str, str]) -> str:
    rows = []
    for row in found:
        values: dict[str, Any] = {
            n: getattr(row, n) for n in ("name", "layers", "parameters", "size", "minutes", "tokens", "loss")
        }
        for part in ("alone", "fused"):
            result: Result = getattr(row, part)
            values[part] = {n: getattr(result.total, n) for n in ("precision", "recall", "f05", "error_rate")}
            values[part]["words_per_second"] = result.words_per_second
        values["changed_per_1000"] = row.fused.harm.per_thousand if row.fused.harm else None
        rows.append(values)
    return json.dumps({"signature": dict(parts), "variants": rows}, indent=1) + "\n"


def _note(found: Sequence[Measured], seeds: Sequence[int], clean_words: int) -> str:
    """What a reader must know before comparing rows."""
    least, most = (f"{pick(r.minutes for r in found):.1f}" for pick in (min, max))
    minutes = least if least == most else f"{least} to {most}"
    said = [
        f"Small runs: {minutes} processor minutes each, seed {', '.join(map(str, seeds))}.",
        f"Final weights, edits of confidence {SETTINGS['min_confidence']} and more, no text left alone.",
        "The loss is that on one set of held-out segments and compares where the vocabulary is the same.",
        "Speed is that on the spun texts with the dictionary, loading and scoring left out.",
    ]
    return " ".join([*said, f"{clean_words:,} clean words."] if clean_words else said)


def ablate(config_file: Path, only_measure: bool, threads: int) -> str:
    """Train and measure the variants of a config file; returns the table, which is also written.

    A variant that is trained is not trained again, so an interrupted run resumes. Raises DespinError or
    OSError for what cannot be read.
    """
    config = build(AblationConfig, read_yaml(config_file), config_file.name)
    variants = recipes(config)
    pairs, digest = read_pairs([config.pairs])
    clean = read_clean(config.clean, config.clean_words) if config.clean is not None else []
    if not only_measure:
        train_all(variants)
    trained = {n: r for n, r in variants.items() if (Path(r.output) / "done.json").exists()}
    rows = measure_all(trained, pairs, clean, threads)
    if not rows:
        raise InputError(f"{config.output}: nothing is trained yet")
    parts = signature(pairs=digest, clean=clean, threads=str(threads))
    seeds = sorted({r.seed for r in trained.values()})
    note = _note(rows, seeds, sum(map(count_words, clean)))
    shown = f"{table(rows)}\n{note}\n\n{signature_line(parts)}\n"
    write_text(Path(config.output) / "table.md", shown)
    write_text(Path(config.output) / "results.json", _as_json(rows, parts))
    return shown
