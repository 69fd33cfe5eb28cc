"""The model card of a checkpoint, generated from its lineage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from despin.infer.files import write_text
from despin.train.recipe import Recipe
from despin.train.ship.lineage import LINEAGE_FILE, lineage_of, read_lineage

TERMS = {
    "news": "research use; OneStopEnglish in news-2 CC BY-SA 4.0",
    "press": "public domain (press releases of the US Congress)",
    "wiki": "CC BY-SA 3.0 (Wikipedia)",
    "tech": "varies, partly CC BY-SA",
}
"""Licence terms of the corpora by the prefix of their file names, as their collectors state them."""
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12}
"""Peak dense bf16 operations per second of GPUs, from NVIDIA's data sheets (SXM)."""
HEADER = """\
---
license: apache-2.0
language: en
library_name: transformers
---

# despin-small

Restores the natural wording of English text that an article spinner has rewritten word by word.
Written by `despin.train.ship.card`; figures are of the run that made these weights.
"""
EXAMPLE_INPUT = (
    "The<extra_id_0> organization<extra_id_97> company<extra_id_95> agency<extra_id_98>"
    "<extra_id_1> mentioned that<extra_id_99> said that<extra_id_98>"
    "<extra_id_2> earnings<extra_id_96> profits<extra_id_95> revenue<extra_id_98> grew."
)
EXAMPLE_OUTPUT = "<extra_id_0> company<extra_id_1> said that<extra_id_2>"
USAGE = f"""\
The weights are one part of the system: `despin.Despinner` marks the candidates, combines the model's
probabilities with the inverse dictionary's shares and the n-grams, and decides on each edit. After training,
inverse dictionary and n-grams were measured again as `configs/train/gpu-2.yaml` says, and the combination of
the evidence was fitted on real pairs (`despin train lexicon`, `ngrams`, `calibrate`, `combine`); its weights
stand in `despin.json`.

Input: candidate wordings are marked in the text. Slot n starts with `<extra_id_n>`, followed by the wording
itself and by the dictionary's hints, most likely first. Each hint is preceded by a sentinel for its share in
the dictionary: `<extra_id_99>` from 0.7, `<extra_id_97>` from 0.4, `<extra_id_96>` from 0.15, `<extra_id_95>`
below. `<extra_id_98>` closes a slot that has hints or several words. There is no blank before a sentinel.
Output: for each slot its sentinel and the original wording, or nothing to keep the wording.

```python
from transformers import AutoTokenizer, T5ForConditionalGeneration

tokenizer = AutoTokenizer.from_pretrained("models/despin-small")
model = T5ForConditionalGeneration.from_pretrained("models/despin-small")
text = "{EXAMPLE_INPUT}"
output = model.generate(tokenizer(text, return_tensors="pt").input_ids, max_new_tokens=64)
print(tokenizer.decode(output[0]))
# <pad>{EXAMPLE_OUTPUT}</s>
# slot 0: company, slot 1: said that, slot 2: kept; the restored text is
# "The company said that earnings grew."
```

transformers warns that the embedding and the output layer are not tied: they are trained separately.
"""
LIMITS = """\
- English only, edited prose above all. Trained on one spinner's habits; another spinner's words are
  restored as far as they are the same.
- Wordings that the inverse dictionary does not hold are left alone.
- Restored wording is a likely original, not a proof of one: do not quote it as what an author wrote,
  and do not accuse a person on the strength of the score alone.
- Not for rewriting text so that its source cannot be traced.
- Not for deciding alone on a person's work, mark, job or standing; not for languages other than
  English, verse, transcripts of speech, or text that holds the wordings on purpose.
"""

Step = Mapping[str, Any]
"""One step of a lineage: a base or a training run."""


def write_card(best: Path, recipe: Recipe, config: Path) -> None:
    """Write ``README.md`` and ``lineage.json`` into a folder of weights, from its ``training.json``."""
    record = json.loads((best / "training.json").read_text(encoding="utf-8"))
    lineage = lineage_of(recipe, config, record)
    write_text(best / LINEAGE_FILE, json.dumps(lineage, indent=1) + "\n")
    write_text(best / "README.md", card(lineage))


