"""GGUF files (llama.cpp's format) as CTranslate2 models in int8, without torch."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from ctranslate2.specs import common_spec, transformer_spec
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from despin.errors import InputError

if TYPE_CHECKING:
    from gguf import GGUFReader

Floats = npt.NDArray[np.float32]
ARCHITECTURES = ("llama",)
START_TOKENS = ("<|endoftext|>", "<|begin_of_text|>", "<s>")
"""Tokens that start a document, by preference. SmolLM2's own BOS token starts a chat message, after which
plain text is unlikely: a sentence has -75.9 nats after it and -57.3 after ``<|endoftext|>``."""
BPE_PATTERNS = ("smollm", "gpt-2", "default")
"""GGUF's names of pre-tokenizers that are supported."""


class GgufModel:
    """The tensors and fields of a GGUF file."""

    def __init__(self, file: Path) -> None:
        """Raises InputError if the file cannot be read or the package gguf is missing."""
        try:
            from gguf import GGUFReader
        except ModuleNotFoundError:
            raise InputError("reading GGUF files needs the package gguf: pip install gguf") from None
        try:
            self._reader: GGUFReader = GGUFReader(file)
        except OSError as error:
            raise InputError(f"cannot read {file}: {error.strerror or error}") from None
        except (ValueError, KeyError, IndexError, TypeError, OverflowError):
            raise InputError(f"{file} is damaged, or no GGUF file") from None
        self.file = file
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        self.architecture = str(self.field("general.architecture", ""))

    def field(self, name: str, default: Any = None) -> Any:
        """The value of a metadata field. Raises InputError if it is missing and there is no default."""
        value = self._reader.fields.get(name)
        if value is None:
            if default is None:
                raise InputError(f"{self.file}: the GGUF field {name} is missing")
            return default
        return value.contents()

    def has(self, name: str) -> bool:
        """Whether there is a tensor of this name."""
        return name in self._tensors

    def tensor(self, name: str) -> Floats:
        """A tensor, dequantized to float32. Raises InputError if it is missing."""
        from gguf import dequantize

        if name not in self._tensors:
            raise InputError(f"{self.file}: the tensor {name} is missing")
        tensor = self._tensors[name]
        shape = tuple(int(size) for size in tensor.shape[::-1])
        values = dequantize(tensor.data, tensor.tensor_type).reshape(shape)
        return np.array(values, dtype=np.float32)  # a copy: the file is mapped read-only

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(int(np.prod(tensor.shape)) for tensor in self._tensors.values())


def convert(file: Path, folder: Path, quantization: str) -> dict[str, Any]:
    """Convert a GGUF file into ``folder``, which exists; returns what the card says of it.

    Files of other architectures than ARCHITECTURES are left to transformers. Raises InputError for a file
    that cannot be read or converted.
    """
    model = GgufModel(file)
    if model.architecture not in ARCHITECTURES:
        from despin.infer.language_model import transformers_conversion

        return {
            **transformers_conversion.convert(str(file), folder, quantization),
            "source": file.name,
            "sha256": _sha256(file),
            "licence": str(model.field("general.license", "see its model card")),
        }
    _convert_llama(model, folder, quantization)
    tokens = _write_tokenizer(model, folder / "tokenizer.json")
    return {
        "source": file.name,
        "sha256": _sha256(file),
        "licence": str(model.field("general.license", "unknown")),
        "architecture": model.architecture,
        "parameters": model.parameters,
        "start": next((t for t in START_TOKENS if t in tokens), tokens[0]),
    }


def _convert_llama(model: GgufModel, folder: Path, quantization: str) -> None:
    heads = int(model.field("llama.attention.head_count"))
    key_heads = int(model.field("llama.attention.head_count_kv", heads))
    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        int(model.field("llama.block_count")),
        heads,
        activation=common_spec.Activation.SWISH,
        pre_norm=True,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=0,
        rotary_interleave=False,
        rotary_base=float(model.field("llama.rope.freq_base", 10_000.0)),
        num_heads_kv=None if key_heads == heads else key_heads,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    decoder.embeddings.weight = model.tensor("token_embd.weight")
    is_tied = not model.has("output.weight")
    decoder.projection.weight = model.tensor("token_embd.weight" if is_tied else "output.weight")
    decoder.layer_norm.gamma = model.tensor("output_norm.weight")
    for i, layer in enumerate(decoder.layer):
        block = f"blk.{i}."
        layer.self_attention.layer_norm.gamma = model.tensor(block + "attn_norm.weight")
        layer.ffn.layer_norm.gamma = model.tensor(block + "ffn_norm.weight")
        query = unpermute(model.tensor(block + "attn_q.weight"), heads)
        key = unpermute(model.tensor(block + "attn_k.weight"), key_heads)
        layer.self_attention.linear[0].weight = np.concatenate(
            [query, key, model.tensor(block + "attn_v.weight")]
        )
        layer.self_attention.linear[1].weight = model.tensor(block + "attn_output.weight")
        layer.ffn.linear_0.weight = model.tensor(block + "ffn_gate.weight")
        layer.ffn.linear_0_noact.weight = model.tensor(block + "ffn_up.weight")
        layer.ffn.linear_1.weight = model.tensor(block + "ffn_down.weight")
    tokens = list(model.field("tokenizer.ggml.tokens"))
    spec.register_vocabulary(tokens)
    spec.config.bos_token = tokens[int(model.field("tokenizer.ggml.bos_token_id", 0))]
    spec.config.eos_token = tokens[int(model.field("tokenizer.ggml.eos_token_id", 0))]
    spec.config.unk_token = tokens[int(model.field("tokenizer.ggml.unknown_token_id", 0))]
    spec.config.layer_norm_epsilon = float(model.field("llama.attention.layer_norm_rms_epsilon", 1e-5))
    spec.validate()
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    spec.save(str(folder))


def unpermute(weight: Floats, heads: int) -> Floats:
    """Undo llama.cpp's permutation of query and key rows, which interleaves the halves of each head."""
    size = weight.shape[0] // heads
    pairs = weight.reshape(heads, size // 2, 2, weight.shape[1])
    return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(weight.shape))


def _write_tokenizer(model: GgufModel, file: Path) -> list[str]:
    """Write ``tokenizer.json`` for a byte-level BPE; returns the tokens. InputError for other kinds."""
    kind, pattern = model.field("tokenizer.ggml.model"), model.field("tokenizer.ggml.pre", "default")
    if kind != "gpt2" or pattern not in BPE_PATTERNS:
        raise InputError(f"{model.file}: the tokenizer {kind}/{pattern} is not supported")
    tokens = list(model.field("tokenizer.ggml.tokens"))
    merges = [tuple(merge.split(" ")) for merge in model.field("tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges))
    steps: list[Any] = [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    if pattern == "smollm":
        steps.insert(0, pre_tokenizers.Digits(individual_digits=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(file))
    return tokens


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
