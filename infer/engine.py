"""The model at work: CTranslate2 in int8, batches sorted by length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt

from despin.infer.checkpoint import CheckpointError
from despin.infer.pieces import END, Pieces, slot_mark

Logs = npt.NDArray[np.float32]
"""Natural log-probabilities."""
SEGMENTS_IN_BATCH = 32
"""Segments decoded together. Each step's logits are kept (45 kB a segment), which bounds the batch."""


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

    def __init__(self, folder: Path, pieces: Pieces, device: str = "cpu", threads: int = 0) -> None:
        """``threads``: CPU threads, 0 for all cores. Raises CheckpointError if the model cannot be loaded."""
        self._id_of = pieces.tokenizer.token_to_id
        try:
            self._model = ctranslate2.Translator(
                str(folder),
                device=device,
                compute_type="int8" if device == "cpu" else "default",
                inter_threads=1,
                intra_threads=threads,
            )
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(f"{folder} cannot be loaded: {error}") from None

    def ask(self, questions: Sequence[Question]) -> list[list[Logs | None]]:
        """For each question and slot the natural log-probabilities of keeping, then of each choice.

        They are read off one greedy decoding, at the step after the slot's mark, so each slot is
        answered in view of the answers before it. None stands for a slot that the output skipped.
        """
        answers: list[list[Logs | None]] = [[] for _ in questions]
        order = sorted(range(len(questions)), key=lambda n: len(questions[n].pieces))
        for at in range(0, len(order), SEGMENTS_IN_BATCH):
            members = order[at : at + SEGMENTS_IN_BATCH]
            batch = [questions[n] for n in members]
            results = self._model.translate_batch(
                [question.pieces for question in batch],
                beam_size=1,
                max_input_length=0,
                max_decoding_length=8 + 4 * max(len(question.choices) for question in batch),
                return_logits_vocab=True,
            )
            for number, question, result in zip(members, batch, results):
                answers[number] = self._read(question, result)
        return answers

    def _read(self, question: Question, result: Any) -> list[Logs | None]:
        written, logits = result.hypotheses[0], result.logits[0]
        count = len(question.choices)
        found: list[Logs | None] = [None] * count
        slot_of = {slot_mark(number): number for number in range(count)}
        last = -1
        for step, piece in enumerate(written[: len(logits) - 1]):
            number = slot_of.get(piece, -1)
            if number <= last:  # marks must rise; what is out of order is not believed
                continue
            last = number
            row = np.asarray(logits[step + 1], dtype=np.float32)
            top = row.max()
            keep = slot_mark(number + 1) if number + 1 < count else END
            asked = [self._id_of(p) or 0 for p in (keep, *question.choices[number])]
            found[number] = row[asked] - (top + np.log(np.exp(row - top).sum()))
        return found
