"""The model: a pretrained T5 cut down to the pieces and decoder layers that the job needs."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from transformers import T5Config, T5ForConditionalGeneration

from despin.errors import InputError
from despin.infer.candidates.subwords import NUM_SENTINELS, Subwords, follows_space, slot_sentinel
from despin.infer.text.tokens import tokenize
from despin.train.fit.folders import require_undamaged
from despin.train.fit.quiet import silence_libraries
from despin.train.recipe import ModelConfig

SPECIAL = ("<pad>", "</s>", "<unk>")


def shrink_tokenizer(
    described: dict[str, Any], counts: Counter[str], size: int
) -> tuple[dict[str, Any], list[int]]:
    """A ``tokenizer.json`` cut to ``size`` pieces, and the old id of each new one.

    Kept are the special pieces, the sentinels, every single character and then the commonest
    pieces by ``counts``. Since all characters stay, a dropped piece is split into smaller ones and
    nothing that the base could read turns into ``<unk>``. Raises ValueError if ``size`` is too small.
    """
    vocabulary: list[list[Any]] = described["model"]["vocab"]
    sentinels = {slot_sentinel(n) for n in range(NUM_SENTINELS)}
    old_id = {piece: number for number, (piece, _) in enumerate(vocabulary)}
    old_id |= {token["content"]: token["id"] for token in described["added_tokens"]}
    alone = {p for p, _ in vocabulary if len(p) == 1} | {"▁"}
    must = [
        p
        for p, _ in vocabulary
        if p in SPECIAL or (p not in sentinels and (len(p.lstrip("▁")) <= 1 or not alone.issuperset(p)))
    ]
    room = size - len(must) - NUM_SENTINELS
    if room < 0:
        raise ValueError(f"vocabulary: at least {len(must) + NUM_SENTINELS} pieces are needed, got {size}")
    taken = set(must)
    common = [p for p, _ in counts.most_common() if p in old_id and p not in taken and p not in sentinels]
    taken.update(common[:room])
    kept = [row for row in vocabulary if row[0] in taken]
    marks = sorted(sentinels, key=lambda mark: old_id[mark])
    lowest = min(score for _, score in vocabulary)
    made = copy.deepcopy(described)
    made["truncation"] = made["padding"] = None  # a base may carry a length limit of its own
    made["model"]["vocab"] = kept + [[mark, lowest] for mark in marks]
    new_id = {piece: number for number, (piece, _) in enumerate(made["model"]["vocab"])}
    made["model"]["unk_id"] = new_id["<unk>"]
    for token in made["added_tokens"]:
        token["id"] = new_id[token["content"]]
    for special in ((made.get("post_processor") or {}).get("special_tokens") or {}).values():
        special["ids"] = [new_id[t] for t in special["tokens"]]
    return made, [old_id[piece] for piece in new_id]


def count_pieces(pieces: Subwords, texts: Iterable[str], phrases: Iterable[str]) -> Counter[str]:
    """How often each piece occurs in texts; pieces of dictionary phrases count 20 times each."""
    seen: Counter[tuple[str, bool]] = Counter()
    for text in texts:
        seen.update((word.text, follows_space(text, word)) for word in tokenize(text))
    counts: Counter[str] = Counter()
    for (word, after_space), times in seen.items():
        for piece in pieces.encode(word, after_space):
            counts[piece] += times
    for phrase in phrases:
        for piece in pieces.encode_phrase(phrase):
            counts[piece] += 20
    return counts


def shrink_model(
    model: T5ForConditionalGeneration, ids: Sequence[int], layers: Sequence[int]
) -> T5ForConditionalGeneration:
    """A copy of ``model`` with the embedding rows ``ids`` and the decoder ``layers`` only."""
    config = copy.deepcopy(model.config)
    depth = int(config.num_decoder_layers or config.num_layers)
    state = model.state_dict()
    keep = list(layers) or list(range(depth))
    if keep != sorted(set(keep)):
        raise ValueError(f"decoder_layers: rising numbers are needed, each once, got {keep}")
    if bad := [n for n in keep if not 0 <= n < depth]:
        raise ValueError(f"decoder_layers: the base has {depth}, there is no layer {bad[0]}")
    config.vocab_size, config.num_decoder_layers = len(ids), len(keep)
    index = torch.tensor(ids)
    chosen: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        if name.startswith("decoder.block."):
            number, rest = name[len("decoder.block.") :].split(".", 1)
            # The relative position bias lives in the first layer only.
            if int(number) in keep:
                chosen[f"decoder.block.{keep.index(int(number))}.{rest}"] = tensor
            elif int(number) == 0 and "relative_attention_bias" in rest:
                chosen[name] = tensor
        elif name in ("shared.weight", "lm_head.weight") or name.endswith("embed_tokens.weight"):
            chosen[name] = tensor[index]
        else:
            chosen[name] = tensor
    small = new_model(config)
    small.load_state_dict(chosen)
    return small


def new_model(config: T5Config) -> T5ForConditionalGeneration:
    """An untrained T5 with an untied head and one embedding for both stacks."""
    # The constructor forces tying on; untying must be set afterwards.
    config.tie_word_embeddings = False
    config.scale_decoder_outputs = False
    model = T5ForConditionalGeneration(config)
    model.config.tie_word_embeddings = False
    return _tidied(model)


class Norm(torch.nn.RMSNorm):
    """A norm whose output has the precision of the products that follow: cast once instead of by each."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``x`` [..., d_model] normalised."""
        out = super().forward(x)
        if torch.is_autocast_enabled(x.device.type):
            out = out.to(torch.get_autocast_dtype(x.device.type))
        return out


