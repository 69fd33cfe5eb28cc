"""Plots of a comparison: quality against speed, and recall by kind of wording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from despin.bench.measure import Result
from despin.bench.report import MAX_SPEED
from despin.bench.significance import interval

MAX_GAP = 0.1
"""Systems whose F0.5 is within this of the best are shown in the right half of the plot."""


def plots(results: Sequence[Result], folder: Path) -> None:
    """Write ``quality-speed.png`` and ``kinds.png`` of the systems that ran. Needs matplotlib."""
    ran = [r for r in results if r.not_run is None and r.counts]
    folder.mkdir(parents=True, exist_ok=True)
    if ran:
        _quality_speed(ran, folder / "quality-speed.png")
    changing = [r for r in ran if any(c.proposed for c in r.kinds.values())]
    if changing:
        _recall_by_kind(changing, folder / "kinds.png")


def _quality_speed(ran: Sequence[Result], file: Path) -> None:
    from matplotlib.figure import Figure

    best = max(r.total.f05 for r in ran)
    near_best = [r for r in ran if r.total.f05 > best - MAX_GAP]
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    colours = {r.system: f"C{n}" for n, r in enumerate(ran)}
    for axes, shown in zip(figure.subplots(1, 2), (ran, near_best)):
        for number, result in enumerate(sorted(shown, key=lambda r: r.total.f05)):
            _dot(axes, result, colours[result.system], below=number % 2 == 0)
        axes.set(xscale="log", xlabel="words per second", ylabel="F0.5 and its 95 %")
        axes.margins(x=0.2)
    figure.suptitle(
        "quality beside speed, on the right the best; the larger the dot, the more memory", fontsize=9
    )
    figure.savefig(file, dpi=110)


def _dot(axes: Any, result: Result, colour: str, below: bool) -> None:
    f05 = result.total.f05
    low, high = interval(result.counts)
    speed = min(max(result.words_per_second, 1.0), MAX_SPEED)
    bars = [[max(f05 - low, 0)], [max(high - f05, 0)]]
    axes.errorbar(speed, f05, yerr=bars, color="0.6", lw=1, zorder=1)
    axes.scatter(speed, f05, s=30 + (result.peak_bytes or 0) / 2**20 / 8, color=colour, alpha=0.75, zorder=2)
    offset = (6, -12 if below else 6)
    axes.annotate(result.system, (speed, f05), xytext=offset, textcoords="offset points", fontsize=8)


def _recall_by_kind(results: Sequence[Result], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
    kinds = [kind for kind, counts in results[0].kinds.items() if counts.gold]
    for number, result in enumerate(results):
        positions = [n + 0.8 * number / len(results) for n in range(len(kinds))]
        recalls = [result.kinds[k].correct / result.kinds[k].gold for k in kinds]
        axes.barh(positions, recalls, height=0.8 / len(results), label=result.system)
    axes.set_yticks([n + 0.4 for n in range(len(kinds))], kinds)
    axes.invert_yaxis()
    axes.set(xlabel="recall by kind of wording", xlim=(0, 1))
    axes.legend(fontsize=7)
    figure.savefig(file, dpi=110)
