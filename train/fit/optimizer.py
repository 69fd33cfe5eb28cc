"""The optimizer of a run and its learning-rate schedule."""

from __future__ import annotations

from typing import Any

import torch

from despin.train.recipe import OptimConfig

POSITION_BIAS = "relative_attention_bias"
MIN_WARMUP_FACTOR = 0.01


def build_optimizer(model: torch.nn.Module, config: OptimConfig) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019) over the parameters of ``model`` that are trained."""
    return torch.optim.AdamW(
        _parameter_groups(model, config.weight_decay),
        lr=config.learning_rate,
        betas=(0.9, config.beta2),
        fused=True,
    )


def learning_rate(config: OptimConfig, share: float) -> float:
    """The learning rate after ``share`` of the budget: linear warm-up, then linear decay."""
    if share < config.warmup:
        return config.learning_rate * max(share / config.warmup, MIN_WARMUP_FACTOR)
    decayed = min((share - config.warmup) / (1 - config.warmup), 1.0) if config.warmup < 1 else 1.0
    return config.learning_rate * (1 - (1 - config.final) * decayed)


def train_positions(model: torch.nn.Module, trained: bool) -> None:
    """Choose whether the relative position biases are trained."""
    for name, parameter in model.named_parameters():
        if POSITION_BIAS in name:
            parameter.requires_grad_(trained)


def _parameter_groups(model: torch.nn.Module, decay: float) -> list[dict[str, Any]]:
    """Weight decay applies to matrices, not to norms and relative position biases."""
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    without = [p for name, p in named if p.ndim < 2 or POSITION_BIAS in name]
    with_decay = [p for name, p in named if not (p.ndim < 2 or POSITION_BIAS in name)]
    return [{"params": with_decay, "weight_decay": decay}, {"params": without, "weight_decay": 0.0}]
