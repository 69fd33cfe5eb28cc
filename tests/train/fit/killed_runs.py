"""Kill a small training run at random moments, resume it, and compare the end with an undisturbed one.

``python tests/train/fit/killed_runs.py FOLDER --steps 300 --kills 20`` takes some minutes. All runs are forks
of this process, which imports once what takes seconds. Exit status 1 if a file of the end differs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # a fork has no other threads

from despin.train.data import batches
from despin.train.fit.trainer import Trainer
from despin.train.recipe import (
    Budget,
    CorpusConfig,
    EvalConfig,
    ModelConfig,
    OptimConfig,
    PairsConfig,
    Recipe,
    SiteConfig,
)
from despin.train.spin.dictionary import load_entries, write_entries

ROOT = Path(__file__).resolve().parents[3]
COMPARED = (
    "best/model.safetensors", "best/inverse.tsv", "best/tokenizer.json", "state/model.safetensors",
    "state/optimizer.safetensors", "state/average.safetensors", "state/process-0.safetensors",
)  # fmt: skip


def small_recipe(folder: Path, output: str, steps: int, workers: int) -> Recipe:
    """A tiny model with dropout and moving average, whose state is saved after every step."""
    clean = (ROOT / "examples" / "clean.txt").read_text(encoding="utf-8").lower()
    entries = [entry for entry in load_entries() if entry.original.lower() in clean]
    write_entries(entries[::3], folder / "small.tsv")
    (folder / "small.yaml").write_text(f"dictionary: {folder / 'small.tsv'}\n", encoding="utf-8")
    return Recipe(
        output=str(folder / output),
        corpora=(CorpusConfig("example:clean"),),
        budget=Budget(steps=steps),
        model=ModelConfig(base="random", vocabulary=1000, dropout=0.1),
        pairs=PairsConfig(spin=(SiteConfig(str(folder / "small.yaml")),), characters=400),
        optim=OptimConfig(learning_rate=0.003, tokens=1024, ema=0.5),
        eval=EvalConfig(every=0.5, segments=1),
        lexicon_documents=20,
        save_minutes=1e-9,
        threads=1,
        workers=workers,
    )


def start(recipe: Recipe) -> int:
    """Train in a fork of this process, in a group of its own, and return its id."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        os.setpgid(0, 0)
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
        batches.MIN_POOL_DOCUMENTS = 24
        Trainer(recipe).train()
        status = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
    finally:
        os._exit(status)


def finish(pid: int) -> None:
    """Wait for a run. Raises RuntimeError if it failed."""
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("a run failed")


def saved_step(recipe: Recipe) -> int:
    """The step of a run's saved state; -1 before the first."""
    with suppress(OSError, ValueError):
        return int(json.loads((Path(recipe.output) / "state" / "progress.json").read_text())["step"])
    return -1


def kill_behind(pid: int, recipe: Recipe, step: int, seconds: float) -> bool:
    """Kill a run some time after it saved ``step`` (-1: after it began); whether it was still running."""
    end = math.inf if step >= 0 else time.monotonic() + seconds
    while time.monotonic() < end:
        if end == math.inf and saved_step(recipe) >= step:
            end = time.monotonic() + seconds
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            if status:
                raise RuntimeError("a run failed")
            return False
        time.sleep(0.001)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # its workers too
    os.waitpid(pid, 0)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(options.seed)
    begun = time.monotonic()
    finish(start(small_recipe(options.folder, "whole", options.steps, 0)))
    seconds = time.monotonic() - begun
    cut = small_recipe(options.folder, "cut", options.steps, options.workers)
    # Some while it reads or builds, most within a step, an evaluation or a save.
    steps = sorted(rng.choice([-1, *range(1, options.steps)]) for _ in range(options.kills))
    delays = [rng.uniform(0, seconds / 2 if step < 0 else 2 * seconds / options.steps) for step in steps]
    kills = sum(kill_behind(start(cut), cut, step, delay) for step, delay in zip(steps, delays))
    finish(start(cut))
    different = [
        name
        for name in COMPARED
        if (options.folder / "whole" / name).read_bytes() != (options.folder / "cut" / name).read_bytes()
    ]
    print(
        f"seed {options.seed}: {kills} kills, {seconds:.1f} s undisturbed; different: {different or 'none'}"
    )
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
