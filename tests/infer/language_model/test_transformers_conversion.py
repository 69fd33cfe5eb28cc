"""Models in Hugging Face format are installed and scored as transformers scores them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from despin.errors import InputError
from despin.infer.language_model.install import install
from despin.infer.language_model.scorer import BATCH_TOKENS, LanguageModel, _batches
from despin.infer.language_model.store import find, installed

TEXTS = ["The lower house voted.", "A vote", "It was said that 12 members of the house voted on Tuesday."]


def write_model(folder: Path, kind: str) -> Path:
    """A random model of two layers with a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

    tokens = ["<bos>", "<eos>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing("<bos> $A", special_tokens=[("<bos>", 0)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<bos>", eos_token="<eos>", unk_token="<eos>"
    ).save_pretrained(folder)
    config = AutoConfig.for_model(
        kind, vocab_size=len(tokens), hidden_size=64, intermediate_size=96, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=16, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n")
    return folder


@pytest.mark.parametrize("kind", ["llama", "gemma3_text"])
def test_scores_are_those_of_transformers(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    monkeypatch.setenv("DESPIN_DATA", str(tmp_path / "data"))
    folder = write_model(tmp_path / kind, kind)
    card = install(str(folder), "tiny")
    assert (card["licence"], card["start"], card["architecture"]) == ("apache-2.0", "<bos>", kind)
    ours = LanguageModel(find("tiny"), threads=1)
    together = ours.log_probs(TEXTS)
    model: Any = AutoModelForCausalLM.from_pretrained(folder).eval()
    for text, score in zip(TEXTS, together):
        ids = torch.tensor([ours._tokenizer.encode(text).ids])
        assert ids[0, 0] == 0
        with torch.inference_mode():
            log_probs = model(ids).logits.log_softmax(-1)
        expected = log_probs[0, :-1].gather(-1, ids[0, 1:, None]).sum().item()
        assert score == pytest.approx(expected, rel=0.02)  # the engine computes in int8
        assert LanguageModel(find("tiny"), threads=1).log_probs([text])[0] == score


def test_batches_are_bounded_and_of_one_length() -> None:
    lengths = [3, 5, 3, 4, 5, *[7] * 20, 200, 200]
    batches = _batches(lengths)
    assert sorted(i for batch in batches for i in batch) == list(range(27))
    for batch in batches:
        assert len({lengths[i] for i in batch}) == 1
        assert len(batch) == 1 or len(batch) * lengths[batch[0]] <= BATCH_TOKENS
    assert len(batches) == 2 + -(-20 // (BATCH_TOKENS // 7)) + 3


def test_what_cannot_be_converted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESPIN_DATA", str(tmp_path / "data"))
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    with pytest.raises(InputError, match="broken cannot be converted"):
        install(str(folder), "broken")
    assert installed() == {} and not list((tmp_path / "data" / "language-models").iterdir())
