"""Kill runs of `despin corpus` at random moments, start them again, and compare what they end with.

    python -m despin.bench.corpora.kill_runs --runs 20
    python -m despin.bench.corpora.kill_runs --runs 5 --ray

In each run the process that was started, or one of its workers (with ``--ray`` also a whole node of a local
cluster of three), is killed with SIGKILL at a moment drawn between its start and the time that an undisturbed
run takes. A run that did not survive it is started again, and may be killed once more. All files must be
those of the undisturbed run, byte for byte, and no process may be left. Exit status 1 if that fails.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil

from despin.bench.corpora.node_processes import NodeProcesses
from despin.infer.resources import find_example

MAX_KILLS = 2
"""In one run; then it is left to end."""
TIMEOUT = 600.0
"""Seconds after which a run counts as hung."""
PATIENCE = 20.0
"""Seconds in which processes that lost the one that started them end."""
WORDS = 80
"""Of a document."""


@dataclass
class KilledRun:
    """What happened in one run."""

    kills: list[str] = field(default_factory=list)
    """What was killed, after how many seconds, with how many parts done."""
    starts: int = 0
    status: int | None = None
    """Exit status at last; None if it hung."""
    left: int = 0
    """Processes that were left."""
    differing: list[str] = field(default_factory=list)
    """Files that are not those of the undisturbed run."""

    @property
    def is_same(self) -> bool:
        """Whether it ended as the undisturbed run."""
        return self.status == 0 and not self.left and not self.differing


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of all files below a folder, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def parts_done(folder: Path) -> int:
    """The parts of a run that have a record."""
    return len(list((folder / "__despin").glob("part-*.json")))


def write_corpus(path: Path, documents: int, seed: int) -> None:
    """Documents of a few sentences, cut from the packaged examples, one in ten of them from a spun one."""
    draw = random.Random(seed)
    examples = [Path(find_example(f"example:{name}")) for name in ("clean", "spun-ferry")]
    texts = [example.read_text("utf-8").split() for example in examples]
    with path.open("w", encoding="utf-8") as file:
        for number in range(documents):
            words = texts[number % 10 == 0]
            start = draw.randrange(max(1, len(words) - WORDS))
            text = " ".join(words[start : start + WORDS])
            file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")


def kill_once(
    command: Sequence[str],
    out: Path,
    calm: dict[str, str],
    seconds: float,
    draw: random.Random,
    nodes: NodeProcesses | None,
) -> KilledRun:
    """One run that is killed at up to MAX_KILLS moments, to its end."""
    run = KilledRun()
    while run.status is None and run.starts <= MAX_KILLS:
        process = psutil.Popen([*command, "--out", str(out)], stdout=subprocess.DEVNULL)
        run.starts += 1
        started = time.monotonic()
        workers: list[psutil.Process] = []
        while len(run.kills) < MAX_KILLS and _is_alive_after(process, draw.uniform(0, seconds)):
            workers = process.children(recursive=True)
            victim = draw.choice(["driver", "worker"] if nodes is None else ["driver", "worker", "node"])
            moment = f"{victim} at {time.monotonic() - started:.1f} s, {parts_done(out)} parts"
            if victim == "driver":
                process.kill()
            elif nodes is not None and victim == "node":
                nodes.kill_one(draw)
            elif candidates := workers if nodes is None else nodes.workers():
                _kill(draw.choice(candidates))
            else:
                continue
            run.kills.append(moment)
        try:
            status = process.wait(TIMEOUT)
        except psutil.TimeoutExpired:
            process.kill()
            return run
        run.left += _count_left(workers)
        if status != -9:
            run.status = status
    run.differing = sorted(name for name, _ in calm.items() ^ digests(out).items())
    return run


def _is_alive_after(process: psutil.Popen, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except psutil.TimeoutExpired:
        return True
    return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _count_left(processes: Sequence[psutil.Process]) -> int:
    return len(psutil.wait_procs(processes, PATIENCE)[1])


def _report(runs: Sequence[KilledRun], seconds: float) -> Iterator[str]:
    yield f"undisturbed: {seconds:.1f} s"
    yield "| run | killed | starts | exit status | left | differing files |"
    yield "|---:|---|---:|---:|---:|---:|"
    for number, run in enumerate(runs, 1):
        kills = "; ".join(run.kills) or "not in time"
        status = "hung" if run.status is None else run.status
        yield f"| {number} | {kills} | {run.starts} | {status} | {run.left} | {len(run.differing)} |"
    same = sum(run.is_same for run in runs)
    yield f"{same} of {len(runs)} ended with the bytes of the undisturbed run"


@click.command()
@click.option("--input", "path", type=click.Path(exists=True, path_type=Path), help="[made of the examples]")
@click.option("--runs", type=click.IntRange(1), default=20, show_default=True)
@click.option(
    "--documents", type=click.IntRange(1), default=300, show_default=True, help="Of a corpus that is made."
)
@click.option("--part-documents", type=click.IntRange(1), default=10, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@click.option("--mode", default="correct", show_default=True)
@click.option("--read", default="suspects", show_default=True)
@click.option("--checkpoint", help="[the embedded one]")
@click.option("--ray", is_flag=True, help="On a local Ray cluster of three nodes.")
@click.option("--seed", default=1, show_default=True)
def main(
    path: Path | None,
    runs: int,
    documents: int,
    part_documents: int,
    workers: int,
    mode: str,
    read: str,
    checkpoint: str | None,
    ray: bool,
    seed: int,
) -> None:
    """Kill runs of despin corpus at random moments and compare what they end with."""
    draw = random.Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        if path is None:
            path = folder / "corpus.jsonl"
            write_corpus(path, documents, seed)
        command = [
            sys.executable,
            "-m",
            "despin",
            "corpus",
            str(path.resolve()),
            "--mode",
            mode,
            "--read",
            read,
        ]
        command += ["--part-documents", str(part_documents)]
        if checkpoint:
            command += ["--checkpoint", checkpoint]
        local = [*command, "--workers", str(workers)]
        # Of Ray the time is measured too, but the bytes must be those of a run without it.
        subprocess.run([*local, "--out", str(folder / "calm")], check=True, stdout=subprocess.DEVNULL)
        calm = digests(folder / "calm")
        with NodeProcesses.started() if ray else nullcontext() as nodes:
            killed = local if nodes is None else [*command, "--ray", nodes.address]
            started = time.monotonic()
            subprocess.run([*killed, "--out", str(folder / "timed")], check=True, stdout=subprocess.DEVNULL)
            seconds = time.monotonic() - started
            if digests(folder / "timed") != calm:
                raise click.ClickException("two undisturbed runs differ")
            done = []
            for number in range(runs):
                if nodes is not None:
                    nodes.replace_lost()
                done.append(kill_once(killed, folder / str(number), calm, seconds, draw, nodes))
                click.echo(f"run {number + 1}: {done[-1]}", err=True)
    click.echo("\n".join(_report(done, seconds)))
    sys.exit(not all(run.is_same for run in done))


if __name__ == "__main__":
    main()
