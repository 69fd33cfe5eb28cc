"""Inference with CTranslate2: int8, batches sorted by length, one batch per core at a time."""

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
"""Natural log-probabilities, up to a constant that is the same for all choices of a slot."""
MAX_BATCH_PIECES = 1024
"""Subword pieces in a batch, padding included (`despin.bench.speed.timing` compares other sizes)."""
CACHE_SIZE = 4096
"""Segments whose results are cached, about 2 kB each: boilerplate recurs."""
_ALWAYS_MAPPED = ("<pad>", EOS, "<unk>")
"""Pieces that CTranslate2 adds to every vocabulary map."""


@dataclass(frozen=True, slots=True)
class Question:
    """A marked segment as model input, with the choices at each of its slots.

    ``choices[k]`` holds the first piece of each possible original of slot k. The piece that keeps the
    wording (the next slot's sentinel, or EOS) is not among them.
    """

    pieces: list[str]
    choices: list[list[str]]


class Engine:
    """Greedy decoding that gives the model's probabilities at each slot. Thread-safe."""

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
        """Load the model in ``folder``. Raises CheckpointError if that fails.

        ``threads``: CPU threads, 0 for all cores; ``intra_threads`` of them work on the same batch, the
        others on other batches. ``max_batch_pieces``: pieces in a batch, padding included.
        ``compute_type``: CTranslate2's; None: int8 on a CPU, its default elsewhere. ``use_vocabulary_map``:
        compute the output layer only for the pieces that the checkpoint's vocabulary map allows.

        The defaults measured best (`despin.bench.speed.timing`): with two threads in one batch, each waits
        for the other at every decoding step.
        """
        self._token_to_id = pieces.tokenizer.token_to_id
        # The map sends each piece to itself: replies consist of pieces of the input (hints and sentinels), so
        # the output layer is not needed for any other piece.
        self._has_map = use_vocabulary_map and (folder / VOCABULARY_MAP).is_file()
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
        """Yield each question's index and, for each slot, the log-probabilities [1 + choices] of keeping the
        wording and of each choice; None for a slot that is missing in the output.

        They come from one greedy decoding, at the step after the slot's sentinel, so that each slot is
        conditioned on the replies before it. Results are yielded as soon as they are ready, in any order:
        the caller processes some while the model computes others. Raises CheckpointError if the
        vocabulary map is not an identity map.
        """
        indices: dict[tuple[str, ...], list[int]] = {}
        uncached: list[Question] = []
        for index, question in enumerate(questions):
            key = tuple(question.pieces)
            if key in indices:
                indices[key].append(index)
            elif (cached := self._cache.get(key)) is not None:
                yield index, cached
            else:
                indices[key] = [index]
                uncached.append(question)
        for batch, results in self._run(uncached, self._decode):
            columns = self._columns(batch)
            _check_width(columns, results[0].logits[0])
            for question, result in zip(batch, results):
                key = tuple(question.pieces)
                answers = self._slot_log_probs(question, result, columns)
                self._cache.put(key, answers)
                for index in indices[key]:
                    yield index, answers

    def decode(self, questions: Sequence[Question]) -> list[list[str]]:
        """The pieces that greedy decoding generates for each question (the input of `score_targets`)."""
        hypotheses = {
            id(question): result.hypotheses[0]
            for batch, results in self._run(questions, self._decode)
            for question, result in zip(batch, results)
        }
        return [hypotheses[id(question)] for question in questions]

    def score_targets(self, questions: Sequence[Question], written: Sequence[Sequence[str]]) -> list[float]:
        """The log-probability (natural) of the pieces ``written`` for each question.

        It takes one pass of the encoder and one of the decoder over all pieces in parallel: a lower bound
        for the time of any decoding.
        """
        targets = {id(question): list(pieces) for question, pieces in zip(questions, written)}

        def submit(batch: Sequence[Question]) -> Any:
            return self._model.score_batch(
                [question.pieces for question in batch],
                [targets[id(question)] for question in batch],
                max_input_length=0,
                asynchronous=True,
            )

        scores = {
            id(question): float(sum(result.log_probs))
            for batch, results in self._run(questions, submit)
            for question, result in zip(batch, results)
        }
        return [scores[id(question)] for question in questions]

    def clear_cache(self) -> None:
        """Empty the cache of results."""
        self._cache.clear()

    def _run(
        self, questions: Sequence[Question], submit: Callable[[Sequence[Question]], Any]
    ) -> Iterator[tuple[list[Question], list[Any]]]:
        """Batches with their results; at most two batches per worker, and one, are submitted ahead."""
        pending: deque[tuple[list[Question], Any]] = deque()
        for batch in _batches(questions, self._workers, self._max_batch_pieces):
            pending.append((batch, submit(batch)))
            if len(pending) > 2 * self._workers:
                oldest, futures = pending.popleft()
                yield oldest, [future.result() for future in futures]
        for batch, futures in pending:
            yield batch, [future.result() for future in futures]

    def _decode(self, batch: Sequence[Question]) -> Any:
        return self._model.translate_batch(
            [question.pieces for question in batch],
            beam_size=1,
            max_input_length=0,
            max_decoding_length=8 + 4 * max(len(question.choices) for question in batch),
            return_logits_vocab=True,
            use_vmap=self._has_map,
            asynchronous=True,
        )

    def _columns(self, batch: Sequence[Question]) -> dict[str, int] | None:
        """The column of each piece in the logits of a batch; None without a map: a piece's id is its column.

        With a map the columns are those of the pieces in the batch, in the order of their ids.
        """
        if not self._has_map:
            return None
        ids = {piece: self._token_to_id(piece) for question in batch for piece in question.pieces}
        ids |= {piece: self._token_to_id(piece) for piece in _ALWAYS_MAPPED}
        column = {id_: i for i, id_ in enumerate(sorted({id_ for id_ in ids.values() if id_ is not None}))}
        return {piece: column[id_] for piece, id_ in ids.items() if id_ is not None}

    def _slot_log_probs(
        self, question: Question, result: Any, columns: dict[str, int] | None
    ) -> list[LogProbs | None]:
        hypothesis, logits = result.hypotheses[0], result.logits[0]
        count = len(question.choices)
        log_probs: list[LogProbs | None] = [None] * count
        slot_of = {slot_sentinel(slot): slot for slot in range(count)}
        last = -1
        for step, piece in enumerate(hypothesis[: len(logits) - 1]):
            slot = slot_of.get(piece, -1)
            if slot <= last:  # no sentinel, or one out of order, which is not trusted
                continue
            last = slot
            keep = slot_sentinel(slot + 1) if slot + 1 < count else EOS
            row = np.asarray(logits[step + 1])
            _check_width(columns, [row])
            options = (keep, *question.choices[slot])
            if columns is None:
                row_columns = [self._token_to_id(option) or 0 for option in options]
            else:
                row_columns = [columns.get(option, 0) for option in options]
            log_probs[slot] = row[row_columns]
        return log_probs


def _check_width(columns: dict[str, int] | None, logits: Sequence[Any]) -> None:
    """Raise CheckpointError if a row of logits has fewer entries than ``columns`` refers to."""
    if columns is not None and logits and len(np.asarray(logits[0])) < len(set(columns.values())):
        raise CheckpointError(
            f"{VOCABULARY_MAP} does not map each piece to itself; export the checkpoint again"
        )


def _batches(questions: Sequence[Question], workers: int, max_pieces: int) -> Iterator[list[Question]]:
    """Batches in descending order of length, so that the last one to finish is short.

    Batches of a short text are smaller, so that all workers get a share of it.
    """
    total = sum(len(question.pieces) for question in questions)
    limit = min(max_pieces, max(max_pieces // 4, total // workers))
    batch: list[Question] = []
    for question in sorted(questions, key=lambda q: len(q.pieces), reverse=True):
        if batch and (len(batch) + 1) * len(batch[0].pieces) > limit:
            yield batch
            batch = []
        batch.append(question)
    if batch:
        yield batch
