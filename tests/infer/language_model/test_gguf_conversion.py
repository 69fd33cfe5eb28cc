"""GGUF files become CTranslate2 models that give the same log-probabilities as transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

gguf = pytest.importorskip("gguf")

from despin.errors import CheckpointError, InputError  # noqa: E402
from despin.infer.language_model import open_language_model  # noqa: E402
from despin.infer.language_model.install import install  # noqa: E402
from despin.infer.language_model.scorer import LanguageModel  # noqa: E402
from despin.infer.language_model.store import (  # noqa: E402
    CARD_FILE,
    LanguageModelMissing,
    check_name,
    find,
    installed,
    models_folder,
    remove,
)

TEXTS = ["The lower house voted.", "A vote", "It was said that 12 members of the house voted on Tuesday."] * 9
SIZE, HEADS, KEY_HEADS, HIDDEN = 64, 4, 2, 96


def write_gguf(file: Path, architecture: str = "llama") -> Path:
    """A random llama of two layers with a byte-level vocabulary."""
    from tokenizers import pre_tokenizers

    rng = np.random.default_rng(0)
    tokens = ["<|endoftext|>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "Th", "The"]
    writer: Any = gguf.GGUFWriter(str(file), architecture)
    writer.add_block_count(2)
    writer.add_context_length(256)
    writer.add_embedding_length(SIZE)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(SIZE // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3] + [1] * (len(tokens) - 1))
    writer.add_token_merges(["T h", "Th e"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_unk_token_id(0)
    narrow = SIZE * KEY_HEADS // HEADS
    shapes = {"token_embd": (len(tokens), SIZE), "output_norm": (SIZE,)}
    for i in range(2):
        shapes |= {
            f"blk.{i}.attn_norm": (SIZE,), f"blk.{i}.ffn_norm": (SIZE,), f"blk.{i}.attn_q": (SIZE, SIZE),
            f"blk.{i}.attn_k": (narrow, SIZE), f"blk.{i}.attn_v": (narrow, SIZE),
            f"blk.{i}.attn_output": (SIZE, SIZE), f"blk.{i}.ffn_gate": (HIDDEN, SIZE),
            f"blk.{i}.ffn_up": (HIDDEN, SIZE), f"blk.{i}.ffn_down": (SIZE, HIDDEN),
        }  # fmt: skip
    for name, shape in shapes.items():
        values = 1 + 0.1 * rng.standard_normal(shape) if len(shape) == 1 else 0.3 * rng.standard_normal(shape)
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPIN_DATA", str(tmp_path / "data"))
    return tmp_path


def test_log_probabilities_are_those_of_transformers(data: Path) -> None:
    torch = pytest.importorskip("torch")
    from transformers import AutoModelForCausalLM

    file = write_gguf(data / "tiny.gguf")
    card = install(str(file), "tiny", quantization="float32")
    assert (card["architecture"], card["start"], card["licence"]) == ("llama", "<|endoftext|>", "unknown")
    ours = LanguageModel(find("tiny"), threads=1)
    model: Any = AutoModelForCausalLM.from_pretrained(data, gguf_file=file.name, dtype=torch.float32).eval()
    for text in TEXTS[:3]:
        ids = torch.tensor([[0, *ours._tokenizer.encode(text).ids]])
        with torch.inference_mode():
            log_probs = model(ids).logits.log_softmax(-1)
        expected = log_probs[0, :-1].gather(-1, ids[0, 1:, None]).sum().item()
        # The engine computes in int8 whatever the file holds: near, not equal.
        assert ours.log_probs([text])[0] == pytest.approx(expected, rel=0.02)


def test_a_score_does_not_depend_on_the_batch(data: Path) -> None:
    install(str(write_gguf(data / "tiny.gguf")), "tiny")
    together = LanguageModel(find("tiny"), threads=2).log_probs(TEXTS)
    alone = LanguageModel(find("tiny"), threads=1)
    for text, score in zip(TEXTS, together):
        assert alone.log_probs([text])[0] == pytest.approx(score, abs=1e-3)
    assert alone.log_probs([]) == []


def test_models_are_listed_found_and_removed(data: Path) -> None:
    with pytest.raises(LanguageModelMissing, match="despin lm add smollm2-135m"):
        find()
    with pytest.warns(UserWarning, match="despin lm add"):
        assert open_language_model(None) is None
    install(str(write_gguf(data / "tiny.gguf")), "tiny")
    assert list(installed()) == ["tiny"] and find() == find("tiny") == models_folder() / "tiny"
    assert find(str(models_folder() / "tiny")) == models_folder() / "tiny"
    remove("tiny")
    assert installed() == {}
    with pytest.raises(LanguageModelMissing, match="tiny is not installed"):
        remove("tiny")


def test_a_damaged_model_is_told_and_can_be_removed(data: Path) -> None:
    install(str(write_gguf(data / "tiny.gguf")), "tiny")
    weights = find("tiny") / "model.bin"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"model\.bin differs .*despin lm remove"):
        LanguageModel(find("tiny"))
    (find("tiny") / "language-model.json").write_text("{", encoding="utf-8")
    assert installed() == {}
    remove("tiny")
    assert list(models_folder().iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no model at all", b"GGUF\x03\x00\x00\x00"])
def test_a_damaged_file_is_named_and_leaves_nothing(content: bytes, data: Path) -> None:
    file = data / "bad.gguf"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.gguf is damaged, or no GGUF file\Z"):
        install(str(file), "bad")
    assert installed() == {}


def test_a_truncated_or_foreign_model_leaves_nothing(data: Path) -> None:
    file = write_gguf(data / "other.gguf", "mamba")
    with pytest.raises(InputError, match=r"other\.gguf cannot be converted"):
        install(str(file), "other")
    whole = write_gguf(data / "whole.gguf").read_bytes()
    (data / "cut.gguf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.gguf"):
        install(str(data / "cut.gguf"), "cut")
    assert not models_folder().exists() or not list(models_folder().iterdir())


def test_a_damaged_folder_is_named(data: Path) -> None:
    install(str(write_gguf(data / "tiny.gguf")), "tiny")
    (find("tiny") / "tokenizer.json").write_text("{}")
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        LanguageModel(find("tiny"))
    (find("tiny") / CARD_FILE).write_text("[]")
    with pytest.raises(LanguageModelMissing):
        find("tiny")


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "-a"])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(InputError, match="is not a valid name"):
        check_name(name)
    assert check_name("smollm2-135m") == "smollm2-135m"
