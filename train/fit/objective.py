"""The training loss: cross-entropy, optionally weighted by piece and combined with distillation."""

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
from despin.train.fit.folders import require_undamaged
from despin.train.fit.t5 import load_model
from despin.train.recipe import ObjectiveConfig

MARKERS = frozenset([EOS, *(slot_sentinel(n) for n in range(NUM_SENTINELS))])
"""Pieces that separate the answers."""


class Objective:
    """The loss of a batch.

    The distillation loss is word-level distillation (Hinton, Vinyals and Dean 2015; Kim and Rush 2016):
    the Kullback-Leibler divergence of the model's distribution over pieces from the teacher's, at
    each position of the target, both given the true pieces before it.
    """

    def __init__(
        self,
        config: ObjectiveConfig,
        id_of: Mapping[str, int],
        rows: int,
        device: torch.device,
        autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        """``id_of``: the ids of the model's pieces; ``rows``: the size of its output layer, which may be
        larger. ``autocast`` makes the context in which the teacher runs (the model's own precision,
        otherwise the teacher costs more than the model).

        Raises ValueError if the teacher cannot be read or has another vocabulary.
        """
        self._config = config
        self._markers = torch.tensor([n for piece, n in id_of.items() if piece in MARKERS], device=device)
        self._autocast = autocast
        self._teacher: Any = None
        if config.teacher is not None:
            self._teacher = _teacher(Path(config.teacher), id_of, rows).to(device).eval()

    def __call__(self, model: Any, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The mean loss of a collated batch (nats per target piece), with gradient to ``model``."""
        output = model(**batch)
        loss: torch.Tensor = output.loss
        labels = batch["labels"]
        if self._config.changed_weight != 1.0:
            loss = self._weighted(output.logits, labels)
        if self._teacher is not None:
            share = self._config.teacher_share
            with torch.no_grad(), self._autocast():
                teacher_logits = self._teacher(**batch).logits
            loss = (1 - share) * loss + share * divergence(output.logits, teacher_logits, labels)
        return loss

    def _weighted(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        flat = labels.flatten()
        losses = functional.cross_entropy(
            logits.float().flatten(0, 1), flat, ignore_index=IGNORE_INDEX, reduction="none"
        )
        weights = torch.where(torch.isin(flat, self._markers), 1.0, self._config.changed_weight)
        weights = weights * (flat != IGNORE_INDEX)
        return (losses * weights).sum() / weights.sum()


def require_teacher(folder: str) -> None:
    """Raise InputError if ``folder`` holds no weights, or damaged ones."""
    if not (Path(folder) / "config.json").exists():
        raise InputError(f"objective.teacher: no weights in {folder}")
    require_undamaged(Path(folder))


def _teacher(folder: Path, id_of: Mapping[str, int], rows: int) -> Any:
    require_teacher(str(folder))
    teacher: Any = load_model(folder)
    size = int(teacher.config.vocab_size)
    if size != rows:
        raise ValueError(f"objective.teacher: {folder} has {size:,} pieces, the model has {rows:,}")
    # Vocabularies of one size still differ if each was cut by its own counts.
    if (folder / "tokenizer.json").exists():
        teacher_ids = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
        if different := sum(teacher_ids.get(piece) != id_ for piece, id_ in id_of.items()):
            raise ValueError(
                f"objective.teacher: {different:,} of the model's {rows:,} pieces have other ids in "
                f"{folder}; start the model from the teacher's weights with vocabulary: 0"
            )
    return teacher


def divergence(logits: torch.Tensor, teacher_logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean KL divergence (nats) from ``teacher_logits`` to ``logits``, both [batch, target, pieces],
    where ``labels`` [batch, target] are not IGNORE_INDEX."""
    is_target = labels != IGNORE_INDEX
    log_probs = functional.log_softmax(logits[is_target].float(), dim=-1)
    teacher_log_probs = functional.log_softmax(teacher_logits[is_target].float(), dim=-1)
    return functional.kl_div(log_probs, teacher_log_probs, log_target=True, reduction="batchmean")
