"""What training minimises: cross-entropy, perhaps weighted by piece, perhaps with a teacher beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from despin.errors import InputError
from despin.infer.candidates.subwords import EOS, NUM_SENTINELS, slot_sentinel
from despin.train.data.batches import IGNORE_INDEX
from despin.train.fit.t5 import load_model
from despin.train.recipe import ObjectiveConfig

MARKS = frozenset([EOS, *(slot_sentinel(n) for n in range(NUM_SENTINELS))])
"""Pieces that are no part of a wording."""


class Objective:
    """The loss of a batch, as a configuration says.

    The teacher's part is word-level distillation (Hinton, Vinyals and Dean 2015; Kim and Rush 2016):
    the Kullback-Leibler divergence of the model's distribution over pieces from the teacher's, at
    each place of the target, both in view of the true pieces before it.
    """

    def __init__(
        self,
        config: ObjectiveConfig,
        id_of: Mapping[str, int],
        rows: int,
        device: torch.device,
        autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        """``id_of``: the model's pieces with their numbers; ``rows``: how many its output layer has,
        which may be more. ``autocast`` makes the context in which the teacher is asked: the model's own
        precision, or else the teacher costs more than the model.

        Raises ValueError if the teacher cannot be read or its pieces are not the model's.
        """
        self._config = config
        self._marks = torch.tensor([n for piece, n in id_of.items() if piece in MARKS], device=device)
        self._autocast = autocast
        self._teacher: Any = None
        if config.teacher is not None:
            self._teacher = _teacher(Path(config.teacher), id_of, rows).to(device).eval()

    def __call__(self, model: Any, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The mean loss of a collated batch (nats a target piece), with gradient to ``model``."""
        found = model(**batch)
        loss: torch.Tensor = found.loss
        labels = batch["labels"]
        if self._config.changed_weight != 1.0:
            loss = self._weighted(found.logits, labels)
        if self._teacher is not None:
            share = self._config.teacher_share
            with torch.no_grad(), self._autocast():
                taught = self._teacher(**batch).logits
            loss = (1 - share) * loss + share * divergence(found.logits, taught, labels)
        return loss

    def _weighted(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        flat = labels.flatten()
        each = functional.cross_entropy(
            logits.float().flatten(0, 1), flat, ignore_index=IGNORE_INDEX, reduction="none"
        )
        weights = torch.where(torch.isin(flat, self._marks), 1.0, self._config.changed_weight)
        weights = weights * (flat != IGNORE_INDEX)
        return (each * weights).sum() / weights.sum()


def require_teacher(folder: str) -> None:
    """Raise InputError if ``folder`` holds no weights."""
    if not (Path(folder) / "config.json").exists():
        raise InputError(f"objective.teacher: no weights in {folder}")


def _teacher(folder: Path, id_of: Mapping[str, int], rows: int) -> Any:
    require_teacher(str(folder))
    teacher: Any = load_model(folder)
    found = int(teacher.config.vocab_size)
    if found != rows:
        raise ValueError(f"objective.teacher: {folder} has {found:,} pieces, the model {rows:,}")
    # Two vocabularies of one size are two all the same if each was cut by its own counts.
    if (folder / "tokenizer.json").exists():
        own = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
        if other := sum(own.get(piece) != number for piece, number in id_of.items()):
            raise ValueError(
                f"objective.teacher: {other:,} of the model's {rows:,} pieces are others in {folder}; "
                "start the model from the teacher's weights with vocabulary: 0"
            )
    return teacher


def divergence(logits: torch.Tensor, taught: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean KL divergence (nats) from ``taught`` to ``logits``, both [batch, target, pieces], where
    ``labels`` [batch, target] are not IGNORED."""
    counted = labels != IGNORE_INDEX
    log = functional.log_softmax(logits[counted].float(), dim=-1)
    goal = functional.log_softmax(taught[counted].float(), dim=-1)
    return functional.kl_div(log, goal, log_target=True, reduction="batchmean")
