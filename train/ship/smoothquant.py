"""Even out what int8 must hold: SmoothQuant (Xiao et al. 2023) for T5.

CTranslate2 gives the activations of a token one scale; a few channels that are large in all tokens
then leave little of the eight bits to the others. Here part of each channel's size is moved from the
activations into the weights that read them, by way of the norm or the matrix before: the function
computed stays the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import T5ForConditionalGeneration

from despin.infer.candidates.inverse import InverseLexicon
from despin.train.data.batches import Encoder, batch_by_length, collate
from despin.train.data.examples import ExampleMaker
from despin.train.fit.t5 import base_tokenizer
from despin.train.recipe import PairsConfig
from despin.train.spin.spinner import SpinnerMix

SHARE = 0.5
"""How much of a channel's size is moved (alpha in the paper). On 100 segments log-probabilities of int8
and float32 were apart by 0.023 on average without, by 0.013 with 0.5, by 0.019 with 0.7."""
PHRASES, A_LINE = 2500, 25
MIN_SCALE = 1e-5


@torch.no_grad()
def smooth_activations(model: T5ForConditionalGeneration, folder: Path, share: float = SHARE) -> None:
    """Move ``share`` of the activations' unevenness into the weights of ``model``, in place.

    ``folder`` holds tokenizer.json and inverse.tsv, whose phrases serve as text to see activations on.
    """
    largest = _largest(model, _batches(folder))
    parts = dict(model.named_modules())

    def factors(readers: Sequence[str]) -> torch.Tensor:
        seen = torch.stack([largest[name] for name in readers]).amax(0).clamp_min(MIN_SCALE)
        weight = torch.stack([parts[name].weight.abs().amax(0) for name in readers]).amax(0)
        return (seen**share / weight.clamp_min(MIN_SCALE) ** (1 - share)).clamp(1e-3, 1e3)

    def move(before: Any, readers: Sequence[str]) -> None:
        """Divide what ``before`` puts out, channel by channel, and multiply the readers' columns."""
        by = factors(readers)
        before.weight.div_(by[:, None] if before.weight.ndim == 2 else by)
        for name in readers:
            parts[name].weight.mul_(by)

    for stack in ("encoder", "decoder"):
        for number, block in enumerate(getattr(model, stack).block):
            for place, layer in enumerate(block.layer):
                at = f"{stack}.block.{number}.layer.{place}"
                if hasattr(layer, "SelfAttention"):
                    move(layer.layer_norm, [f"{at}.SelfAttention.{k}" for k in "qkv"])
                    move(layer.SelfAttention.v, [f"{at}.SelfAttention.o"])
                elif hasattr(layer, "EncDecAttention"):
                    move(layer.layer_norm, [f"{at}.EncDecAttention.q"])
                    move(layer.EncDecAttention.v, [f"{at}.EncDecAttention.o"])
                else:
                    move(layer.layer_norm, [f"{at}.DenseReluDense.wi_{k}" for k in "01"])
                    move(layer.DenseReluDense.wi_1, [f"{at}.DenseReluDense.wo"])
    depth = len(model.decoder.block)
    crossing = [f"decoder.block.{n}.layer.1.EncDecAttention.{k}" for n in range(depth) for k in "kv"]
    move(model.encoder.final_layer_norm, crossing)
    move(model.decoder.final_layer_norm, ["lm_head"])


def _largest(
    model: T5ForConditionalGeneration, batches: Iterable[dict[str, torch.Tensor]]
) -> dict[str, torch.Tensor]:
    """Of each linear layer the largest absolute value of each input channel, [channels]."""
    seen: dict[str, torch.Tensor] = {}

    def watch(name: str) -> Any:
        def hook(_: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            most = given[0].detach().abs().flatten(0, -2).amax(0)
            seen[name] = torch.maximum(seen[name], most) if name in seen else most

        return hook

    hooks = [
        part.register_forward_pre_hook(watch(name))
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear)
    ]
    for batch in batches:
        model(**batch)
    for hook in hooks:
        hook.remove()
    return seen


def _batches(folder: Path) -> Iterable[dict[str, torch.Tensor]]:
    lexicon = InverseLexicon.load(folder / "inverse.tsv")
    encoder = Encoder(base_tokenizer(str(folder)), "hinted")
    rng = random.Random(0)
    phrases = rng.sample(sorted(lexicon.forms), min(PHRASES, len(lexicon)))
    text = "\n".join(" ".join(phrases[n : n + A_LINE]) + "." for n in range(0, len(phrases), A_LINE))
    plain = PairsConfig(hidden_hints=0.0, open_slots=0.0)
    maker = ExampleMaker(None, SpinnerMix([]), lexicon, plain)  # type: ignore[arg-type]
    rows = [encoder(example) for example in maker.examples(text, (), rng, plain.words[1])]
    return [collate(part) for part in batch_by_length(rows, 8192)]
