"""The weights of the first look: a logistic regression over words and pairs of words, spun against clean.

Windows of random lengths are cut from clean documents and from spun ones. The sum of the weights of a
window's words and pairs, and an offset, are its log-odds of being spun. The offset is dropped afterwards: it
says how many windows were spun, and limits are chosen on held-out text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from despin.infer.decision.word_evidence import (
    DISTANCES,
    STEPS_PER_NAT,
    WordEvidence,
    pair_cells,
)
from despin.train.ship.first_look_recipe import LookRecipe
from despin.train.ship.first_look_words import WordStream

MIN_WINDOW = 8
"""Shorter windows, at the ends of documents, are left out."""
FINAL_RATE = 0.02
"""Share of the learning rate at the end."""


@dataclass(frozen=True)
class Windows:
    """Windows of a stream: where each starts and how many words it has, int64 [W]; whether it is spun,
    [W]."""

    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    is_spun: npt.NDArray[np.bool_]


def cut_windows(stream: WordStream, recipe: LookRecipe, rng: np.random.Generator) -> Windows:
    """All documents cut anew into windows, in random order. Windows with too few replaced wordings are left
    out."""
    shortest, longest = np.log(recipe.words[0]), np.log(recipe.words[1] + 1)
    borders = [np.zeros(0, dtype=np.int64)]
    for start, stop in zip(stream.documents[:-1], stream.documents[1:]):
        sizes = np.exp(rng.uniform(shortest, longest, (stop - start) // recipe.words[0] + 1)).astype(np.int64)
        ends = start + np.cumsum(sizes)
        borders.append(np.concatenate([[start], ends[ends < stop]])[: stop - start])  # none of an empty one
    starts = np.concatenate(borders)
    lengths = np.diff(starts, append=stream.documents[-1])
    replaced = stream.replaced_before[starts + lengths] - stream.replaced_before[starts]
    is_spun = stream.is_spun[np.searchsorted(stream.documents, starts, side="right") - 1]
    enough = replaced >= np.maximum(1, recipe.spun_share * lengths)
    chosen = np.flatnonzero((lengths >= MIN_WINDOW) & (~is_spun | enough))
    chosen = rng.permutation(chosen)
    return Windows(starts[chosen], lengths[chosen], is_spun[chosen])


def features(stream: WordStream, words: int, recipe: LookRecipe) -> tuple[Any, npt.NDArray[np.int64]]:
    """The features of each word of the stream, int32 [N, 1 + pairs], and how often each occurs, [features].

    Feature 0 is none; then come ``words`` words, then the cells. Cells that occur less than ``min_count``
    times are none too.
    """
    size = words + 1 + (1 << recipe.bits)
    out = np.zeros((len(stream.ids), 1 + len(DISTANCES)), dtype=np.int32)
    out[:, 0] = stream.ids
    document = np.repeat(np.arange(len(stream.documents) - 1, dtype=np.int32), np.diff(stream.documents))
    counts = np.bincount(stream.ids, minlength=size)
    for column, distance in enumerate(DISTANCES, 1):
        cells, is_known = pair_cells(stream.ids, distance, recipe.bits)
        is_known &= document[:-distance] == document[distance:]
        out[distance:, column] = np.where(is_known, cells + words + 1, 0)
        counts += np.bincount(out[:, column], minlength=size)
    rare = counts < recipe.min_count
    rare[: words + 1] = False
    kept = np.arange(size, dtype=np.int32)
    kept[rare] = 0
    np.take(kept, out, out=out, mode="clip")  # without a copy: this is the largest array
    return out, counts


def fit_weights(
    stream: WordStream, words: int, recipe: LookRecipe, say: Callable[[str], None]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Weights (nats) and counts of all features, [features]."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    rng = np.random.default_rng(recipe.seed)
    generator = torch.Generator().manual_seed(recipe.seed)
    inputs, counts = features(stream, words, recipe)
    columns = inputs.shape[1]
    source = torch.from_numpy(inputs)
    bag = torch.nn.EmbeddingBag(len(counts), 1, mode="sum", padding_idx=0)
    torch.nn.init.zeros_(bag.weight)
    offset = torch.nn.Parameter(torch.zeros(1))
    groups = [{"params": bag.parameters(), "weight_decay": recipe.weight_decay}]
    groups += [{"params": [offset], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.99), fused=True)
    step = 0
    for epoch in range(recipe.epochs):
        windows = cut_windows(stream, recipe, rng)
        steps = max(1, len(windows.starts) // recipe.batch)
        losses = []
        for batch in np.array_split(np.arange(len(windows.starts)), steps):
            lengths = windows.lengths[batch]
            first = np.cumsum(lengths) - lengths
            at = np.arange(lengths.sum()) + np.repeat(windows.starts[batch] - first, lengths)
            seen = source[torch.from_numpy(at)].reshape(-1)
            if recipe.dropout:
                seen = seen * (torch.rand(seen.shape, generator=generator) >= recipe.dropout)
            sums = bag(seen, torch.from_numpy(first * columns).int()).squeeze(1) / (1 - recipe.dropout)
            target = torch.from_numpy(windows.is_spun[batch].astype(np.float32))
            loss = binary_cross_entropy_with_logits(sums + offset, target)
            for group in optimizer.param_groups:
                done = step / (steps * recipe.epochs)
                group["lr"] = recipe.learning_rate * max(FINAL_RATE, 1 - done)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            step += 1
            losses.append(float(loss.detach()))
        say(f"epoch {epoch + 1}: {len(windows.starts):,} windows, loss {np.mean(losses[-steps // 4 :]):.4f}")
    return bag.weight.detach().numpy()[:, 0].copy(), counts


def quantize(
    weights: npt.NDArray[np.float32], counts: npt.NDArray[np.int64], vocabulary: list[str], cells: int
) -> WordEvidence:
    """Weights in whole steps; of the cells of pairs only the ``cells`` most important ones.

    Importance is the weight times the root of its count: what its loss adds to the variance of a text's sum.
    """
    steps = np.clip(np.round(weights * STEPS_PER_NAT), -127, 127).astype(np.int8)
    words, pairs = steps[: len(vocabulary) + 1], steps[len(vocabulary) + 1 :].copy()
    words[0] = 0
    importance = np.abs(weights[len(words) :]) * np.sqrt(counts[len(words) :])
    if cells < len(pairs):
        pairs[np.argsort(importance, kind="stable")[: len(pairs) - cells]] = 0
    return WordEvidence(vocabulary, words, pairs)
