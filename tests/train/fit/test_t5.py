"""A model cut down says what the whole one said about the pieces that are left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

torch = pytest.importorskip("torch")

from transformers import T5Config, T5ForConditionalGeneration  # noqa: E402

from despin.infer.candidates.subwords import NUM_SENTINELS, Subwords, slot_sentinel  # noqa: E402
from despin.infer.text.tokens import tokenize  # noqa: E402
from despin.train.fit.random_tokenizer import tiny_tokenizer  # noqa: E402
from despin.train.fit.t5 import (  # noqa: E402
    build_model,
    count_pieces,
    load_model,
    new_model,
    shrink_model,
    shrink_tokenizer,
)
from despin.train.recipe import ModelConfig  # noqa: E402

TEXTS = ["the lower house of the house met and the members of it went home on Monday . Nikonov said so"]
LETTERS = sorted(set("".join(TEXTS)) - {" "})
LAYERS = 3


@cache
def full() -> dict[str, Any]:
    """The base's tokenizer."""
    return tiny_tokenizer(TEXTS, [])


def smallest(described: dict[str, Any]) -> int:
    """The size that leaves room for nothing but special pieces, marks and characters."""
    return (
        sum(
            len(p.lstrip("▁")) <= 1 or p in ("<pad>", "</s>", "<unk>") for p, _ in described["model"]["vocab"]
        )
        + NUM_SENTINELS
    )


def loaded(described: dict[str, Any]) -> Tokenizer:
    """A described tokenizer, ready for use."""
    return Tokenizer.from_str(json.dumps(described))


def cut(extra: int, counts: Counter[str] | None = None) -> tuple[dict[str, Any], list[int]]:
    """The base's tokenizer with room for ``extra`` pieces of several characters."""
    return shrink_tokenizer(
        full(), Counter({"▁house": 9, "▁the": 5}) if counts is None else counts, smallest(full()) + extra
    )


def test_the_size_is_met_and_the_commonest_pieces_stay() -> None:
    described, ids = cut(1)
    vocabulary = [piece for piece, _ in described["model"]["vocab"]]
    assert len(vocabulary) == len(ids) == smallest(full()) + 1
    assert "▁house" in vocabulary and "▁the" not in vocabulary
    described, _ = cut(2)
    assert {"▁house", "▁the"} <= {piece for piece, _ in described["model"]["vocab"]}


@pytest.mark.parametrize("extra", [0, 1, 5])
def test_each_new_piece_knows_its_old_place(extra: int) -> None:
    described, ids = cut(extra)
    old = loaded(full()).get_vocab()
    new = loaded(described).get_vocab()
    assert sorted(new.values()) == list(range(len(ids)))
    assert {piece: ids[number] for piece, number in new.items()} == {piece: old[piece] for piece in new}
    assert len(set(ids)) == len(ids)


def test_special_pieces_and_marks_keep_their_part() -> None:
    described, _ = cut(0)
    small = loaded(described)
    assert [small.token_to_id(p) for p in ("<pad>", "</s>", "<unk>")] == [0, 1, 2]
    assert described["model"]["unk_id"] == 2
    for token in described["added_tokens"]:
        assert small.token_to_id(token["content"]) == token["id"]
        assert small.encode(token["content"], add_special_tokens=False).ids == [token["id"]]
    assert all(small.token_to_id(slot_sentinel(n)) is not None for n in range(NUM_SENTINELS))


def test_the_base_is_left_as_it_was() -> None:
    before = json.dumps(full())
    cut(3)
    assert json.dumps(full()) == before


def test_limits_and_templates_of_the_base_are_carried_over_rightly() -> None:
    base = {
        **full(),
        "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [7], "tokens": ["</s>"]}},
        },
    }
    described, _ = shrink_tokenizer(base, Counter(), smallest(full()))
    assert loaded(described).encode("the house met on Monday").ids[-1] == 1
    assert len(loaded(described).encode("the house met on Monday").tokens) > 4


def test_a_size_too_small_is_told() -> None:
    with pytest.raises(
        ValueError, match=f"at least {smallest(full())} pieces are needed, got {smallest(full()) - 1}"
    ):
        cut(-1)


@settings(max_examples=60)
@given(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=30),
        st.text([*LETTERS, " ", "é", "—", "漢"], max_size=30),
    ),
    st.integers(0, 12),
    st.dictionaries(
        st.sampled_from([p for p, _ in full()["model"]["vocab"]]), st.integers(1, 99), max_size=8
    ),
)
def test_nothing_that_was_read_becomes_unknown(text: str, extra: int, counts: dict[str, int]) -> None:
    small = loaded(cut(extra, Counter(counts))[0])
    before, after = (t.encode(text, add_special_tokens=False) for t in (loaded(full()), small))
    unknown = [
        {c for i, o in zip(e.ids, e.offsets) if i == 2 for c in text[slice(*o)]} for e in (before, after)
    ]
    assert unknown[1] <= unknown[0]


