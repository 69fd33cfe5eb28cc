"""Inference with CTranslate2: int8, batches of one length, one batch per core at a time.

A question has the same answer to the last bit whatever is asked with it, before it or at the same time:

- A batch holds questions of exactly the same number of pieces. Padding changes the shape of the attention's
  matrices, and with it the order in which they are summed: logits then differ by up to 0.03 (0.6 with other
  instruction sets), and greedy decoding amplifies that. Without padding the number of rows in a batch changes
  no bit: sums in int8 are exact, and those in float are taken row by row.
- The vocabulary map allows the pieces of all questions of a batch. A question whose output has a piece of
  another one is asked again alone; as long as it has none, it is the output that it would have alone.
- Each question has its own limit of decoding steps; what the batch decodes beyond it is not read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt

from despin.errors import CheckpointError
from despin.infer.candidates.subwords import EOS, UNKNOWN, Subwords, slot_sentinel
from despin.infer.checkpoint import VOCABULARY_MAP
from despin.infer.cpu import available_cores
from despin.infer.model.cache import LRUCache
from despin.infer.model.question import Part, decoding_limit, halves, parts_within, with_slots
from despin.infer.model.question import Question as Question

LogProbs = npt.NDArray[np.float32]
"""Natural log-probabilities, up to a constant that is the same for all choices of a slot."""
MAX_BATCH_PIECES = 1024
"""Subword pieces in a batch (`despin.bench.speed.timing` compares other sizes)."""
MAX_ROUNDS = 4
"""How often a question is asked at most, in ever smaller parts, while it has unanswered slots."""
CACHE_SLOTS = 1 << 15
"""Slots whose answers are cached, about 250 bytes each: boilerplate recurs."""
_ALWAYS_MAPPED = ("<pad>", EOS, UNKNOWN)
"""Pieces that CTranslate2 adds to every vocabulary map."""

Answers = list[LogProbs | None]
"""For each slot of a question the log-probabilities [1 + choices] of keeping the wording and of each choice;
None for a slot that the model left unanswered."""


@dataclass(slots=True)
class _Asked:
    """A question on its way: what was answered so far, in how many parts it is asked in this round."""

    key: bytes
    indices: list[int]
    question: Question
    answers: Answers
    asked: tuple[int, ...] = ()
    waiting: int = 0

    def parts(self) -> list[Part]:
        """The questions of the next round: at first the whole question, then its unanswered slots alone,
        in two halves if the model answered none of those it was asked; none where nothing helps."""
        missing = tuple(n for n, answer in enumerate(self.answers) if answer is None)
        if not self.asked:
            parts = parts_within(self.question)
        elif not missing:
            parts = []
        elif len(missing) < len(self.asked):
            parts = self._parts_of(missing)
        elif len(missing) > 1:
            parts = [part for half in halves(missing) for part in self._parts_of(half)]
        else:
            parts = []
        self.asked, self.waiting = missing, len(parts)
        return parts

    def receive(self, part: Part, answers: Answers) -> bool:
        """Take the answers of a part; whether other parts of this round are still waited for."""
        for number, answer in zip(part.numbers, answers):
            self.answers[number] = answer
        self.waiting -= 1
        return self.waiting > 0

    def _parts_of(self, numbers: tuple[int, ...]) -> list[Part]:
        parts = parts_within(with_slots(self.question, numbers))
        return [Part(tuple(numbers[n] for n in part.numbers), part.question) for part in parts]


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
        others on other batches. ``max_batch_pieces``: pieces in a batch.
        ``compute_type``: CTranslate2's; None: int8 on a CPU, its default elsewhere. ``use_vocabulary_map``:
        compute the output layer only for the pieces that the checkpoint's vocabulary map allows.

        The defaults measured best (`despin.bench.speed.timing`): with two threads in one batch, each waits
        for the other at every decoding step.
        """
        self._token_to_id = pieces.tokenizer.token_to_id
        # The map sends each piece to itself: replies consist of pieces of the input (hints and sentinels), so
        # the output layer is not needed for any other piece.
        self._has_map = use_vocabulary_map and (folder / VOCABULARY_MAP).is_file()
        self._cache: LRUCache[bytes, Answers] = LRUCache(CACHE_SLOTS, len)
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

    def ask(self, questions: Sequence[Question]) -> Iterator[tuple[int, Answers]]:
        """Yield each question's index and its answers.

        They come from one greedy decoding, at the step after the slot's sentinel, so that each slot is
        conditioned on the replies before it. A question of more than MAX_PIECES pieces is asked in parts; so
        are, up to MAX_ROUNDS times, slots that the model left unanswered, as it does after a reply without
        end. What is None then stays unanswered. Results are yielded as soon as they are ready, in any order:
        the caller processes some while the model computes others. Raises CheckpointError if the vocabulary
        map is not an identity map.
        """
        uncached: dict[bytes, _Asked] = {}
        for index, question in enumerate(questions):
            key = _key(question)
            if key in uncached:
                uncached[key].indices.append(index)
            elif (cached := self._cache.get(key)) is not None:
                yield index, cached
            else:
                uncached[key] = _Asked(key, [index], question, [None] * len(question.choices))
        work = [(asked, part) for asked in uncached.values() for part in asked.parts()]
        for number in range(1, MAX_ROUNDS + 1):
            again: list[tuple[_Asked, Part]] = []
            for (asked, part), answers in self._answer(work):
                if asked.receive(part, answers):
                    continue
                parts = asked.parts() if number < MAX_ROUNDS else []
                again += [(asked, part) for part in parts]
                if not parts:
                    self._cache.put(asked.key, asked.answers)
                    for index in asked.indices:
                        yield index, asked.answers
            work = again

    def _answer(self, work: Sequence[tuple[_Asked, Part]]) -> Iterator[tuple[tuple[_Asked, Part], Answers]]:
        """The answers to each part as it has them alone, in any order."""
        item_of = {id(item[1].question): item for item in work}
        alone: list[Question] = []
        for batch, results in self._run(self._batches([part.question for _, part in work]), self._decode):
            columns = self._columns(batch)
            _check_width(columns, results[0].logits[0])
            for question, result in zip(batch, results):
                if len(batch) > 1 and self._has_map and _is_stray(question, result):
                    alone.append(question)
                else:
                    yield item_of[id(question)], self._slot_log_probs(question, result, columns)
        for (question,), (result,) in self._run(([question] for question in alone), self._decode):
            yield item_of[id(question)], self._slot_log_probs(question, result, self._columns([question]))

    def decode(self, questions: Sequence[Question]) -> list[list[str]]:
        """The pieces that greedy decoding generates for each question (the input of `score_targets`)."""
        hypotheses = {
            id(question): result.hypotheses[0][: decoding_limit(question)]
            for batch, results in self._run(self._batches(questions), self._decode)
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
            for batch, results in self._run(self._batches(questions), submit)
            for question, result in zip(batch, results)
        }
        return [scores[id(question)] for question in questions]

    def clear_cache(self) -> None:
        """Empty the cache of results."""
        self._cache.clear()

    def _run(
        self, batches: Iterable[list[Question]], submit: Callable[[Sequence[Question]], Any]
    ) -> Iterator[tuple[list[Question], list[Any]]]:
        """Batches with their results; at most two batches per worker, and one, are submitted ahead."""
        pending: deque[tuple[list[Question], Any]] = deque()
        for batch in batches:
            pending.append((batch, submit(batch)))
            if len(pending) > 2 * self._workers:
                oldest, futures = pending.popleft()
                yield oldest, [future.result() for future in futures]
        for batch, futures in pending:
            yield batch, [future.result() for future in futures]

    def _batches(self, questions: Sequence[Question]) -> Iterator[list[Question]]:
        return _batches(questions, self._workers, self._max_batch_pieces)

    def _decode(self, batch: Sequence[Question]) -> Any:
        return self._model.translate_batch(
            [question.pieces for question in batch],
            beam_size=1,
            max_input_length=0,
            max_decoding_length=max(map(decoding_limit, batch)),
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

    def _slot_log_probs(self, question: Question, result: Any, columns: dict[str, int] | None) -> Answers:
        hypothesis, logits = result.hypotheses[0], result.logits[0][: decoding_limit(question)]
        count = len(question.choices)
        log_probs: Answers = [None] * count
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


def _key(question: Question) -> bytes:
    """A digest of the pieces: they include the hints, and with them the choices."""
    return blake2b("\0".join(question.pieces).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _is_stray(question: Question, result: Any) -> bool:
    """Whether the output has a piece that the question alone would not have allowed."""
    output = result.hypotheses[0][: decoding_limit(question)]
    return not {*question.pieces, *_ALWAYS_MAPPED}.issuperset(output)


def _batches(questions: Sequence[Question], workers: int, max_pieces: int) -> Iterator[list[Question]]:
    """Batches of questions of the same length, in descending order, so that the last one to finish is short.

    Batches of a short text are smaller, so that all workers get a share of it.
    """
    total = sum(len(question.pieces) for question in questions)
    limit = min(max_pieces, max(max_pieces // 4, total // workers))
    batch: list[Question] = []
    for question in sorted(questions, key=lambda q: len(q.pieces), reverse=True):
        length = len(question.pieces)
        if batch and (length != len(batch[0].pieces) or (len(batch) + 1) * length > limit):
            yield batch
            batch = []
        batch.append(question)
    if batch:
        yield batch
