"""The model's input and output format: slots are marked, replies parsed, none misplaced."""

from __future__ import annotations

import json
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.slots import (
    MAX_KEEP_SHARE,
    MarkedSegment,
    find_slots,
    has_words,
    mark_slots,
    parse_replies,
    target_pieces,
)
from despin.infer.candidates.subwords import (
    EOS,
    HINT_SENTINELS,
    MAX_SLOTS,
    SLOT_END,
    Subwords,
    hint_sentinel,
    slot_sentinel,
)
from despin.infer.text.tokens import tokenize
from despin.train.fit.random_tokenizer import tiny_tokenizer

LEXICON = InverseLexicon(
    [
        ("decrease", "lower", 0.7),
        ("home", "house", 0.6),
        ("home", "residence", 0.2),
        ("within the", "in the", 0.8),
        ("loss of life", "death", 0.9),
    ]
)
VOCABULARY = ["lower house residence in the death decrease home within loss of life said soon a b"]
WORD = st.sampled_from(
    ["decrease", "Home", "within the", "loss of life", "soon", "HOME", ",", "x", "\u00a0", "é"]
)
TEXT = st.lists(st.tuples(WORD, st.sampled_from([" ", "  ", "\t", " "])), max_size=15).map(
    lambda parts: "".join(w + s for w, s in parts)
)
HINTS_START = {mark for _, mark in HINT_SENTINELS}
ORIGINAL = st.sampled_from([None, "lower", "in the", "Death", "a b", "zzz", "x’s"])


@cache
def pieces() -> Subwords:
    """A tiny tokenizer's pieces."""
    return Subwords(Tokenizer.from_str(json.dumps(tiny_tokenizer(VOCABULARY, []))))


def marked(text: str, hinted: bool = True) -> MarkedSegment:
    """``text`` as one segment for the model."""
    tokens = tokenize(text)
    return mark_slots(text, tokens, find_slots(text, tokens, LEXICON), pieces(), hinted)


def as_text(segment: MarkedSegment) -> str:
    """The input as readable text."""
    return " ".join(p.replace("▁", "") for p in segment.pieces)


def test_hinted_input() -> None:
    high, middle, low = hint_sentinel(0.7), hint_sentinel(0.6), hint_sentinel(0.2)
    assert as_text(marked("the decrease Home, soon")) == (
        f"the <extra_id_0> decrease {high} lower {SLOT_END} "
        f"<extra_id_1>  H o m e {middle}  H o u s e {low}  R e s i d e n c e {SLOT_END} , soon </s>"
    )
    assert len({high, middle, low}) == 3


def test_plain_input_closes_what_has_several_words() -> None:
    assert as_text(marked("loss of life home soon", hinted=False)) == (
        f"<extra_id_0> loss of life {SLOT_END} <extra_id_1> home soon </s>"
    )


def test_a_slot_without_hints_is_marked_too() -> None:
    text = "a home"
    tokens = tokenize(text)
    ((candidate, slot),) = find_slots(text, tokens, LEXICON)
    hidden = type(slot)(slot.start, slot.end, slot.source, ())
    assert as_text(mark_slots(text, tokens, [(candidate, hidden)], pieces())) == "a <extra_id_0> home </s>"


def test_hints_are_ranked_and_limited() -> None:
    tokens = tokenize("home")
    ((_, slot),) = find_slots("home", tokens, LEXICON)
    assert slot.hints == ("house", "residence") and slot.shares == (0.6, 0.2)
    ((_, slot),) = find_slots("home", tokens, LEXICON, hints=1)
    assert slot.hints == ("house",) and slot.shares == (0.6,)


def test_a_form_that_is_nearly_always_natural_is_no_slot() -> None:
    lexicon = InverseLexicon([("a", "x", 1 - MAX_KEEP_SHARE + 0.001), ("b", "y", 1 - MAX_KEEP_SHARE - 0.001)])
    tokens = tokenize("a b")
    assert [slot.source for _, slot in find_slots("a b", tokens, lexicon)] == ["a"]


@settings(max_examples=40)
@given(TEXT)
def test_slots_are_spans_of_the_text_in_order(text: str) -> None:
    last = 0
    for slot in marked(text).slots:
        assert last <= slot.start < slot.end
        assert text[slot.start : slot.end] == slot.source
        assert slot.hints and slot.source not in slot.hints
        last = slot.end


@settings(max_examples=40)
@given(TEXT, st.booleans())
def test_without_sentinels_and_hints_the_input_is_the_text(text: str, hinted: bool) -> None:
    segment = marked(text, hinted)
    rest, in_hint = [], False
    for piece in segment.pieces:
        if piece in HINTS_START:
            in_hint = True
        elif piece == SLOT_END:
            in_hint = False
        elif not in_hint and piece not in {slot_sentinel(n) for n in range(MAX_SLOTS)}:
            rest.append(piece)
    assert rest == [p for w in tokenize(text) for p in pieces().encode_word(text, w)] + [EOS]
    assert [p for p in segment.pieces if p in {slot_sentinel(n) for n in range(MAX_SLOTS)}] == [
        slot_sentinel(n) for n in range(len(segment.slots))
    ]


