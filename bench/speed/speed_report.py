"""The report that `despin bench speed` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from despin.bench.speed.process import command, import_seconds
from despin.bench.speed.text_length import by_length
from despin.bench.speed.timing import Setup, Timed, choices, compare
from despin.bench.systems.converted import compare_precisions
from despin.bench.systems.options import SystemOptions
from despin.errors import SystemUnavailable
from despin.metrics.harm import count_words
from despin.metrics.pairs import Pair
from despin.metrics.signature import signature_line
from despin.metrics.tables import NO_VALUE, markdown_table

LARGE = 200_000
"""Words of the text on which peak memory is measured; it does not grow beyond that."""


def speed_report(
    pairs: Sequence[Pair],
    options: SystemOptions,
    lengths: Sequence[int],
    words: int,
    rounds: int,
    signature: Mapping[str, str],
) -> str:
    """Markdown tables of all measurements of `despin.bench.speed`, and the loss of quality by int8.

    ``words`` is the approximate number of the pairs' spun words on which `generate` and Despin are compared,
    ``lengths`` the words of the texts that show whether the cost per word grows with length.
    """
    checkpoint, trainable, threads, repeats = options.checkpoint, options.trainable, options.threads, rounds
    base = options.base
    texts: list[str] = []
    for pair in pairs:
        if sum(map(count_words, texts)) < words:
            texts.append(pair.spun)
    spun = [p.spun for p in pairs]
    setup = Setup(texts, checkpoint, trainable, base, threads, repeats)
    every = Setup(spun, checkpoint, trainable, base, threads, repeats)
    count = sum(map(count_words, texts))
    parts = [_table(compare(setup), count, f"{count:,} words, best of {repeats} rounds.", floor=True)]
    total = sum(map(count_words, spun))
    parts.append(
        _table(choices(every), total, f"The engine alone on {total:,} words, best of {repeats} rounds.")
    )
    parts.append(_quality(pairs, checkpoint, trainable, threads))
    parts.append(_lengths(by_length(every, lengths)))
    first = min((command(every, 300) for _ in range(max(repeats, 3))), key=lambda c: c.seconds)
    large = command(every, min(lengths[-1], LARGE))
    parts.append(
        f"`despin correct` as a process: {first.seconds:.2f} s for the first {first.words:,} words, start "
        f"and loading included; at most {large.peak_bytes / 2**20:,.0f} MiB of memory on {large.words:,} "
        f"words. `import despin.infer`: {import_seconds():.3f} s.\n"
    )
    parts.append(signature_line(signature) + "\n")
    return "\n".join(parts)


def _table(rows: Sequence[Timed], words: int, note: str, floor: bool = False) -> str:
    """Words per second, and the ratio to the first row; with ``floor``, the last row is the lower bound."""
    first, last = rows[0], rows[-1]
    header = ["", "words per second", "times the first", *(["time beside the floor"] if floor else [])]
    shown = []
    for row in rows:
        if row.not_run:
            shown.append([row.name, f"not run: {row.not_run}"])
            continue
        ratio = f"{first.best / row.best:.1f}" if first.seconds else NO_VALUE
        cells = [row.name, f"{words / row.best:,.0f}", ratio]
        if floor and last.seconds:
            cells.append(f"{row.best / last.best:.2f}")
        shown.append(cells)
    return f"{markdown_table(header, shown, style='compact')}\n{note}\n"


def _quality(pairs: Sequence[Pair], checkpoint: Path, trainable: Path, threads: int) -> str:
    try:
        shipped, exact = compare_precisions(checkpoint, trainable, pairs, threads)
    except SystemUnavailable as reason:
        return f"Quality beside float32: not run: {reason}\n"
    return (
        f"F0.5 as shipped {shipped.f05:.4f}, in float32 with the whole vocabulary {exact.f05:.4f}: "
        f"{shipped.f05 - exact.f05:+.4f}.\n"
    )


def _lengths(measured: Sequence[tuple[int, float, float]]) -> str:
    base = measured[0][2] / measured[0][0]
    rows = []
    for words, seconds, cpu_seconds in measured:
        cost = cpu_seconds / words
        rows.append([f"{words:,}", f"{words / seconds:,.0f}", f"{1000 * cost:.3f}", f"{cost / base:.2f}"])
    header = ["words of text", "words per second", "processor ms per word", "beside the first"]
    return markdown_table(header, rows, "rrrr", "compact")
