"""Pictures of a comparison: quality beside speed, and quality by kind of wording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from despin.bench.measure import Result
from despin.bench.significance import interval


def plots(results: Sequence[Result], folder: Path) -> None:
    """Write ``quality-speed.png`` and ``kinds.png`` of the systems that ran. Needs matplotlib."""
    ran = [r for r in results if r.not_run is None and r.counts]
    folder.mkdir(parents=True, exist_ok=True)
    if ran:
        _quality_speed(ran, folder / "quality-speed.png")
    made = [r for r in ran if any(c.made for c in r.kinds.values())]
    if made:
        _kinds(made, folder / "kinds.png")


def _quality_speed(ran: Sequence[Result], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.4), layout="constrained")
    axes = figure.subplots()
    for result in ran:
        f05 = result.total.f05
        low, high = interval(result.counts)
        size = 30 + (result.peak or 0) / 2**20 / 8
        speed = max(result.words_per_second, 1.0)
        bars = [[max(f05 - low, 0)], [max(high - f05, 0)]]
        axes.errorbar(speed, f05, yerr=bars, color="0.6", lw=1, zorder=1)
        axes.scatter(speed, f05, s=size, alpha=0.75, zorder=2)
        axes.annotate(result.system, (speed, f05), xytext=(7, 4), textcoords="offset points", fontsize=8)
    axes.set(xscale="log", xlabel="words per second", ylabel="F0.5 and its 95 %", ylim=(-0.03, 1))
    axes.set_title("quality beside speed; the larger the dot, the more memory", fontsize=9)
    figure.savefig(file, dpi=110)


def _kinds(made: Sequence[Result], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
    kinds = [kind for kind, counts in made[0].kinds.items() if counts.needed]
    for number, result in enumerate(made):
        places = [n + 0.8 * number / len(made) for n in range(len(kinds))]
        recalls = [result.kinds[k].hits / result.kinds[k].needed for k in kinds]
        axes.barh(places, recalls, height=0.8 / len(made), label=result.system)
    axes.set_yticks([n + 0.4 for n in range(len(kinds))], kinds)
    axes.invert_yaxis()
    axes.set(xlabel="recall by kind of wording", xlim=(0, 1))
    axes.legend(fontsize=7)
    figure.savefig(file, dpi=110)