@settings(max_examples=40)
@given(st.text(max_size=20), TEXT, st.text(max_size=20))
def test_a_segment_inside_a_text_is_marked_by_its_own_tokens(before: str, text: str, after: str) -> None:
    document = before + "\n" + text + "\n" + after
    start = len(before) + 1
    tokens = tokenize(document, start, start + len(text))
    segment = mark_slots(document, tokens, find_slots(document, tokens, LEXICON), pieces())
    alone = marked(text)
    assert segment.pieces == alone.pieces
    assert [(s.start - start, s.source, s.hints) for s in segment.slots] == [
        (s.start, s.source, s.hints) for s in alone.slots
    ]


def test_slots_beyond_the_maximum_are_left_unmarked() -> None:
    text = "home " * (MAX_SLOTS + 20)
    segment = marked(text, hinted=False)
    assert len(segment.slots) == MAX_SLOTS
    assert segment.pieces.count("▁home") == MAX_SLOTS + 20
    assert not {SLOT_END, *HINTS_START} & set(segment.pieces)


@settings(max_examples=40)
@given(st.lists(ORIGINAL, max_size=12))
def test_the_target_read_back_gives_the_originals(originals: list[str | None]) -> None:
    target = target_pieces(originals, pieces())
    scores = [-(2.0**n) for n in range(len(target))]
    replies = parse_replies(target, scores, len(originals))
    assert [(r.slot, r.text) for r in replies] == [(n, o) for n, o in enumerate(originals) if o is not None]
    assert parse_replies(target[:-1], scores, len(originals)) == replies


MARKS = [slot_sentinel(n) for n in range(6)]
PIECE = st.sampled_from([*MARKS, *sorted(HINTS_START), SLOT_END, EOS, "<unk>", "▁", "▁a", "b", "▁c"])


@settings(max_examples=40)
@given(st.lists(PIECE, max_size=30), st.integers(0, 6))
def test_a_reply_follows_its_own_sentinel_whatever_the_output(output: list[str], count: int) -> None:
    # Each piece's score is a different bit, so that the sum identifies the pieces that were counted.
    scores = [float(2**n) for n in range(len(output) + 1)]
    last = -1
    for reply in parse_replies(output, scores, count):
        assert last < reply.slot < count
        last = reply.slot
        counted = [n for n in range(len(scores)) if int(reply.score) >> n & 1]
        start, end = counted[0], counted[-1]
        assert counted == list(range(start, end + 1))
        assert output[start - 1] == slot_sentinel(reply.slot)
        assert EOS not in output[:end]
        assert end == len(output) or output[end].startswith("<extra_id_") or output[end] == EOS
        assert not any(p.startswith("<extra_id_") for p in output[start:end])
        assert reply.text == Subwords.decode(output[start:end]) != ""


@settings(max_examples=40)
@given(st.lists(ORIGINAL, min_size=2, max_size=10), st.integers(0, 2**16))
def test_shuffled_answers_lose_replies_but_misplace_none(originals: list[str | None], seed: int) -> None:
    blocks = [target_pieces([o], pieces())[1:-1] for o in originals]
    order = list(range(len(originals)))
    random.Random(seed).shuffle(order)
    output = [p for n in order for p in (slot_sentinel(n), *blocks[n])] + [EOS]
    replies = parse_replies(output, [0.0] * len(output), len(originals))
    assert all(reply.text == originals[reply.slot] for reply in replies)
    # Exactly the replies after a higher slot are lost.
    highest, expected = -1, []
    for n in order:
        if n > highest:
            highest = n
            if originals[n] is not None:
                expected.append(n)
    assert [r.slot for r in replies] == expected


def test_nothing_is_read_after_eos_or_before_a_sentinel() -> None:
    output = ["▁a", slot_sentinel(0), "▁b", EOS, slot_sentinel(1), "▁c"]
    (reply,) = parse_replies(output, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0], 2)
    assert (reply.slot, reply.text, reply.score) == (0, "b", 12.0)
    assert parse_replies([], [0.0], 3) == []


def test_has_words() -> None:
    assert has_words("a") and has_words("3rd") and has_words("— x")
    assert not has_words("") and not has_words("…") and not has_words("_ - '")


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011"])
def test_a_word_behind_a_prefix_is_a_part_of_a_word(hyphen: str) -> None:
    lexicon = InverseLexicon([("stated", "said", 0.9), ("non-permanent", "temporary", 0.9)])

    def found(text: str) -> list[str]:
        return [slot.source for _, slot in find_slots(text, tokenize(text), lexicon)]

    assert found(f"the over{hyphen}stated and mis{hyphen}stated sum") == []
    assert found(f"the pre{hyphen}stated sum, oft{hyphen}stated") == ["stated", "stated"]
    assert found("a non-permanent home") == ["non-permanent"]