def test_every_word_of_the_texts_is_still_spelt() -> None:
    small = Subwords(loaded(cut(0)[0]))
    vocabulary = small.tokenizer.get_vocab()
    for word in tokenize(TEXTS[0]):
        spelt = small.encode_word(TEXTS[0], word)
        assert all(p in vocabulary for p in spelt)
        assert Subwords.decode(list(spelt)) == word.text


def test_a_character_inside_longer_pieces_only_is_kept() -> None:
    base = tiny_tokenizer(TEXTS, ["naïve"])
    assert 2 not in loaded(base).encode("naïve").ids
    small, _ = shrink_tokenizer(base, Counter(), smallest(base))
    assert 2 not in loaded(small).encode("naïve").ids


def test_pieces_are_counted_by_word_and_phrases_weigh_more() -> None:
    counts = count_pieces(
        Subwords(loaded(full())), ["the house the\nhouse the", "zx;"], ["house", "the lower"]
    )
    assert counts["▁the"] == 3 + 20 and counts["▁house"] == 2 + 20 and counts["▁lower"] == 20
    assert (counts["▁"], counts["z"], counts["x"], counts[";"]) == (1, 1, 1, 1)
    assert set(counts) == {"▁the", "▁house", "▁lower", "▁", "z", "x", ";"}


def test_words_behind_a_mark_are_counted_too() -> None:
    assert sum(count_pieces(Subwords(loaded(full())), ["-zx"], []).values()) >= 3


@cache
def base_model() -> T5ForConditionalGeneration:
    """A tiny untrained base with untied head."""
    torch.manual_seed(1)
    shape = T5Config(
        vocab_size=len(full()["model"]["vocab"]) + 7, d_model=16, d_kv=4, d_ff=32, num_layers=2,
        num_decoder_layers=LAYERS, num_heads=2, feed_forward_proj="gated-gelu", decoder_start_token_id=0,
    )  # fmt: skip
    model = new_model(shape)
    with torch.no_grad():  # T5 begins with biases of position so small that a lost one would not show
        for name, parameter in model.named_parameters():
            if "relative_attention_bias" in name:
                parameter.normal_()
    return model.eval()


def logits(model: T5ForConditionalGeneration, source: list[int], target: list[int]) -> Any:
    """The model's output for one pair."""
    with torch.no_grad():
        return model(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([target])).logits[0]


@pytest.mark.parametrize("layers", [(), (0, 1, 2)])
def test_with_all_layers_the_output_is_that_of_the_base(layers: tuple[int, ...]) -> None:
    _, ids = cut(3)
    small = shrink_model(base_model(), ids, layers).eval()
    source, target = [5, 9, 4, 1], [0, 7, 11, 3, 8]
    got = logits(small, source, target)
    wanted = logits(base_model(), [ids[n] for n in source], [ids[n] for n in target])[:, ids]
    assert got.shape == (5, len(ids))
    assert torch.allclose(got, wanted, atol=1e-5)
    assert wanted.std() > 0.01


@pytest.mark.parametrize("layers", [(0,), (0, 2), (1, 2), (2,)])
def test_the_layers_kept_are_those_asked_for(layers: tuple[int, ...]) -> None:
    _, ids = cut(0)
    small = shrink_model(base_model(), ids, layers)
    assert small.config.num_decoder_layers == len(small.decoder.block) == len(layers)
    assert small.config.num_layers == len(small.encoder.block) == 2
    state, base = small.state_dict(), base_model().state_dict()
    for new, old in enumerate(layers):
        for name in ("layer.0.SelfAttention.q", "layer.1.EncDecAttention.v", "layer.2.DenseReluDense.wo"):
            assert torch.equal(
                state[f"decoder.block.{new}.{name}.weight"], base[f"decoder.block.{old}.{name}.weight"]
            )
    # Only the first layer holds the bias of positions, whichever layers are kept.
    bias = "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
    assert torch.equal(state[bias], base[bias])


def test_the_base_model_is_left_as_it_was() -> None:
    before = {name: tensor.clone() for name, tensor in base_model().state_dict().items()}
    small = shrink_model(base_model(), cut(0)[1], (0,))
    with torch.no_grad():
        for parameter in small.parameters():
            parameter.zero_()
    assert base_model().config.num_decoder_layers == LAYERS
    assert all(torch.equal(before[name], tensor) for name, tensor in base_model().state_dict().items())