def _tidied(model: T5ForConditionalGeneration) -> T5ForConditionalGeneration:
    """One embedding for both stacks, and the tanh GELU and the norm as one kernel each instead of five."""
    for stack in (model.encoder, model.decoder):
        stack.embed_tokens.weight = model.shared.weight
    for module in list(model.modules()):
        if type(getattr(module, "act", None)).__name__ == "NewGELUActivation":
            module.act = torch.nn.GELU(approximate="tanh")
        norm: Any
        for name, norm in module.named_children():
            if type(norm).__name__ == "T5LayerNorm":  # a root mean square norm (Zhang and Sennrich 2019)
                fused = Norm(norm.weight.shape, eps=norm.variance_epsilon)
                fused.weight = norm.weight
                setattr(module, name, fused)
    return model


LOCAL_FOLDERS = ("runs", "models")
"""Folders of a clone: a base whose name starts with one of these is no hub name."""


def require_base(base: str) -> None:
    """Raise InputError if ``base`` is meant as a local folder and holds no weights, or damaged ones."""
    folder = Path(base)
    if base == "random":
        return
    if (folder / "config.json").exists():
        require_undamaged(folder)
        return
    if folder.exists():
        raise InputError(f"model.base: {base} holds no weights (config.json is missing)")
    hub_name = re.fullmatch(r"\w[\w.-]*(?:/\w[\w.-]*)?", base)
    if not hub_name or (len(folder.parts) > 1 and _is_local(folder.parts[0])):
        raise InputError(
            f"model.base: no folder {base}; train or copy these weights first, or name a model of the hub"
        )


def _is_local(folder: str) -> bool:
    return folder in LOCAL_FOLDERS or Path(folder).is_dir()


def load_model(folder: str | Path) -> T5ForConditionalGeneration:
    """Weights in float32 from a hub name or a folder, whatever precision they were saved in.

    float16 overflows in T5, and autocast wants float32 masters. Raises InputError if they cannot be loaded.
    """
    silence_libraries()
    try:
        model = T5ForConditionalGeneration.from_pretrained(str(folder), dtype=torch.float32)
    except Exception as error:  # transformers, its hub client and safetensors have errors of many kinds
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{folder}: these weights cannot be loaded: {reason}") from None
    model.config.tie_word_embeddings = False
    model.config.scale_decoder_outputs = False
    return _tidied(model)


def save_weights(model: torch.nn.Module, folder: Path) -> None:
    """Write a model in Hugging Face format. Raises InputError if that fails, as on a full disk."""
    try:
        model.save_pretrained(folder)  # type: ignore[operator]
    except SafetensorError as error:
        raise InputError(f"{folder}: the weights cannot be written: {error}") from None


def base_tokenizer(base: str) -> dict[str, Any]:
    """The ``tokenizer.json`` of a folder or a hub name."""
    local = Path(base) / "tokenizer.json"
    if local.exists():
        return dict(json.loads(local.read_text(encoding="utf-8")))
    return dict(json.loads(Tokenizer.from_pretrained(base).to_str()))


def build_model(
    config: ModelConfig, texts: Iterable[str], phrases: Iterable[str]
) -> tuple[T5ForConditionalGeneration, dict[str, Any]]:
    """The model to fine-tune and its ``tokenizer.json``, cut as ``config`` says.

    ``texts`` and ``phrases`` decide which pieces stay.
    """
    if config.base == "random":
        from despin.train.fit.random_tokenizer import tiny_tokenizer

        described = tiny_tokenizer(texts, phrases, config.vocabulary)
        size = len(described["model"]["vocab"])
        shape = T5Config(
            vocab_size=size,
            d_model=64,
            d_kv=16,
            d_ff=128,
            num_layers=2,
            num_decoder_layers=2,
            num_heads=4,
            feed_forward_proj="gated-gelu",
        )
        shape.decoder_start_token_id = 0
        model = new_model(shape)
    else:
        described = base_tokenizer(config.base)
        model = load_model(config.base)
        if config.vocabulary and config.vocabulary < len(described["model"]["vocab"]):
            pieces = Subwords(Tokenizer.from_str(json.dumps(described)))
            counts = count_pieces(pieces, texts, phrases)
            described, ids = shrink_tokenizer(described, counts, config.vocabulary)
        else:
            ids = list(range(model.config.vocab_size))
        model = shrink_model(model, ids, config.decoder_layers)
    id_of = {piece: number for number, (piece, _) in enumerate(described["model"]["vocab"])}
    with torch.no_grad():
        for piece, other in config.like.items():
            for matrix in (model.shared.weight, model.lm_head.weight):
                matrix[id_of[piece]] = matrix[id_of[other]]
    model.config.dropout_rate = config.dropout
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = config.dropout
    return model, described
