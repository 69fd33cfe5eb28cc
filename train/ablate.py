"""Variants of one recipe, trained alike and measured in one go: what each choice is worth."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from despin.bench.clean import read_clean
from despin.bench.harm import count_words
from despin.bench.measure import Result, measure
from despin.bench.pairs import Pair, read_pairs
from despin.bench.signature import machine, short, signature_line, versions
from despin.bench.systems import Despin
from despin.infer.checkpoint import FORMAT
from despin.infer.config import ConfigError, build, read_yaml
from despin.infer.despinner import Despinner
from despin.infer.files import InputError, emit, write_text
from despin.train.export import convert, save_half
from despin.train.fit import Run
from despin.train.recipe import Recipe

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
    tokens: int
    """Tokens trained on."""
    loss: float
    """Held-out cross-entropy (nats a piece); comparable where vocabulary and pairs are the same."""
    alone: Result
    """The model's word alone."""
    fused: Result
    """With the inverse dictionary's shares, as it is used."""


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``changes`` laid over it, mappings merged level by level."""
    out = dict(base)
    for key, value in changes.items():
        inner = out.get(key)
        out[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
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
        values = merged(base, {**variant.set, "output": folder})
        found[variant.name] = build(Recipe, values, f"variant {variant.name!r}")
    if len({r.output for r in found.values()}) < len(config.variants):
        raise ConfigError("variants: each needs a name of its own")
    return found


def train_all(found: Mapping[str, Recipe]) -> None:
    """Train what is not trained yet. The inverse dictionary is measured once where it must be the same."""
    measured: dict[tuple[Any, ...], Path] = {}
    for name, recipe in found.items():
        folder = Path(recipe.output)
        key = (recipe.corpora, recipe.pairs.spin, recipe.seed, recipe.lexicon_documents)
        lexicon = folder / "inverse.tsv"
        if key in measured and not lexicon.exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(measured[key], lexicon)
        if not (folder / "done.json").exists():
            click.echo(f"despin: variant {name}", err=True)
            run = Run(recipe)
            run.train()
            kept = {"tokens": run.progress.tokens, "scores": _last_evaluation(folder)}
            write_text(folder / "done.json", json.dumps(kept) + "\n")
        measured.setdefault(key, lexicon)


def measure_all(
    found: Mapping[str, Recipe], pairs: Sequence[Pair], clean: Sequence[str], threads: int = 1
) -> list[Measured]:
    """The figures of all trained variants, one after another in this process, so that speeds compare."""
    out = []
    for name, recipe in found.items():
        folder = Path(recipe.output)
        done = json.loads((folder / "done.json").read_text(encoding="utf-8"))
        checkpoint = _exported(folder)
        fused = _result(checkpoint, pairs, clean, threads, {})
        alone = _result(checkpoint, pairs, (), threads, ALONE)
        config = json.loads((folder / "best" / "config.json").read_text(encoding="utf-8"))
        weights = folder / "best" / "model.safetensors"
        out.append(
            Measured(
                name,
                int(config["num_decoder_layers"]),
                weights.stat().st_size // 4,
                (checkpoint / "model.bin").stat().st_size,
                int(done["tokens"]),
                float(done["scores"]["loss"]),
                alone,
                fused,
            )
        )
    return out


def _result(
    checkpoint: Path, pairs: Sequence[Pair], clean: Sequence[str], threads: int, settings: Mapping[str, float]
) -> Result:
    described = {"format": FORMAT, "form": "hinted", **SETTINGS, **settings}
    write_text(checkpoint / "despin.json", json.dumps(described) + "\n")
    system = Despin(Despinner(checkpoint, threads=threads))
    system.restore([pairs[0].spun])  # so that no variant's time holds the first call's preparations
    return measure(system, pairs, clean)


def _exported(folder: Path) -> Path:
    checkpoint, half = folder / "checkpoint", folder / "half"
    if not (checkpoint / "inverse.tsv").exists():
        half.mkdir(exist_ok=True)
        save_half(folder / "best", half)
        convert(half, checkpoint)
        for name in ("tokenizer.json", "inverse.tsv"):
            shutil.copy(folder / "best" / name, checkpoint)
        shutil.rmtree(half)
    return checkpoint


def _last_evaluation(folder: Path) -> dict[str, Any]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [row for row in map(json.loads, lines) if row["kind"] == "eval"]
    return dict(kept[-1])


def table(found: Sequence[Measured]) -> str:
    """The figures in Markdown."""
    head = [
        "variant", "decoder layers", "parameters, M", "int8, MB", "tokens, k", "held-out loss",
        "model alone: P / R / F0.5", "with the dictionary: P / R / F0.5", "changed words per 1,000 clean",
        "words per second",
    ]  # fmt: skip
    rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for row in found:
        harm = row.fused.harm
        rows.append(
            [
                row.name,
                str(row.layers),
                f"{row.parameters / 1e6:.1f}",
                f"{row.size / 1e6:.1f}",
                f"{row.tokens / 1e3:.0f}",
                f"{row.loss:.3f}",
                _scores(row.alone),
                _scores(row.fused),
                f"{harm.per_thousand:.1f}" if harm else "–",
                f"{row.fused.words_per_second:.0f}",
            ]
        )
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _scores(result: Result) -> str:
    total = result.total
    return f"{total.precision:.3f} / {total.recall:.3f} / {total.f05:.3f}"


def _as_json(found: Sequence[Measured], signature: Mapping[str, str]) -> str:
    rows = []
    for row in found:
        values: dict[str, Any] = {
            n: getattr(row, n) for n in ("name", "layers", "parameters", "size", "tokens", "loss")
        }
        for part in ("alone", "fused"):
            result: Result = getattr(row, part)
            values[part] = {n: getattr(result.total, n) for n in ("precision", "recall", "f05", "error_rate")}
            values[part]["words_per_second"] = result.words_per_second
        values["changed_per_1000"] = row.fused.harm.per_thousand if row.fused.harm else None
        rows.append(values)
    return json.dumps({"signature": dict(signature), "variants": rows}, indent=1) + "\n"


@click.command()
@click.argument("config_file", metavar="CONFIG")
@click.option("--only-measure", is_flag=True, help="Measure what is trained; train nothing.")
@click.option("--threads", type=click.IntRange(0), default=1, show_default=True)
def main(config_file: str, only_measure: bool, threads: int) -> None:
    """Train and measure the variants in CONFIG: ``python -m despin.train.ablate configs/ablate.yaml``.

    A variant that is trained is not trained again, so a run that was stopped goes on where it was.
    """
    try:
        config = build(AblationConfig, read_yaml(config_file), Path(config_file).name)
        found = recipes(config)
        pairs, digest = read_pairs([config.pairs])
        clean = read_clean(config.clean, config.clean_words) if config.clean is not None else []
        if not only_measure:
            train_all(found)
    except (ConfigError, InputError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    trained = {n: r for n, r in found.items() if (Path(r.output) / "done.json").exists()}
    rows = measure_all(trained, pairs, clean, threads)
    budget = next(iter(found.values())).budget
    spent = {n: v for n, v in vars(budget).items() if v is not None}
    signature = {"pairs": short(digest), "clean words": str(sum(map(count_words, clean)))}
    signature |= {"budget": " ".join(f"{v:g} {n}" for n, v in spent.items()), "threads": str(threads)}
    signature |= versions() | machine()
    shown = f"{table(rows)}\n{signature_line(signature)}\n"
    emit(shown)
    write_text(Path(config.output) / "table.md", shown)
    write_text(Path(config.output) / "results.json", _as_json(rows, signature))


if __name__ == "__main__":
    main()
