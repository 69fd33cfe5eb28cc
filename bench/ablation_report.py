"""The results of an ablation as a Markdown table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from despin.bench.measure import Result
from despin.metrics.tables import NO_VALUE, markdown_table


@dataclass(frozen=True)
class VariantResult:
    """The figures of a trained variant."""

    name: str
    layers: int
    """Decoder layers."""
    parameters: int
    size: int
    """Bytes of the int8 model."""
    minutes: float
    """CPU minutes of training."""
    tokens: int
    """Source and target tokens trained on."""
    loss: float
    """Cross-entropy (nats per target token) on held-out segments, the same ones for all variants; comparable
    between variants with the same vocabulary."""
    alone: Result
    """The model without the inverse dictionary's shares."""
    fused: Result
    """With the inverse dictionary's shares, as in use."""


def ablation_table(results: Sequence[VariantResult]) -> str:
    """A Markdown table with a row for each variant."""
    header = [
        "variant", "decoder layers", "parameters, M", "int8, MB", "minutes", "tokens, k",
        "held-out loss", "model alone: P / R / F0.5", "with the dictionary: P / R / F0.5",
        "changed words per 1,000 clean", "words per second",
    ]  # fmt: skip
    rows = []
    for result in results:
        harm = result.fused.harm
        rows.append(
            [
                result.name,
                str(result.layers),
                f"{result.parameters / 1e6:.1f}",
                f"{result.size / 1e6:.1f}",
                f"{result.minutes:.1f}",
                f"{result.tokens / 1e3:.0f}",
                f"{result.loss:.3f}",
                _scores(result.alone),
                _scores(result.fused),
                f"{harm.per_thousand:.1f}" if harm else NO_VALUE,
                f"{result.fused.words_per_second:.0f}",
            ]
        )
    return markdown_table(header, rows)


def _scores(result: Result) -> str:
    total = result.total
    return f"{total.precision:.3f} / {total.recall:.3f} / {total.f05:.3f}"


def ablation_json(results: Sequence[VariantResult], signature: Mapping[str, str]) -> str:
    """The figures, unrounded."""
    variants = []
    for result in results:
        values: dict[str, Any] = {
            name: getattr(result, name)
            for name in ("name", "layers", "parameters", "size", "minutes", "tokens", "loss")
        }
        for name in ("alone", "fused"):
            scores: Result = getattr(result, name)
            values[name] = {n: getattr(scores.total, n) for n in ("precision", "recall", "f05", "error_rate")}
            values[name]["words_per_second"] = scores.words_per_second
        values["changed_per_1000"] = result.fused.harm.per_thousand if result.fused.harm else None
        variants.append(values)
    return json.dumps({"signature": dict(signature), "variants": variants}, indent=1) + "\n"


def ablation_note(
    results: Sequence[VariantResult], seeds: Sequence[int], min_confidence: float, clean_words: int
) -> str:
    """The conditions under which the variants were trained and measured."""
    low, high = (f"{pick(r.minutes for r in results):.1f}" for pick in (min, max))
    minutes = low if low == high else f"{low} to {high}"
    sentences = [
        f"Small runs: {minutes} processor minutes each, seed {', '.join(map(str, seeds))}.",
        f"Final weights, edits of confidence {min_confidence} and more, no text left alone.",
        "The loss is that on one set of held-out segments and compares where the vocabulary is the same.",
        "Speed is that on the spun texts with the dictionary, loading and scoring left out.",
        *([f"{clean_words:,} clean words."] if clean_words else []),
    ]
    return " ".join(sentences)
