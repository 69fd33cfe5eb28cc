"""What is said of a corpus at the end, as text and as a picture."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator

from despin.corpus.corpus_statistics import BINS, Statistics
from despin.corpus.storage import Folder

SHOWN_SUBSTITUTIONS = 20
BAR = 40
"""Characters of the longest bar of the histogram."""
LARGEST_LINEAR = 50
"""Documents of the highest bar of the picture up to which its axis is linear."""
TEXT_FILE, JSON_FILE, PLOT_FILE = "summary.txt", "summary.json", "histogram.png"


def write_summary(statistics: Statistics, folder: Folder, *names: str) -> str:
    """Write the summary as text, JSON and PNG; the text is returned. Raises InputError if that fails."""
    text = "\n".join(_lines(statistics)) + "\n"
    folder.write(text.encode("utf-8"), *names, TEXT_FILE)
    values = json.dumps(statistics.to_dict(), ensure_ascii=False, indent=1) + "\n"
    folder.write(values.encode("utf-8"), *names, JSON_FILE)
    folder.write(_plot(statistics), *names, PLOT_FILE)
    return text


def _lines(statistics: Statistics) -> Iterator[str]:
    documents, words = statistics.documents, statistics.words
    spun, unsure = statistics.verdicts["spun"], statistics.verdicts["unsure"]
    yield f"documents   {documents:>15,}"
    yield f"words       {words:>15,}"
    yield f"spun        {spun:>15,}  {_share(spun, documents)} of the documents, " + (
        f"{_share(statistics.spun_words, words)} of the words"
    )
    yield f"unsure      {unsure:>15,}  {_share(unsure, documents)} of the documents"
    yield f"read        {statistics.documents_read:>15,}  by the model, " + (
        f"{_share(statistics.words_read, words)} of the words"
    )
    yield f"edits       {statistics.edits:>15,}"
    if statistics.unanswered:
        yield f"unanswered  {statistics.unanswered:>15,}"
    yield ""
    yield "Documents by score (the bars grow with the logarithm)"
    yield from _histogram(statistics.histogram)
    if rows := statistics.commonest(SHOWN_SUBSTITUTIONS):
        yield ""
        yield "Commonest substitutions that were undone"
        yield from (f"{count:>9,}  {row}" for row, count in rows)
    if statistics.asides:
        yield ""
        yield "Put aside"
        yield from (f"{count:>9,}  {kind}" for kind, count in sorted(statistics.asides.items()))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"


def _histogram(counts: list[int]) -> Iterator[str]:
    longest = math.log1p(max(counts))
    for number, count in enumerate(counts):
        bar = "█" * math.ceil(BAR * math.log1p(count) / longest - 1e-9) if count else ""
        yield f"{number / BINS:.2f} to {(number + 1) / BINS:.2f} {count:>11,} {bar}".rstrip()


def _plot(statistics: Statistics) -> bytes:
    """The histogram as PNG, the same bytes for the same counts and version of Matplotlib."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    edges = [number / BINS for number in range(BINS)]
    axes.bar(edges, statistics.histogram, width=1 / BINS, align="edge", color="#148f7d", edgecolor="white")
    largest = max(statistics.histogram)
    # Spun documents are few beside clean ones: only a logarithm shows both.
    is_logarithmic = largest > LARGEST_LINEAR
    if is_logarithmic:
        axes.set_yscale("symlog", linthresh=1)
        axes.set_yticks([0, *(10**power for power in range(math.ceil(math.log10(largest)) + 1))])
    else:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.minorticks_off()
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set(xlim=(0, 1), ylim=(0, max(largest, 1) * (2 if is_logarithmic else 1.08)), xlabel="spun score")
    axes.set_ylabel("documents (logarithmic)" if is_logarithmic else "documents")
    spun = statistics.verdicts["spun"]
    share = _share(spun, statistics.documents)
    axes.set_title(f"{statistics.documents:,} documents, {spun:,} spun ({share})", fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return buffer.getvalue()
