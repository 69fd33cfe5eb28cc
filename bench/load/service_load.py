"""Several clients at a service for some minutes, beside one client alone and the library.

    python -m despin.bench.load.service_load PAIRS.jsonl --minutes 10 --clients 8

All in one run: words a second of the library and of one client, then the clients together, with bad bodies,
dropped connections and slow readers among them. At the end SIGTERM is sent while requests are under way.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from despin.bench.load.clients import DOCUMENTED, FAULTS, SIZES, Client, Tally
from despin.bench.speed.sampled_text import Mixtures
from despin.infer.despinner import Despinner
from despin.metrics.harm import count_words
from despin.metrics.pairs import read_pairs

ALONE_SECONDS = 60.0
LIBRARY_WORDS = 60_000


def main() -> None:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    texts = Mixtures([pair.spun for pair in read_pairs([str(options.pairs)])[0]])
    library = library_rate(texts, options.threads)
    command = [sys.executable, "-m", "despin", "serve", "--port", "0", "--threads", str(options.threads)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        url, log = started(process)
        alone = Tally()
        begin = time.monotonic()
        Client(url, texts, 999, 0.0, alone).run(begin + ALONE_SECONDS)
        alone_rate = alone.words / (time.monotonic() - begin)
        together, rate, memory = under_load(process, url, texts, options.clients, 60 * options.minutes)
        lost = at_the_end(process, url, texts, options.clients)
    print("\n".join(report(library, alone, alone_rate, together, rate, memory)))
    print(f"at SIGTERM: {lost}; exit status {process.returncode}; lines with a traceback: "
          f"{sum('Traceback' in line for line in log)}")  # fmt: skip
    despinner = Despinner(threads=options.threads)
    different = sum(
        "".join(part.text for part in despinner.correct_blocks([text])) != restored
        for text, restored in together.checked
    )
    print(f"answers compared with the library's: {len(together.checked)}, different: {different}")


class Rate(NamedTuple):
    """Words a second, and a second of the processor: what else the machine does counts in the first alone."""

    by_clock: float
    by_processor: float


def library_rate(texts: Mixtures, threads: int) -> Rate:
    """The rate of `Despinner.correct_batch` on texts of the sizes that the clients send."""
    despinner = Despinner(threads=threads)
    mixed: list[str] = []
    while sum(map(count_words, mixed)) < LIBRARY_WORDS:
        mixed.append("".join(texts.mixture(SIZES[len(mixed) % len(SIZES)], 10_000_000 + len(mixed))))
    begin, cpu = time.perf_counter(), time.process_time()
    despinner.correct_batch(mixed)
    words = sum(map(count_words, mixed))
    return Rate(words / (time.perf_counter() - begin), words / (time.process_time() - cpu))


def started(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    """The address of a service that was started, and the list that its log goes to."""
    assert process.stderr is not None
    log = [process.stderr.readline()]
    address = re.search(r"http://\S+?(?=/ )", log[0])
    if address is None:
        raise SystemExit(f"the service did not start: {log[0]}")
    threading.Thread(target=lambda: log.extend(process.stderr or []), daemon=True).start()
    return address[0], log


def under_load(
    process: subprocess.Popen[str], url: str, texts: Mixtures, clients: int, seconds: float
) -> tuple[Tally, Rate, list[int]]:
    """What the clients saw, their rate, and the service's memory every 5 s, in bytes."""
    tally, memory = Tally(), []
    deadline = time.monotonic() + seconds
    threads = [
        threading.Thread(target=Client(url, texts, number + 1, FAULTS, tally).run, args=(deadline,))
        for number in range(clients)
    ]
    begin, cpu = time.monotonic(), processor_seconds(process.pid)
    for thread in threads:
        thread.start()
    while time.monotonic() < deadline:
        time.sleep(5)
        memory.append(resident(process.pid))
    for thread in threads:
        thread.join()
    used = processor_seconds(process.pid) - cpu
    return tally, Rate(tally.words / (time.monotonic() - begin), tally.words / max(used, 0.01)), memory


def at_the_end(process: subprocess.Popen[str], url: str, texts: Mixtures, clients: int) -> str:
    """SIGTERM while each client waits for an answer."""
    tally = Tally()
    threads = [
        threading.Thread(target=Client(url, texts, 100 + n, 0.0, tally).ask_once) for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while httpx.get(url + "/health").json()["waiting"] < clients // 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    with suppress(subprocess.TimeoutExpired):
        process.wait(60)
    return f"{sum(tally.statuses.values())} requests answered {dict(tally.statuses)}, {len(tally.lost)} lost"


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 on systems without /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(pid: int) -> float:
    """Seconds of the processor that a process has used; 0 on systems without /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(
    library: Rate, alone: Tally, alone_rate: float, together: Tally, rate: Rate, memory: Sequence[int]
) -> list[str]:
    """The lines of the report."""
    undocumented = [key for key in together.statuses if int(key.split()[-1]) not in {0, *DOCUMENTED}]
    minute = 12  # readings
    first, last = (statistics.mean(part) / 2**20 for part in (memory[:minute], memory[-minute:]))
    return [
        f"library: {library.by_clock:.0f} words/s; one client: {alone_rate:.0f}; all clients: "
        f"{rate.by_clock:.0f} ({rate.by_clock / library.by_clock:.2f} of the library's)",
        f"words a second of the processor: library {library.by_processor:.0f}, service "
        f"{rate.by_processor:.0f} ({rate.by_processor / library.by_processor:.2f})",
        *(
            f"{name}, up to 100 words: p50 {p(tally, 0.5, 100):.2f} s, p95 {p(tally, 0.95, 100):.2f} s; "
            f"all: p50 {p(tally, 0.5):.2f} s, p95 {p(tally, 0.95):.2f} s"
            for name, tally in (("one client", alone), ("all clients", together))
        ),
        f"requests: {sum(together.statuses.values())}, {dict(sorted(together.statuses.items()))}",
        f"undocumented: {undocumented}; good requests without an answer: {len(together.lost)} "
        f"{sorted(set(together.lost))[:3]}",
        f"memory: {first:.0f} MiB in the first minute, {last:.0f} MiB in the last",
    ]


def p(tally: Tally, share: float, longest: int = 10**9) -> float:
    """A quantile of the seconds of good answers to texts of up to so many words; nan if there is none."""
    seconds = sorted(s for words, s in tally.seconds if words <= longest)
    return seconds[min(int(share * len(seconds)), len(seconds) - 1)] if seconds else float("nan")


if __name__ == "__main__":
    main()
