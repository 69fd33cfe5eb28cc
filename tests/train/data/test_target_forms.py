"""Forms: a perfect answer fed back restores the original, in each form."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.subwords import (
    EOS,
    HINT_SENTINELS,
    SLOT_END,
    Subwords,
    hint_sentinel,
    slot_sentinel,
)
from despin.infer.text.tokens import tokenize
from despin.train import Entry, SpinConfig, Spinner
from despin.train.data.corpora import Corpora
from despin.train.data.examples import Example, ExampleMaker, SpunSpan, spun_spans
from despin.train.data.target_forms import decode_example, encode_example
from despin.train.fit.random_tokenizer import tiny_tokenizer
from despin.train.recipe import FORMS, PairsConfig
from despin.train.spin.spinner import SpinnerMix

ENTRIES = [
    Entry("house", "home", "N", "observed", 1),
    Entry("lower house", "decrease home", "N", "observed", 1),
    Entry("death", "loss of life", "N", "observed", 1),
    Entry("as soon as possible", "asap", "R", "observed", 1),
    Entry("didn't", "did not", "V", "observed", 1),
]
SPINNER = Spinner(
    SpinConfig(coverage={"observed": 0.8}, occurrence=0.9, protect_capitalised=0.0), entries=ENTRIES
)
LEXICON = InverseLexicon((e.spun, e.original, 0.9) for e in ENTRIES)
# Words that no other entry's form can grow into, so that each substitution is met as one slot.
WORD = st.sampled_from(
    [
        "house",
        "House",
        "HOUSE",
        "lower house",
        "Death",
        "as soon as possible",
        "didn’t",
        "soon",
        "then",
        ",",
        "é",
        "漢",
        "7",
    ]
)
TEXT = st.lists(
    st.tuples(WORD, st.sampled_from([" ", " ", "  ", "\t", "\n", " ; "])), min_size=1, max_size=15
).map(lambda parts: "".join(w + s for w, s in parts))


@cache
def pieces() -> Subwords:
    """A tiny tokenizer's pieces."""
    texts = ["lower house home death loss of life as soon possible did not didn't then"]
    return Subwords(Tokenizer.from_str(json.dumps(tiny_tokenizer(texts, []))))


def examples(
    text: str, spans: list[SpunSpan], limit: int = 64, hidden_hints: float = 0.0, open_slots: float = 0.0
) -> list[Example]:
    """The examples of a spun text."""
    config = PairsConfig(hidden_hints=hidden_hints, open_slots=open_slots)
    maker = ExampleMaker(cast(Corpora, None), SpinnerMix([(SPINNER, 1.0)]), LEXICON, config)
    return list(maker.examples(text, spans, random.Random(1), limit))


def spoken(text: str) -> list[str]:
    """The tokens, which is what the rewrite form keeps of a text."""
    return [w.text for w in tokenize(text)]


@pytest.mark.parametrize("form", ["hinted", "spans"])
@settings(max_examples=40)
@given(
    text=TEXT, seed=st.integers(0, 99), hidden=st.sampled_from([0.0, 0.5]), opened=st.sampled_from([0.0, 0.5])
)
def test_a_perfect_answer_restores_the_original_byte_for_byte(
    form: str, text: str, seed: int, hidden: float, opened: float
) -> None:
    spun = SPINNER.spin(text, seed)
    for example in examples(spun.text, spun_spans(spun.edits), 100, hidden, opened):
        source, target = encode_example(form, example, pieces())
        assert source[-1] == target[-1] == EOS
        assert decode_example(form, example, target, pieces()) == example.original
        assert decode_example(form, example, target[:-1], pieces()) == example.original


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99))
def test_a_perfect_rewrite_restores_the_words(text: str, seed: int) -> None:
    spun = SPINNER.spin(text, seed)
    for example in examples(spun.text, spun_spans(spun.edits)):
        source, target = encode_example("rewrite", example, pieces())
        assert source[-1] == target[-1] == EOS
        assert spoken(decode_example("rewrite", example, target, pieces())) == spoken(example.original)
        assert spoken(Subwords.decode(source[:-1])) == spoken(example.spun)


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99), st.integers(3, 12))
def test_short_segments_restore_what_lies_within_them(text: str, seed: int, limit: int) -> None:
    spun = SPINNER.spin(text, seed)
    for form in ("hinted", "spans"):
        for example in examples(spun.text, spun_spans(spun.edits), limit):
            wanted, last = "", example.segment.start
            for (_, slot), original in zip(example.slots, example.answers()):
                wanted += spun.text[last : slot.start] + (slot.source if original is None else original)
                last = slot.end
            wanted += spun.text[last : example.segment.end]
            assert (
                decode_example(form, example, encode_example(form, example, pieces())[1], pieces()) == wanted
            )


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99))
def test_a_clean_text_is_answered_with_nothing(text: str, seed: int) -> None:
    for example in examples(text, []):
        for form in ("hinted", "spans"):
            target = encode_example(form, example, pieces())[1]
            assert target == [slot_sentinel(n) for n in range(len(example.slots))] + [EOS]
            assert decode_example(form, example, target, pieces()) == example.spun


PIECE = st.sampled_from(
    [slot_sentinel(n) for n in range(5)] + [HINT_SENTINELS[0][1], SLOT_END, EOS, "▁", "▁x", "y"]
)


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99), st.lists(PIECE, max_size=20))
def test_no_output_touches_what_lies_between_slots(text: str, seed: int, output: list[str]) -> None:
    spun = SPINNER.spin(text, seed)
    for example in examples(spun.text, spun_spans(spun.edits)):
        pattern, last = "", example.segment.start
        for _, slot in example.slots:
            pattern += re.escape(spun.text[last : slot.start]) + "(.*)"
            last = slot.end
        pattern += re.escape(spun.text[last : example.segment.end])
        assert re.fullmatch(pattern, decode_example("spans", example, output, pieces()), re.DOTALL)


def test_what_the_forms_look_like() -> None:
    (example,) = examples("the decrease home.", [SpunSpan(4, 17, "lower house")])

    def shown(form: str) -> tuple[str, str]:
        source, target = encode_example(form, example, pieces())
        return " ".join(source).replace("▁", ""), " ".join(target).replace("▁", "")

    assert shown("hinted") == (
        f" t h e <extra_id_0>  d e c r e a s e home {hint_sentinel(0.9)} lower house {SLOT_END} . </s>",
        "<extra_id_0> lower house </s>",
    )
    assert shown("spans") == (
        f" t h e <extra_id_0>  d e c r e a s e home {SLOT_END} . </s>",
        "<extra_id_0> lower house </s>",
    )
    assert shown("rewrite") == (" t h e  d e c r e a s e home . </s>", " t h e lower house . </s>")
    assert FORMS == ("hinted", "spans", "rewrite")


def test_a_stray_closing_mark_answers_no_slot() -> None:
    (example,) = examples("home " * 120, [], limit=200)
    assert (
        decode_example("hinted", example, [SLOT_END, "▁x", HINT_SENTINELS[0][1], "▁y", EOS], pieces())
        == example.spun
    )
