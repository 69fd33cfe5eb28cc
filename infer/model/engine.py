"""The model at work: CTranslate2 in int8, batches sorted by length, side by side on all cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt

from despin.errors import CheckpointError
from despin.infer.candidates.subwords import EOS, Subwords, slot_sentinel
from despin.infer.checkpoint import VOCABULARY_MAP
from despin.infer.cpu import available_cores
from despin.infer.model.cache import LRUCache

LogProbs = npt.NDArray[np.float32]
"""Natural log-probabilities, up to a sum that is the same for all choices of a slot."""
MAX_BATCH_PIECES = 1024
"""Pieces read together, padding included (see `despin.bench.speed.timing` for what other sizes cost)."""
CACHE_SIZE = 4096
"""Segments whose answers are remembered: boilerplate is asked about once. Some 2 kB each."""
_ALWAYS = ("<pad>", EOS, "<unk>")
"""Pieces that CTranslate2 adds to every vocabulary map."""


@dataclass(frozen=True, slots=True)
class Question:
    """A marked segment, and for each of its slots the pieces between which the model chooses.

    ``choices[k]`` holds the first piece of each wording that slot k may get; the piece that keeps the
    wording, the next slot's mark, is not among them.
    """

    pieces: list[str]
    choices: list[list[str]]


class Engine:
    """Greedy decoding with the model's probabilities at each slot. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        pieces: Subwords,
        device: str = "cpu",
        threads: int = 0,
        *,
        compute_type: str | None = None,
        intra_threads: int = 1,
        max_batch_pieces: int = MAX_BATCH_PIECES,
        use_vocabulary_map: bool = True,
    ) -> None:
        """``threads``: CPU threads, 0 for all cores; ``intra_threads`` of them share each batch, the rest
        work on other batches. ``max_batch_pieces``: pieces a batch, padding included. ``compute_type``:
        CTranslate2's, int8 on a CPU if None. ``use_vocabulary_map``: limit the output layer by it.
        Raises CheckpointError if the model cannot be loaded.

        What is not given is what measured best (`despin.bench.speed.timing`): two threads inside one batch
        wait for each other at every step of the decoder.
        """
        self._id_of = pieces.tokenizer.token_to_id
        # A map of each piece to itself: a segment's answers are made of pieces that its hints and marks
        # have brought into it, so the output layer need not be computed for any other.
        self._mapped = use_vocabulary_map and (folder / VOCABULARY_MAP).is_file()
        self._cache: LRUCache[tuple[str, ...], list[LogProbs | None]] = LRUCache(CACHE_SIZE)
        self._workers = max(1, (threads or available_cores()) // intra_threads) if device == "cpu" else 1
        self._max_batch_pieces = max_batch_pieces
        try:
            self._model = ctranslate2.Translator(
                str(folder),
                device=device,
                compute_type=compute_type or ("int8" if device == "cpu" else "default"),
                inter_threads=self._workers,
                intra_threads=intra_threads,
            )
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(f"{folder} cannot be loaded: {error}") from None

    def ask(self, questions: Sequence[Question]) -> Iterator[tuple[int, list[LogProbs | None]]]:
        """For each question, by its place among them, and each of its slots the log-probabilities of
        keeping, then of each choice.

        They are read off one greedy decoding, at the step after the slot's mark, so each slot is
        answered in view of the answers before it. None stands for a slot that the output skipped.
        Answers come as they are ready, in any order, so that the caller's work on some goes on beside
        the model's on others.
        """
        places: dict[tuple[str, ...], list[int]] = {}
        fresh: list[Question] = []
        for place, question in enumerate(questions):
            key = tuple(question.pieces)
            if key in places:
                places[key].append(place)
            elif (known := self._cache.get(key)) is not None:
                yield place, known
            else:
                places[key] = [place]
                fresh.append(question)
        for batch, results in self._run(fresh, self._decode):
            columns = self._columns(batch)
            _check(columns, results[0].logits[0])
            for question, result in zip(batch, results):
                key = tuple(question.pieces)
                answers = self._read(question, result, columns)
                self._cache.put(key, answers)
                for place in places[key]:
                    yield place, answers

    def written(self, questions: Sequence[Question]) -> list[list[str]]:
        """The pieces that greedy decoding writes for each question; what `score` reads."""
        found = {
            id(question): result.hypotheses[0]
            for batch, results in self._run(questions, self._decode)
            for question, result in zip(batch, results)
        }
        return [found[id(question)] for question in questions]

    def score(self, questions: Sequence[Question], written: Sequence[Sequence[str]]) -> list[float]:
        """Log-probability (natural) of ``written`` for each question: one pass of the encoder and one of
        the decoder, all pieces side by side. What no way of decoding can be faster than."""
        target = {id(question): list(pieces) for question, pieces in zip(questions, written)}

        def start(batch: Sequence[Question]) -> Any:
            return self._model.score_batch(
                [question.pieces for question in batch],
                [target[id(question)] for question in batch],
                max_input_length=0,
                asynchronous=True,
            )

        found = {
            id(question): float(sum(result.log_probs))
            for batch, results in self._run(questions, start)
            for question, result in zip(batch, results)
        }
        return [found[id(question)] for question in questions]

    def forget(self) -> None:
        """Empty the cache of answers."""
        self._cache.clear()

    def _run(
        self, questions: Sequence[Question], start: Callable[[Sequence[Question]], Any]
    ) -> Iterator[tuple[list[Question], list[Any]]]:
        """Batches with their results, a few of them under way at any time."""
        waiting: deque[tuple[list[Question], Any]] = deque()
        for batch in _batches(questions, self._workers, self._max_batch_pieces):
            waiting.append((batch, start(batch)))
            if len(waiting) > 2 * self._workers:
                first, results = waiting.popleft()
                yield first, [result.result() for result in results]
        for first, results in waiting:
            yield first, [result.result() for result in results]

    def _decode(self, batch: Sequence[Question]) -> Any:
        return self._model.translate_batch(
            [question.pieces for question in batch],
            beam_size=1,
            max_input_length=0,
            max_decoding_length=8 + 4 * max(len(question.choices) for question in batch),
            return_logits_vocab=True,
            use_vmap=self._mapped,
            asynchronous=True,
        )

    def _columns(self, batch: Sequence[Question]) -> dict[str, int] | None:
        """Where a piece's logit stands in the rows of a batch's answer; None if at its own number."""
        if not self._mapped:
            return None
        numbers = {p: self._id_of(p) for question in batch for p in question.pieces}
        numbers |= {p: self._id_of(p) for p in _ALWAYS}
        there = sorted({n for n in numbers.values() if n is not None})
        column = {n: at for at, n in enumerate(there)}
        return {p: column[n] for p, n in numbers.items() if n is not None}

    def _read(self, question: Question, result: Any, columns: dict[str, int] | None) -> list[LogProbs | None]:
        written, logits = result.hypotheses[0], result.logits[0]
        count = len(question.choices)
        found: list[LogProbs | None] = [None] * count
        slot_of = {slot_sentinel(number): number for number in range(count)}
        last = -1
        for step, piece in enumerate(written[: len(logits) - 1]):
            number = slot_of.get(piece, -1)
            if number <= last:  # marks must rise; what is out of order is not believed
                continue
            last = number
            keep = slot_sentinel(number + 1) if number + 1 < count else EOS
            row = np.asarray(logits[step + 1])
            if columns is not None and len(row) < len(set(columns.values())):
                raise CheckpointError(
                    f"{VOCABULARY_MAP} is not the map of each piece to itself; export it anew"
                )
            asked = (keep, *question.choices[number])
            if columns is None:
                at = [self._id_of(p) or 0 for p in asked]
            else:
                at = [columns.get(p, 0) for p in asked]
            found[number] = row[at]
        return found


def _check(columns: dict[str, int] | None, logits: Sequence[Any]) -> None:
    """Raises CheckpointError if rows of logits are too short for the columns that are read from them."""
    if columns is not None and logits and len(np.asarray(logits[0])) < len(set(columns.values())):
        raise CheckpointError(f"{VOCABULARY_MAP} is not the map of each piece to itself; export it anew")


def _batches(questions: Sequence[Question], workers: int, most: int) -> Iterator[list[Question]]:
    """The longest first, so that the last batch to end is a short one; a short text is shared out too."""
    whole = sum(len(question.pieces) for question in questions)
    limit = min(most, max(most // 4, whole // workers))
    batch: list[Question] = []
    for question in sorted(questions, key=lambda q: len(q.pieces), reverse=True):
        if batch and (len(batch) + 1) * len(batch[0].pieces) > limit:
            yield batch
            batch = []
        batch.append(question)
    if batch:
        yield batch
