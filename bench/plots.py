"""Plots of a comparison: quality against speed, and recall by kind of wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from despin.bench.measure import Result
from despin.bench.report import MAX_SPEED
from despin.metrics.significance import interval

MAX_GAP = 0.1
"""Systems whose F0.5 is within this of the best are shown in the right half of the plot."""
LABEL_GAP = 0.06
"""Distance of two names in the plot, as a share of its height."""


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
    from matplotlib.ticker import NullFormatter

    best = max(r.total.f05 for r in ran)
    near_best = [r for r in ran if r.total.f05 > best - MAX_GAP]
    figure = Figure(figsize=(11, 4.4))
    figure.subplots_adjust(left=0.06, right=0.87, bottom=0.12, top=0.91, wspace=0.5)
    colours = {r.system: f"C{n}" for n, r in enumerate(ran)}
    for axes, shown in zip(figure.subplots(1, 2), (ran, near_best)):
        for result in shown:
            _dot(axes, result, colours[result.system])
        axes.set(xscale="log", xlabel="words per second", ylabel="F0.5 with 95 % interval")
        axes.xaxis.set_minor_formatter(NullFormatter())  # the labels of a short range overlap
        axes.margins(x=0.1, y=0.12)
        _label(axes, shown, colours)
    figure.suptitle("quality against speed (right: near the best); dot size: peak memory", fontsize=9)
    figure.savefig(file, dpi=110)


def _position(result: Result) -> tuple[float, float]:
    return min(max(result.words_per_second, 1.0), MAX_SPEED), result.total.f05


def _dot(axes: Any, result: Result, colour: str) -> None:
    speed, f05 = _position(result)
    low, high = interval(result.counts)
    bars = [[max(f05 - low, 0)], [max(high - f05, 0)]]
    axes.errorbar(speed, f05, yerr=bars, color="0.6", lw=1, zorder=1)
    axes.scatter(speed, f05, s=30 + (result.peak_bytes or 0) / 2**20 / 8, color=colour, alpha=0.75, zorder=2)


def _label(axes: Any, results: Sequence[Result], colours: Mapping[str, str]) -> None:
    """Names in a column on the right, in the order of F0.5, each joined to its dot by a line."""
    bottom, top = axes.get_ylim()
    gap = LABEL_GAP * (top - bottom)
    lowest = bottom + gap / 2
    heights: list[float] = []
    ordered = sorted(results, key=lambda r: r.total.f05)
    for result in ordered:
        heights.append(max(result.total.f05, heights[-1] + gap if heights else lowest))
    # What was pushed above the top is moved down together.
    overflow = max(0.0, heights[-1] - (top - gap / 2))
    for result, height in zip(ordered, heights):
        axes.annotate(
            result.system,
            _position(result),
            xytext=(1.03, (height - overflow - bottom) / (top - bottom)),
            textcoords="axes fraction",
            fontsize=8,
            va="center",
            color=colours[result.system],
            arrowprops={"arrowstyle": "-", "color": "0.8", "lw": 0.6, "shrinkB": 4},
            annotation_clip=False,
        )


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
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    figure.savefig(file, dpi=110)
