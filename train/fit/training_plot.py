"""The training log as a picture."""

from __future__ import annotations

import json
from pathlib import Path


def read_log(file: Path) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """The lines of a run's log: training steps and evaluations."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [x for x in lines if x["kind"] == "train"], [x for x in lines if x["kind"] == "eval"]


def plot_log(file: Path, picture: Path) -> None:
    """Loss and held-out scores over training tokens, as PNG."""
    from matplotlib.figure import Figure

    steps, evals = read_log(file)
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    (left, right) = figure.subplots(1, 2)
    left.plot([x["tokens"] for x in steps], [x["loss"] for x in steps], lw=0.8, label="training")
    left.plot([x["tokens"] for x in evals], [x["loss"] for x in evals], "o-", label="held-out sources")
    left.set(xlabel="training tokens", ylabel="loss (nats a target token)", yscale="log")
    left.legend()
    for name, label in (
        ("f05", "F0.5, held-out"),
        ("precision", "precision"),
        ("recall", "recall"),
        ("real_f05", "F0.5, real pairs"),
    ):
        if evals and name in evals[0]:
            right.plot([x["tokens"] for x in evals], [x[name] for x in evals], "o-", label=label)
    right.set(xlabel="training tokens", ylabel="edit-level score", ylim=(0, 1))
    right.legend()
    figure.savefig(picture, dpi=110)
