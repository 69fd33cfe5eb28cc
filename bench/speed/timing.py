"""Speed of Despin, of transformers' `generate`, and of the lower bound of any decoding.

All rows are measured in one run on the same texts, round by round, and the best round of each row counts:
other processes on the machine can only make a row slower. Loading is excluded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from despin.bench.speed.transformers_generate import TransformersGenerate
from despin.errors import CheckpointError, SystemUnavailable
from despin.infer.checkpoint import EMBEDDED, open_checkpoint
from despin.infer.cpu import available_cores
from despin.infer.despinner import Despinner
from despin.infer.model.engine import MAX_BATCH_PIECES, Engine, Question

HF_BATCH = 16


@dataclass(frozen=True)
class Timed:
    """One row: a method and its seconds in each round, or why it could not run."""

    name: str
    seconds: tuple[float, ...] = ()
    not_run: str | None = None

    @property
    def best(self) -> float:
        """Seconds of the fastest round."""
        return min(self.seconds)


@dataclass(frozen=True)
class Setup:
    """The texts and models that are measured."""

    texts: Sequence[str]
    checkpoint: Path = EMBEDDED
    trainable: Path = Path("models/despin-small")
    base: Path | None = None
    """A folder with the unpruned model in Hugging Face format."""
    threads: int = 0
    rounds: int = 3

    @property
    def available_cores(self) -> int:
        """Number of threads, where 0 means all cores."""
        return self.threads or available_cores()


def rounds(methods: Sequence[tuple[str, Callable[[], object]]], count: int) -> list[Timed]:
    """Time each method ``count`` times, in turn; the reason is kept if it raises SystemUnavailable."""
    seconds: dict[str, list[float]] = {name: [] for name, _ in methods}
    reasons: dict[str, str] = {}
    for _ in range(count):
        for name, work in methods:
            if name in reasons:
                continue
            start = time.perf_counter()
            try:
                work()
            except SystemUnavailable as reason:
                reasons[name] = str(reason)
                continue
            seconds[name].append(time.perf_counter() - start)
    return [Timed(name, tuple(seconds[name]), reasons.get(name)) for name, _ in methods]


def compare(setup: Setup) -> list[Timed]:
    """The rows of the speed table, `generate` first and the lower bound last."""
    despinner = Despinner(setup.checkpoint, threads=setup.threads)
    questions = despinner.questions(setup.texts)
    checkpoint = open_checkpoint(setup.checkpoint)
    single = Engine(
        checkpoint.folder,
        checkpoint.pieces,
        threads=setup.threads,
        intra_threads=setup.available_cores,
        max_batch_pieces=1,
    )
    written = despinner.engine.decode(questions)
    lengths = [len(pieces) + 1 for pieces in written]

    def text_to_edits() -> None:
        despinner.engine.clear_cache()
        despinner.correct_batch(setup.texts)

    plain = TransformersGenerate(setup.base, setup.available_cores)
    own = TransformersGenerate(setup.trainable, setup.available_cores)
    segments = plain.segments(setup.texts)
    inputs = [q.pieces for q in questions]
    unpruned = "transformers, unpruned model, float32"
    ours = "transformers, our checkpoint, float32"
    return rounds(
        [
            (f"{unpruned}, rewriting, batch 1", lambda: plain.run(segments, None, 1)),
            (f"{unpruned}, rewriting, batch {HF_BATCH}", lambda: plain.run(segments, None, HF_BATCH)),
            (f"{unpruned}, slots, batch 1", lambda: plain.run(inputs, lengths, 1)),
            (f"{ours}, batch 1", lambda: own.run(inputs, lengths, 1)),
            (f"{ours}, batch {HF_BATCH}", lambda: own.run(inputs, lengths, HF_BATCH)),
            ("Despin's engine, batch 1", lambda: _answer(single, questions)),
            ("Despin's engine, full batches", lambda: _answer(despinner.engine, questions)),
            ("Despin, text to edits, full batches", text_to_edits),
            (
                "floor: one encoder pass, one scoring pass",
                lambda: despinner.engine.score_targets(questions, written),
            ),
        ],
        setup.rounds,
    )


def choices(setup: Setup) -> list[Timed]:
    """The engine with its defaults, and with one setting changed at a time."""
    checkpoint = open_checkpoint(setup.checkpoint)
    questions = Despinner(setup.checkpoint, threads=setup.threads).questions(setup.texts)

    def method(name: str, **changed: Any) -> tuple[str, Callable[[], object]]:
        try:
            engine = Engine(checkpoint.folder, checkpoint.pieces, threads=setup.threads, **changed)
        except CheckpointError as error:  # not every processor has int16
            return name, partial(_refuse, str(error).rpartition("cannot be loaded: ")[2])
        return name, lambda: _answer(engine, questions)

    methods = [method(f"as it is: batches of {MAX_BATCH_PIECES} pieces, a core each, vocabulary map, int8")]
    methods += [method(f"batches of {n} pieces", max_batch_pieces=n) for n in (256, 512, 2048, 4096)]
    methods.append(method("all cores inside each batch", intra_threads=setup.available_cores))
    methods.append(method("whole vocabulary", use_vocabulary_map=False))
    methods.append(method("float32", compute_type="float32"))
    methods.append(method("int16", compute_type="int16"))
    return rounds(methods, setup.rounds)


def _refuse(reason: str) -> None:
    raise SystemUnavailable(reason)


def _answer(engine: Engine, questions: Sequence[Question]) -> None:
    """Run the engine on all questions with an empty cache."""
    engine.clear_cache()
    for _ in engine.ask(questions):
        pass
