"""Smoothing evens out the activations and leaves the function as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from despin.train.fit.t5 import load_model  # noqa: E402
from despin.train.ship import smoothquant  # noqa: E402
from despin.train.ship.smoothquant import _batches, _largest, smooth_activations  # noqa: E402


def uneven(folder: Path) -> Any:
    """A tiny model one of whose channels is large everywhere."""
    model: Any = load_model(folder)
    model.train(False)
    with torch.no_grad():
        for stack in (model.encoder, model.decoder):
            for block in stack.block:
                for layer in block.layer:
                    layer.layer_norm.weight[3] *= 50
    return model


def test_the_function_stays_and_the_channels_even_out(
    tiny_trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoothquant, "PHRASES", 500)
    before, after = uneven(tiny_trained), uneven(tiny_trained)
    batches = list(_batches(tiny_trained))
    smooth_activations(after, tiny_trained)
    with torch.no_grad():
        wanted, found = before(**batches[0]).logits, after(**batches[0]).logits
    assert torch.allclose(wanted, found, atol=1e-3, rtol=1e-3)

    def spread(model: Any) -> float:
        seen = _largest(model, batches)
        return float(torch.stack([v.max() / v.median().clamp_min(1e-9) for v in seen.values()]).median())

    assert spread(after) < 0.6 * spread(before)
    moved = dict(after.named_parameters())
    same = [n for n, p in before.named_parameters() if n.endswith("weight") and torch.equal(p, moved[n])]
    assert set(same) <= {"shared.weight", *(n for n in same if "relative" in n)}, same
