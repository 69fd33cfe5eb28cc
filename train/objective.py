"""What training minimises: cross-entropy, perhaps weighted by piece, perhaps with a teacher beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from despin.train.batches import IGNORED
from despin.train.model import load_model
from despin.train.recipe import ObjectiveConfig


class Objective:
    """The loss of a batch, as a configuration says.

    The teacher's part is word-level distillation (Hinton, Vinyals and Dean 2015; Kim and Rush 2016):
    the Kullback-Leibler divergence of the model's distribution over pieces from the teacher's, at
    each place of the target, both in view of the true pieces before it.
    """

    def __init__(
        self, config: ObjectiveConfig, marks: torch.Tensor, vocabulary: int, device: torch.device
    ) -> None:
        """``marks``: ids of the pieces that are no part of a wording (sentinels and end).

        Raises ValueError if the teacher cannot be read or has another vocabulary size.
        """
        self._config = config
        self._marks = marks.to(device)
        self._teacher: Any = None
        if config.teacher is not None:
            if not (Path(config.teacher) / "config.json").exists():
                raise ValueError(f"objective.teacher: no weights in {config.teacher}")
            teacher: Any = load_model(config.teacher)
            self._teacher = teacher.to(device).eval()
            if self._teacher.config.vocab_size != vocabulary:
                raise ValueError(
                    f"objective.teacher: {config.teacher} has {self._teacher.config.vocab_size:,} pieces, "
                    f"the model {vocabulary:,}"
                )

    def __call__(self, model: Any, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The mean loss of a collated batch (nats a target piece), with gradient to ``model``."""
        found = model(**batch)
        loss: torch.Tensor = found.loss
        labels = batch["labels"]
        if self._config.changed_weight != 1.0:
            loss = self._weighted(found.logits, labels)
        if self._teacher is not None:
            share = self._config.teacher_share
            with torch.no_grad():
                taught = self._teacher(**batch).logits
            loss = (1 - share) * loss + share * divergence(found.logits, taught, labels)
        return loss

    def _weighted(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        flat = labels.flatten()
        each = functional.cross_entropy(
            logits.float().flatten(0, 1), flat, ignore_index=IGNORED, reduction="none"
        )
        weights = torch.where(torch.isin(flat, self._marks), 1.0, self._config.changed_weight)
        weights = weights * (flat != IGNORED)
        return (each * weights).sum() / weights.sum()


def divergence(logits: torch.Tensor, taught: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean KL divergence (nats) from ``taught`` to ``logits``, both [batch, target, pieces], where
    ``labels`` [batch, target] are not IGNORED."""
    counted = labels != IGNORED
    log = functional.log_softmax(logits[counted].float(), dim=-1)
    goal = functional.log_softmax(taught[counted].float(), dim=-1)
    return functional.kl_div(log, goal, log_target=True, reduction="batchmean")
