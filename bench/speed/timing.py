"""How fast: Despin beside `generate` of transformers and beside the least that any decoding costs.

All rows are measured in one run on the same texts, round by round, and each row's best round counts: a
neighbour on the machine can only make a row slower. Loading is left out everywhere but in `first`.
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
"""Words restored at a time to tell what a short text costs, in as many texts as that takes."""
PARTS = 5
"""Parts in which the longest text is restored, the others between them."""
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
    """A way to do the work, and how long each round took, or why it was not run."""

    name: str
    seconds: tuple[float, ...] = ()
    not_run: str | None = None

    @property
    def best(self) -> float:
        """Seconds of the fastest round."""
        return min(self.seconds)


@dataclass(frozen=True)
class Setup:
    """What is measured."""

    texts: Sequence[str]
    checkpoint: Path = EMBEDDED
    trainable: Path = Path("models/despin-small")
    base: Path | None = None
    """A folder with the unpruned model in Hugging Face format."""
    threads: int = 0
    rounds: int = 3

    @property
    def available_cores(self) -> int:
        """Threads, those of all cores counted."""
        return self.threads or available_cores()


def rounds(ways: Sequence[tuple[str, Callable[[], object]]], count: int) -> list[Timed]:
    """Each way done ``count`` times, in turns; one that raises SystemUnavailable has its reason."""
    taken: dict[str, list[float]] = {name: [] for name, _ in ways}
    reasons: dict[str, str] = {}
    for _ in range(count):
        for name, work in ways:
            if name in reasons:
                continue
            begun = time.perf_counter()
            try:
                work()
            except SystemUnavailable as reason:
                reasons[name] = str(reason)
                continue
            taken[name].append(time.perf_counter() - begun)
    return [Timed(name, tuple(taken[name]), reasons.get(name)) for name, _ in ways]


def compare(setup: Setup) -> list[Timed]:
    """The rows of the speed table, `generate` first and the floor last."""
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
    written = despinner.engine.written(questions)
    lengths = [len(pieces) + 1 for pieces in written]

    def whole() -> None:
        despinner.engine.forget()
        despinner.correct_batch(setup.texts)

    plain = _Generate(setup.base, setup)
    own = _Generate(setup.trainable, setup)
    segments = plain.segments(setup.texts)
    asked = [q.pieces for q in questions]
    unpruned = "transformers, unpruned model, float32"
    ours = "transformers, our checkpoint, float32"
    return rounds(
        [
            (f"{unpruned}, rewriting, batch 1", lambda: plain.run(segments, None, 1)),
            (f"{unpruned}, rewriting, batch {HF_BATCH}", lambda: plain.run(segments, None, HF_BATCH)),
            (f"{unpruned}, slots, batch 1", lambda: plain.run(asked, lengths, 1)),
            (f"{ours}, batch 1", lambda: own.run(asked, lengths, 1)),
            (f"{ours}, batch {HF_BATCH}", lambda: own.run(asked, lengths, HF_BATCH)),
            ("Despin's engine, batch 1", lambda: _answer(single, questions)),
            ("Despin's engine, full batches", lambda: _answer(despinner.engine, questions)),
            ("Despin, text to edits, full batches", whole),
            ("floor: one encoder pass, one scoring pass", lambda: despinner.engine.score(questions, written)),
        ],
        setup.rounds,
    )


def choices(setup: Setup) -> list[Timed]:
    """The engine as it is and with one thing changed at a time."""
    checkpoint = open_checkpoint(setup.checkpoint)
    questions = Despinner(setup.checkpoint, threads=setup.threads).questions(setup.texts)

    def way(name: str, **changed: Any) -> tuple[str, Callable[[], object]]:
        try:
            engine = Engine(checkpoint.folder, checkpoint.pieces, threads=setup.threads, **changed)
        except CheckpointError as error:  # not every processor has int16
            return name, partial(_refuse, str(error).rpartition("cannot be loaded: ")[2])
        return name, lambda: _answer(engine, questions)

    ways = [way(f"as it is: batches of {MAX_BATCH_PIECES} pieces, a core each, vocabulary map, int8")]
    ways += [way(f"batches of {n} pieces", max_batch_pieces=n) for n in (256, 512, 2048, 4096)]
    ways.append(way("all cores inside each batch", intra_threads=setup.available_cores))
    ways.append(way("whole vocabulary", use_vocabulary_map=False))
    ways.append(way("float32", compute_type="float32"))
    ways.append(way("int16", compute_type="int16"))
    return rounds(ways, setup.rounds)


def _refuse(reason: str) -> None:
    raise SystemUnavailable(reason)


def _answer(engine: Engine, questions: Sequence[Question]) -> None:
    """All of the engine's work, none of it remembered."""
    engine.forget()
    for _ in engine.ask(questions):
        pass


