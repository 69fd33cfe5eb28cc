"""Speed of Despin, of transformers' `generate`, and of the lower bound of any decoding.

All rows are measured in one run on the same texts, round by round, and the best round of each row counts:
other processes on the machine can only make a row slower. Loading is excluded, except in `command`.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from despin.errors import CheckpointError, InputError, SystemUnavailable
from despin.infer.checkpoint import EMBEDDED, open_checkpoint
from despin.infer.cpu import available_cores
from despin.infer.despinner import Despinner
from despin.infer.model.engine import MAX_BATCH_PIECES, Engine, Question
from despin.infer.text.blocks import split_blocks
from despin.metrics.harm import count_words

HF_BATCH = 16
MIN_WORDS = 20_000
"""Words restored to measure the cost of short texts, split over as many texts as needed."""
PARTS = 5
"""The longest text is restored in this many parts, alternating with the shorter texts."""
_MEASURED = """
import sys
from despin.cli import main
try:
    main()
finally:
    from despin.bench.peak_memory import peak_memory
    print(peak_memory() or 0, file=sys.stderr)
"""
_SENTENCE = re.compile(r"[^.!?]+[.!?]+[\"”]?\s*")


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

    plain = _Generate(setup.base, setup)
    own = _Generate(setup.trainable, setup)
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


def by_length(setup: Setup, sizes: Sequence[int]) -> list[tuple[int, float, float]]:
    """For each size: words of a text, seconds and CPU seconds of restoring it block by block.

    The texts are the setup's sentences in random order, so that the cache is of no help. The longest is
    restored in PARTS parts that alternate with the others, at least MIN_WORDS words of each, so that a slow
    phase of the machine affects all sizes alike. A warm-up round is not counted.
    """
    despinner = Despinner(setup.checkpoint, threads=setup.threads)
    _restore(despinner, mixture(setup.texts, MIN_WORDS, seed=0))
    despinner.engine.clear_cache()
    totals = [[0, 0.0, 0.0] for _ in sizes]
    texts = [0] * len(sizes)
    for part in range(PARTS):
        for row, size in enumerate(sizes):
            entire = size < max(sizes)
            for repetition in range(max(1, MIN_WORDS // size)):
                words = size if entire else size // PARTS
                seed = size + 1000 * part + repetition
                costs = _restore(despinner, mixture(setup.texts, words, seed=seed))
                totals[row] = [a + b for a, b in zip(totals[row], costs)]
                texts[row] += PARTS if entire else 1
    # A part of the longest text counts as one, an entire text as PARTS.
    return [
        (round(PARTS * words / n), PARTS * seconds / n, PARTS * cpu_seconds / n)
        for (words, seconds, cpu_seconds), n in zip(totals, texts)
    ]


def _restore(despinner: Despinner, chunks: Iterator[str]) -> tuple[int, float, float]:
    """Words restored, seconds, CPU seconds."""
    words = 0
    start, cpu_start = time.perf_counter(), time.process_time()
    for block in split_blocks(chunks):
        words += count_words(block)
        despinner.correct(block)
    return words, time.perf_counter() - start, time.process_time() - cpu_start


def mixture(texts: Sequence[str], words: int, seed: int) -> Iterator[str]:
    """About ``words`` words of paragraphs of six sentences drawn from ``texts``.

    Raises InputError if ``texts`` contain no complete sentence.
    """
    sentences = [s for text in texts for line in text.split("\n") for s in _SENTENCE.findall(line)]
    if not any(map(count_words, sentences)):
        raise InputError("the spun texts contain no complete sentence from which a longer text can be built")
    rng = random.Random(seed)
    count = 0
    while count < words:
        paragraph = " ".join(rng.choice(sentences).strip() for _ in range(6)) + "\n\n"
        count += count_words(paragraph)
        yield paragraph


@dataclass(frozen=True)
class Command:
    """`despin correct` as a process of its own."""

    words: int
    seconds: float
    peak_bytes: int
    """Peak resident memory."""


def command(setup: Setup, words: int) -> Command:
    """Restore about ``words`` words from a file, with start-up, loading and peak memory."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "text.txt"
        text = "".join(mixture(setup.texts, words, seed=words))
        file.write_text(text, encoding="utf-8")
        arguments = [sys.executable, "-c", _MEASURED, "correct", str(file), "--threads", str(setup.threads)]
        if setup.checkpoint != EMBEDDED:
            arguments += ["--checkpoint", str(setup.checkpoint)]
        start = time.perf_counter()
        process = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        seconds = time.perf_counter() - start
        return Command(count_words(text), seconds, int(process.stderr.split()[-1]))


def import_seconds() -> float:
    """Seconds of `import despin.infer`, without the start of Python; the best of three."""
    code = "import time; t = time.perf_counter(); import despin.infer; print(time.perf_counter() - t)"
    return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))


class _Generate:
    """`generate` of transformers, greedy, in float32."""

    def __init__(self, folder: Path | None, setup: Setup) -> None:
        self._folder, self._setup = folder, setup
        self._model: Any = None

    def segments(self, texts: Sequence[str]) -> list[list[str]]:
        """The subword pieces of the segments by the model's own tokenizer, without slot markers."""
        from tokenizers import Tokenizer

        from despin.infer.text.segmentation import segment_text

        if self._folder is None or not (self._folder / "tokenizer.json").is_file():
            return []
        tokenizer = Tokenizer.from_str((self._folder / "tokenizer.json").read_text(encoding="utf-8"))
        parts = [text[p.start : p.end].strip() for text in texts for p in segment_text(text) if p.tokens]
        return [tokenizer.encode(part).tokens for part in parts]

    def run(self, inputs: Sequence[Sequence[str]], lengths: Sequence[int] | None, batch: int) -> None:
        """Generate ``lengths`` pieces for each input; None means as many as the input has.

        A batch generates as many as its longest member needs; inputs are sorted by length before batching.
        """
        model, piece_ids = self._load()
        import torch

        order = sorted(range(len(inputs)), key=lambda n: len(inputs[n]))
        for start in range(0, len(order), batch):
            members = order[start : start + batch]
            rows = [[piece_ids.get(p, 2) for p in inputs[n]] for n in members]
            count = max(len(inputs[n]) if lengths is None else lengths[n] for n in members)
            longest = max(map(len, rows))
            ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
            mask = (torch.arange(longest) < torch.tensor([[len(row)] for row in rows])).long()
            with torch.no_grad():
                model.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    do_sample=False,
                    num_beams=1,
                    min_new_tokens=count,
                    max_new_tokens=count,
                )

    def _load(self) -> tuple[Any, dict[str, int]]:
        if self._folder is None or not (self._folder / "config.json").is_file():
            raise SystemUnavailable(f"no model at {self._folder}" if self._folder else "no --base given")
        if self._model is None:
            try:
                import torch
                from transformers import T5ForConditionalGeneration
            except ModuleNotFoundError as error:
                raise SystemUnavailable(f"the package {error.name} is missing") from None
            torch.set_num_threads(self._setup.available_cores)
            model: Any = T5ForConditionalGeneration.from_pretrained(self._folder, dtype=torch.float32)
            model.eval()
            tokenizer = json.loads((self._folder / "tokenizer.json").read_text(encoding="utf-8"))
            pieces = [row[0] for row in tokenizer["model"]["vocab"]]
            piece_ids = {piece: n for n, piece in enumerate(pieces)}
            piece_ids |= {added["content"]: added["id"] for added in tokenizer.get("added_tokens", [])}
            self._model = (model, piece_ids)
        loaded: tuple[Any, dict[str, int]] = self._model
        return loaded