def rewrite_cards(folders: Sequence[Path], reports: Sequence[Path]) -> None:
    """Write the cards of checkpoint folders again, with reports (Markdown) of their scores."""
    shipped = "\n\n".join(report.read_text(encoding="utf-8").strip() for report in reports)
    for folder in folders:
        write_text(folder / "README.md", card(read_lineage(folder), shipped))


def card(lineage: Sequence[Step], shipped: str = "") -> str:
    """The card in Markdown. ``shipped``: scores of the exported checkpoint, with their signature."""
    this = lineage[-1]
    sections = {
        "Lineage": _lineage_section(lineage),
        "Use": USAGE if this["form"] == "hinted" else "",
        "Data": _data_section(this),
        "Scores while training": _training_scores_section(this),
        "Scores as it ships": shipped,
        "Limits and what it must not be used for": LIMITS,
        "Versions": ", ".join(f"{name} {version}" for name, version in this["versions"].items()),
        "Recipe": f"```yaml\n{this['recipe'].rstrip()}\n```",
    }
    shown = [f"## {title}\n\n{text.strip()}\n" for title, text in sections.items() if text]
    return "\n".join([HEADER, *shown])


def _lineage_section(lineage: Sequence[Step]) -> str:
    runs = [step for step in lineage if "recipe" in step]
    tokens = sum(run["progress"]["tokens"] for run in runs)
    hours = sum(run["progress"]["seconds"] for run in runs) / 3600
    cpu_hours = sum(run["progress"]["cpu_seconds"] for run in runs) / 3600
    lines = [
        *(f"- {step['base']}" for step in lineage if "base" in step),
        *(f"- {_describe_run(run)}" for run in runs),
        "",
        f"In all {tokens:,} tokens; cost: {hours:.1f} hours of the machines named, "
        f"{cpu_hours:.1f} processor hours.",
    ]
    return "\n".join(lines)


def _describe_run(run: Step) -> str:
    progress = run["progress"]
    return (
        f"`{run['config']}`, seed {run['seed']}: {progress['tokens']:,} tokens, {progress['step']:,} steps, "
        f"{progress['seconds'] / 60:.0f} min, {progress['cpu_seconds'] / 60:.0f} processor min, "
        f"{speed(run)}, on {run['hardware']}"
    )


def _data_section(run: Step) -> str:
    dictionary = run["dictionary"]
    lines = [
        f"- {corpus['name']} (weight {corpus['weight']:g}, sha256 {corpus['sha256']}): "
        f"{terms(corpus['name'])}"
        for corpus in run["corpora"]
    ]
    lines.append(
        f"- dictionary: {dictionary['substitutions']:,} substitutions of {dictionary['originals']:,} "
        f"originals, sha256 {dictionary['sha256']}"
    )
    if counts := run.get("ngrams"):
        lines.append(
            "- n-grams of the same corpora, which the engine uses with the model: bigrams seen "
            f"at least {counts[0]} times and trigrams seen {counts[1]} times, nothing longer"
        )
    lines += ["", "The corpora are for research use in part; no text of theirs is in this repository."]
    return "\n".join(lines)


def _training_scores_section(run: Step) -> str:
    scores = run["scores"]
    return "\n".join([
        "Greedy output, unfiltered. Unprefixed: held-out sources, newly spun; `real_`: development pairs.",
        "",
        "| " + " | ".join(scores) + " |",
        "|" + "---|" * len(scores),
        "| " + " | ".join(map(str, scores.values())) + " |",
        "",
        f"Best of the run's evaluations, at step {run['progress']['step']:,}.",
    ])  # fmt: skip


def terms(name: str) -> str:
    """The licence terms of a corpus, by the prefix of its file name."""
    return next((text for prefix, text in TERMS.items() if name.startswith(prefix)), "see its source")


def speed(run: Step) -> str:
    """Tokens per second of a run, and on a known GPU the share of its bf16 peak.

    A token costs about six operations per parameter, forward and backward (Kaplan et al. 2020).
    """
    rate = run["progress"]["tokens"] / max(run["progress"]["seconds"], 1e-9)
    text = f"{rate:,.0f} tokens a second"
    peak = next((value for name, value in PEAKS.items() if name in run["hardware"]), None)
    if peak and run.get("parameters"):
        return f"{text}, {6 * run['parameters'] * rate / peak:.1%} of the card's bf16 peak"
    return text