def by_length(setup: Setup, sizes: Sequence[int]) -> list[tuple[int, float, float]]:
    """Words of a text, seconds and processor seconds of restoring it block by block, a row a size.

    The texts are made of the setup's sentences in a new order, so that the cache is of no help. The
    longest is restored in PARTS parts and the others between them, LEAST words of each or more: what slows
    a machine for some minutes then slows all of them. A first round, in which the processor and the memory
    of words warm up, is not counted.
    """
    despinner = Despinner(setup.checkpoint, threads=setup.threads)
    _restored(despinner, mixture(setup.texts, MIN_WORDS, seed=0))
    despinner.engine.forget()
    spent = [[0, 0.0, 0.0] for _ in sizes]
    texts = [0] * len(sizes)
    for part in range(PARTS):
        for row, size in enumerate(sizes):
            whole = size < max(sizes)
            for again in range(max(1, MIN_WORDS // size)):
                words = size if whole else size // PARTS
                done = _restored(despinner, mixture(setup.texts, words, seed=size + 1000 * part + again))
                spent[row] = [a + b for a, b in zip(spent[row], done)]
                texts[row] += PARTS if whole else 1
    # The longest text's parts are fifths of it, the others whole texts.
    return [
        (round(PARTS * words / n), PARTS * seconds / n, PARTS * used / n)
        for (words, seconds, used), n in zip(spent, texts)
    ]


def _restored(despinner: Despinner, chunks: Iterator[str]) -> tuple[int, float, float]:
    """Words restored, seconds, processor seconds."""
    words = 0
    begun, used = time.perf_counter(), time.process_time()
    for block in split_blocks(chunks):
        words += count_words(block)
        despinner.correct(block)
    return words, time.perf_counter() - begun, time.process_time() - used


def mixture(texts: Sequence[str], words: int, seed: int) -> Iterator[str]:
    """About ``words`` words of paragraphs of six sentences drawn from ``texts``."""
    sentences = [s for text in texts for line in text.split("\n") for s in _SENTENCE.findall(line)]
    if not any(map(count_words, sentences)):
        raise InputError("the spun texts contain no complete sentence from which a longer text can be built")
    rng = random.Random(seed)
    done = 0
    while done < words:
        paragraph = " ".join(rng.choice(sentences).strip() for _ in range(6)) + "\n\n"
        done += count_words(paragraph)
        yield paragraph


@dataclass(frozen=True)
class Command:
    """`despin correct` as a process of its own."""

    words: int
    seconds: float
    peak: int
    """Bytes of memory at most."""


def command(setup: Setup, words: int) -> Command:
    """Restore about ``words`` words from a file: start, loading and memory included."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "text.txt"
        text = "".join(mixture(setup.texts, words, seed=words))
        file.write_text(text, encoding="utf-8")
        line = [sys.executable, "-c", _MEASURED, "correct", str(file), "--threads", str(setup.threads)]
        if setup.checkpoint != EMBEDDED:
            line += ["--checkpoint", str(setup.checkpoint)]
        begun = time.perf_counter()
        done = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        seconds = time.perf_counter() - begun
        return Command(count_words(text), seconds, int(done.stderr.split()[-1]))


def import_seconds() -> float:
    """Of `import despin.infer`, the start of Python left out."""
    code = "import time; t = time.perf_counter(); import despin.infer; print(time.perf_counter() - t)"
    return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))


class _Generate:
    """`generate` of transformers, greedy, in float32."""

    def __init__(self, folder: Path | None, setup: Setup) -> None:
        self._folder, self._setup = folder, setup
        self._model: Any = None

    def segments(self, texts: Sequence[str]) -> list[list[str]]:
        """The segments' pieces by the model's own tokenizer, nothing marked."""
        from tokenizers import Tokenizer

        from despin.infer.text.segmentation import segment_text

        if self._folder is None or not (self._folder / "tokenizer.json").is_file():
            return []
        tokenizer = Tokenizer.from_str((self._folder / "tokenizer.json").read_text(encoding="utf-8"))
        parts = [text[p.start : p.end].strip() for text in texts for p in segment_text(text) if p.tokens]
        return [tokenizer.encode(part).tokens for part in parts]

    def run(self, asked: Sequence[Sequence[str]], lengths: Sequence[int] | None, batch: int) -> None:
        """Write ``lengths`` pieces for each of ``asked``, as many as it has itself if None.

        A batch writes as many as its longest member, which is sorted beside the next longest.
        """
        model, ids_of = self._load()
        import torch

        order = sorted(range(len(asked)), key=lambda n: len(asked[n]))
        for at in range(0, len(order), batch):
            members = order[at : at + batch]
            rows = [[ids_of.get(p, 2) for p in asked[n]] for n in members]
            count = max(len(asked[n]) if lengths is None else lengths[n] for n in members)
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
            described = json.loads((self._folder / "tokenizer.json").read_text(encoding="utf-8"))
            pieces = [row[0] for row in described["model"]["vocab"]]
            known = {piece: n for n, piece in enumerate(pieces)}
            known |= {added["content"]: added["id"] for added in described.get("added_tokens", [])}
            self._model = (model, known)
        found: tuple[Any, dict[str, int]] = self._model
        return found