@pytest.mark.parametrize("layers", [(0, 3), (-1,)])
def test_a_layer_that_is_not_there_is_told(layers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"decoder_layers: the base has {LAYERS}, there is no layer"):
        shrink_model(base_model(), cut(0)[1], layers)


@pytest.mark.parametrize("layers", [(2, 0), (1, 1)])
def test_layers_in_another_order_are_told_or_taken(layers: tuple[int, ...]) -> None:
    try:
        small = shrink_model(base_model(), cut(0)[1], layers)
    except ValueError:
        return
    assert len(small.decoder.block) == len(layers)


def tensors(model: T5ForConditionalGeneration) -> Iterator[tuple[str, Any]]:
    """Parameters by name, shared ones once."""
    yield from model.named_parameters()


def test_one_embedding_serves_both_stacks_and_the_head_has_its_own(tmp_path: Path) -> None:
    small = shrink_model(base_model(), cut(0)[1], (0,))
    for model in (small, reloaded(small, tmp_path)):
        assert model.encoder.embed_tokens.weight is model.decoder.embed_tokens.weight is model.shared.weight
        assert model.lm_head.weight is not model.shared.weight
        assert not torch.equal(model.lm_head.weight, model.shared.weight)
        size = model.config.vocab_size * model.config.d_model
        assert [name for name, p in tensors(model) if p.numel() == size] == [
            "shared.weight",
            "lm_head.weight",
        ]


def reloaded(model: T5ForConditionalGeneration, folder: Path) -> T5ForConditionalGeneration:
    """The model saved and loaded again."""
    model.save_pretrained(folder)
    return load_model(folder)


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    small = shrink_model(base_model(), cut(0)[1], (0, 2)).eval()
    again = reloaded(small, tmp_path / "a").eval()
    source, target = [5, 9, 4, 1], [0, 7, 11]
    assert torch.allclose(logits(small, source, target), logits(again, source, target), atol=1e-6)
    half = reloaded(shrink_model(base_model(), cut(0)[1], (0, 2)).to(torch.bfloat16), tmp_path / "b")
    assert {p.dtype for _, p in tensors(half)} == {torch.float32}


def test_a_random_model_fits_its_tokenizer() -> None:
    model, described = build_model(
        ModelConfig(base="random", vocabulary=400, dropout=0.25), TEXTS, ["lower house"]
    )
    assert model.config.vocab_size == len(described["model"]["vocab"]) == loaded(described).get_vocab_size()
    assert {m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)} == {0.25}


def test_a_base_in_a_folder_is_cut_down(tmp_path: Path) -> None:
    base_model().save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text(json.dumps(full()), encoding="utf-8")
    size = smallest(full()) + 2
    config = ModelConfig(base=str(tmp_path), vocabulary=size, decoder_layers=(0, 2))
    model, described = build_model(config, TEXTS, ["lower house"] * 3)
    kept = {piece for piece, _ in described["model"]["vocab"]}
    assert model.config.vocab_size == len(kept) == size and len(model.decoder.block) == 2
    assert {"▁lower", "▁house"} <= kept and "▁Monday" not in kept
    assert {m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)} == {0.0}
    row = loaded(full()).token_to_id("▁lower")
    new = loaded(described).token_to_id("▁lower")
    assert torch.equal(model.shared.weight[new], base_model().shared.weight[row])
    assert torch.equal(model.lm_head.weight[new], base_model().lm_head.weight[row])


def test_a_vocabulary_of_nought_keeps_the_whole_base(tmp_path: Path) -> None:
    base_model().save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text(json.dumps(full()), encoding="utf-8")
    model, described = build_model(ModelConfig(base=str(tmp_path), vocabulary=0, decoder_layers=()), [], [])
    assert described == full() and len(model.decoder.block) == LAYERS
    assert torch.equal(model.shared.weight, base_model().shared.weight)


def test_the_norm_and_its_precision() -> None:
    from transformers.models.t5.modeling_t5 import T5LayerNorm

    from despin.train.fit.t5 import Norm

    theirs, ours = T5LayerNorm(8, eps=1e-6), Norm(8, eps=1e-6)
    with torch.no_grad():
        theirs.weight.copy_(torch.linspace(0.5, 2, 8))
        ours.weight.copy_(theirs.weight)
    x = torch.randn(3, 8)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)
    assert ours(x).dtype == torch.float32
    with torch.autocast("cpu", torch.bfloat16):
        assert ours(x).dtype == torch.bfloat16
    config = T5Config(
        vocab_size=20, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_decoder_layers=1, num_heads=2
    )
    kinds = [type(m).__name__ for m in new_model(config).modules()]
    assert kinds.count("Norm") == 7 and "T5LayerNorm" not in kinds
