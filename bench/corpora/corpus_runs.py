"""`despin corpus` on a made corpus: throughput, growth of cost, peak memory, and which documents it found.

    python -m despin.bench.corpora.corpus_runs corpus.jsonl --sizes 2000 20000 200000

Each run is a process of its own on the first documents of the corpus. Cost is processor time, of all
processes, without that of a run on one document (starting, loading); rates are by the clock. Each worker has
a core, so that one worker is compared with two.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from despin.infer.checkpoint import EMBEDDED
from despin.metrics.signature import hash_of, signature, signature_line
from despin.metrics.tables import markdown_table

POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Run:
    """One run of `despin corpus`."""

    mode: str
    documents: int
    workers: int
    words: int
    words_read: int
    seconds: float
    processor_seconds: float
    peak_bytes: int
    """Proportional set size of all its processes together, at its peak."""


def main() -> None:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--modes", nargs="+", default=["score", "correct"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--compared", type=int, default=20_000, help="documents for modes and workers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        corpora = {
            size: _head(options.corpus, size, folder) for size in {1, *options.sizes, options.compared}
        }
        start = measured(corpora[1], "score", 1, 1, folder)
        most = options.workers[-1]
        compared = [
            measured(corpora[options.compared], mode, options.compared, workers, folder)
            for mode in options.modes
            for workers in options.workers
        ]
        grown = [measured(corpora[size], options.modes[-1], size, most, folder) for size in options.sizes]
        largest = folder / f"{options.modes[-1]}-{options.sizes[-1]}-{most}"
        found = found_by_site(largest, corpora[options.sizes[-1]])
    print(rate_table([*compared, *grown], start))
    print(f"\n{found_table(found)}\n")
    print(
        signature_line(
            signature(corpus=hash_of(options.corpus), checkpoint=EMBEDDED, start=f"{start.seconds:.1f} s")
        )
    )


def measured(corpus: Path, mode: str, documents: int, workers: int, folder: Path) -> Run:
    """Run the command; its result is left in ``folder``."""
    out = folder / f"{mode}-{documents}-{workers}"
    command = [sys.executable, "-m", "despin", "corpus", str(corpus), "--out", str(out), "--mode", mode]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    command += ["--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=_on_cores(workers)) as process:
        peak = [0]
        watch = threading.Thread(target=_watch, args=(process, peak), daemon=True)
        watch.start()
        status = process.wait()
    seconds = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(command)}: exit status {status}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary = json.loads((out / "__despin" / "summary.json").read_text(encoding="utf-8"))
    watch.join()
    return Run(mode, documents, workers, summary["words"], summary["words_read"], seconds, used, peak[0])


def _on_cores(number: int) -> Callable[[], None] | None:
    """What limits a process to so many cores, a worker each: a worker alone would use all of them."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))[:number]
    return lambda: os.sched_setaffinity(0, cores)


def found_by_site(out: Path, corpus: Path) -> dict[str, Counter[str]]:
    """For each site, and for the clean documents, how many were taken for what, and how many were read."""
    counts: dict[str, Counter[str]] = {}
    for file in sorted(out.glob("part-*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                counts.setdefault(row["site"] or "clean", Counter())[row["spun_verdict"]] += 1
    return counts


def rate_table(runs: Sequence[Run], start: Run) -> str:
    """The runs as a table."""
    rows = []
    for run in runs:
        cost = (run.processor_seconds - start.processor_seconds) / run.documents
        rows.append(
            [
                run.mode,
                f"{run.documents:,}",
                str(run.workers),
                f"{run.documents / run.seconds:,.0f}",
                f"{run.words / run.seconds:,.0f}",
                f"{100 * run.words_read / run.words:.1f} %",
                f"{1000 * cost:.2f}",
                f"{run.peak_bytes / 2**20:,.0f}",
            ]
        )
    return markdown_table(
        [
            "mode", "documents", "workers", "documents/s", "words/s", "words read by the model",
            "processor ms a document", "peak MiB",
        ],
        rows,
    )  # fmt: skip


def found_table(found: dict[str, Counter[str]]) -> str:
    """Recall by site, and precision over all, as a table."""
    spun = {site: counts for site, counts in found.items() if site != "clean"}
    clean = found.get("clean", Counter())
    rows = [
        [site, f"{counts.total():,}", f"{counts['spun']:,}", f"{counts['spun'] / counts.total():.4f}"]
        for site, counts in sorted(spun.items())
    ]
    total, hits = sum(c.total() for c in spun.values()), sum(c["spun"] for c in spun.values())
    rows.append(["all spun documents", f"{total:,}", f"{hits:,}", f"{hits / max(total, 1):.4f}"])
    rows.append(["clean documents", f"{clean.total():,}", f"{clean['spun']:,}", "-"])
    precision = hits / max(hits + clean["spun"], 1)
    table = markdown_table(["site", "documents", "taken for spun", "recall"], rows)
    return f"{table}\n\nPrecision {precision:.4f}"


def _head(corpus: Path, documents: int, folder: Path) -> Path:
    """The first documents of the corpus as a file of their own."""
    file = folder / f"{documents}.jsonl"
    with corpus.open("rb") as lines, file.open("wb") as out:
        out.writelines(islice(lines, documents))
    return file


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_memory, _family(process.pid))))
        time.sleep(POLL_SECONDS)


def _family(root: int) -> Iterator[int]:
    """A process and those that descend from it."""
    yield root
    for thread in Path(f"/proc/{root}/task").glob("*/children"):
        with suppress(OSError):
            for child in thread.read_text(encoding="ascii").split():
                yield from _family(int(child))


def _memory(process: int) -> int:
    """Bytes of a process, what it shares with others divided among them."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    main()
