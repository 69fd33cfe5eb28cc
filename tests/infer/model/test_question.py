"""Questions divided into smaller ones: every slot once, others as plain wording, lengths bounded."""

from __future__ import annotations

import pytest

from despin.infer.candidates.subwords import EOS, SLOT_END
from despin.infer.model.question import Question, decoding_limit, parts_within, with_slots

CLOSE, HINT = SLOT_END, "<extra_id_97>"


def question(slots: int, plain: int = 1, hints: int = 1) -> Question:
    """Slot k has the wording ``▁w{k}`` and hints of a piece each; ``plain`` pieces stand before each slot and
    at the end."""
    pieces: list[str] = []
    for k in range(slots):
        pieces += [f"▁p{k}"] * plain + [f"<extra_id_{k}>", f"▁w{k}"]
        pieces += [piece for h in range(hints) for piece in (HINT, f"▁h{k}.{h}")] + [CLOSE]
    return Question(
        [*pieces, *["▁end"] * plain, EOS], [[f"▁h{k}.{h}" for h in range(hints)] for k in range(slots)]
    )


def test_the_other_slots_are_shown_as_plain_wording() -> None:
    part = with_slots(question(3), [1])
    assert part.pieces == [
        *["▁p0", "▁w0", "▁p1", "<extra_id_0>", "▁w1", HINT, "▁h1.0", CLOSE, "▁p2", "▁w2", "▁end", EOS]
    ]
    assert part.choices == [["▁h1.0"]]
    assert with_slots(question(3), [0, 1, 2]) == question(3)


def test_context_is_cut_between_words() -> None:
    whole = Question(
        ["▁a", "▁lon", "g", "er", "<extra_id_0>", "▁w", HINT, "▁h", CLOSE, "▁b", "▁lo", "ng", EOS], [["▁h"]]
    )
    assert with_slots(whole, [0], 2).pieces == ["<extra_id_0>", "▁w", HINT, "▁h", CLOSE, "▁b", EOS]
    assert with_slots(whole, [0], 3).pieces[:3] == ["▁lon", "g", "er"]
    assert with_slots(whole, [0], 3).pieces[-3:] == ["▁lo", "ng", EOS]


def test_a_question_within_the_limit_is_asked_as_it_is() -> None:
    whole = question(5)
    (part,) = parts_within(whole)
    assert part.question is whole and part.numbers == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("plain", [1, 100, 700])
@pytest.mark.parametrize("slots", [1, 2, 5, 95])
def test_parts_have_each_slot_once_and_are_bounded(slots: int, plain: int) -> None:
    parts = parts_within(question(slots, plain, hints=5))
    assert [n for part in parts for n in part.numbers] == list(range(slots))
    assert len(parts) > 1 or slots * (plain + 13) < 512 or slots == 1
    for numbers, part in parts:
        assert len(part.pieces) <= 512 and part.pieces[-1] == EOS
        assert [p for p in part.pieces if p in {f"<extra_id_{k}>" for k in range(95)}] == [
            f"<extra_id_{k}>" for k in range(len(numbers))
        ]
        assert part.choices == [[f"▁h{n}.{h}" for h in range(5)] for n in numbers]


def test_a_single_slot_is_asked_however_long_its_hints_are() -> None:
    (part,) = parts_within(question(1, plain=700, hints=300))
    assert part.numbers == (0,) and 512 < len(part.question.pieces) < 1000


def test_the_decoding_limit_suffices_for_the_longest_hints() -> None:
    short = question(2, hints=2)
    assert decoding_limit(short) >= 2 * 4 + 1
    hint = [f"▁piece{n}" for n in range(12)]
    long = Question(["<extra_id_0>", "▁w", HINT, "▁a", HINT, *hint, CLOSE, EOS], [["▁a", hint[0]]])
    assert decoding_limit(long) >= 1 + len(hint) + 1
    assert decoding_limit(long) < 2 * len(hint)


def test_the_decoding_limit_does_not_grow_with_plain_text() -> None:
    assert decoding_limit(question(3, plain=1)) == decoding_limit(question(3, plain=100))
