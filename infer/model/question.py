"""Questions to the model, and the smaller ones into which a question is divided.

A question is divided where it is too long for the model, and where the model left some of its slots
unanswered: the smaller question has some of the slots alone, and shows the others as plain wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from despin.infer.candidates.subwords import EOS, HINT_SENTINELS, SLOT_END, slot_sentinel

MAX_PIECES = 512
"""Pieces of a question at most. The attention of an encoder layer takes memory with their square: 6 heads of
512 x 512 numbers are 6 MB. The longest question of 13,000 words of real spun text has a little over half."""
CONTEXT_PIECES = 128
"""Plain pieces that are kept before the first and after the last slot of a question that is too long: about
as many as an ordinary segment has without its hints."""
_MIN_REPLY = 3
"""Pieces that a reply may have at least, even if all hints of its slot are shorter."""
_SPARE = 8
_WORD_START = "▁"
_HINT_MARKS = frozenset(sentinel for _, sentinel in HINT_SENTINELS)


@dataclass(frozen=True, slots=True)
class Question:
    """A marked segment as model input, with the choices at each of its slots.

    ``choices[k]`` holds the first piece of each possible original of slot k. The piece that keeps the
    wording (the next slot's sentinel, or EOS) is not among them.
    """

    pieces: list[str]
    choices: list[list[str]]


class Part(NamedTuple):
    """A question about the slots ``numbers`` of another one, in ascending order."""

    numbers: tuple[int, ...]
    question: Question


class _Marked(NamedTuple):
    """Where a slot stands in the pieces: its sentinel, the end of its wording, the end of its hints."""

    start: int
    wording_end: int
    end: int


def decoding_limit(question: Question) -> int:
    """The pieces that suffice to answer each slot with its longest hint, and some to spare."""
    limit = _SPARE
    for slot in _slots(question):
        longest = length = 0
        for piece in question.pieces[slot.wording_end : slot.end]:
            length = 0 if piece in _HINT_MARKS or piece == SLOT_END else length + 1
            longest = max(longest, length)
        limit += 1 + max(longest, _MIN_REPLY)
    return limit


def parts_within(question: Question, max_pieces: int = MAX_PIECES) -> list[Part]:
    """The question itself if it has at most ``max_pieces`` pieces, else parts that have.

    Parts have consecutive slots, and together all of them in order. A part with a single slot may be longer:
    with five hints of eight words it has 2 * CONTEXT_PIECES + 100 pieces.
    """
    return list(_divided(question, tuple(range(len(question.choices))), max_pieces))


def _divided(question: Question, numbers: tuple[int, ...], max_pieces: int) -> Iterator[Part]:
    part = question if len(numbers) == len(question.choices) else with_slots(question, numbers)
    if len(part.pieces) > max_pieces:
        part = with_slots(question, numbers, CONTEXT_PIECES)
    if len(part.pieces) <= max_pieces or len(numbers) <= 1:
        yield Part(numbers, part)
        return
    for half in halves(numbers):
        yield from _divided(question, half, max_pieces)


def halves(numbers: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the second half of ``numbers``, of which there are two at least."""
    middle = len(numbers) // 2
    return tuple(numbers[:middle]), tuple(numbers[middle:])


def with_slots(question: Question, numbers: Sequence[int], context: int | None = None) -> Question:
    """The question with the slots ``numbers`` (ascending) alone; the others are shown as plain wording.

    ``context``: plain pieces to keep before the first and after the last slot, None for all of them.
    """
    asked = frozenset(numbers)
    pieces: list[str] = []
    first = last = 0  # where the first slot starts and the last one ends among ``pieces``
    at = 0
    kept = 0
    for number, slot in enumerate(_slots(question)):
        pieces.extend(question.pieces[at : slot.start])
        if number in asked:
            if not kept:
                first = len(pieces)
            pieces.append(slot_sentinel(kept))
            pieces.extend(question.pieces[slot.start + 1 : slot.end])
            last = len(pieces)
            kept += 1
        else:
            pieces.extend(question.pieces[slot.start + 1 : slot.wording_end])
        at = slot.end
    pieces.extend(question.pieces[at:-1])
    if context is not None:
        start, end = max(0, first - context), min(len(pieces), last + context)
        while 0 < start < first and not pieces[start].startswith(_WORD_START):
            start += 1
        while last < end < len(pieces) and not pieces[end].startswith(_WORD_START):
            end -= 1
        pieces = pieces[start:end]
    return Question([*pieces, EOS], [question.choices[number] for number in numbers])


def _slots(question: Question) -> Iterator[_Marked]:
    """The slots of a question that has hints (the target form ``hinted``), in order."""
    pieces = question.pieces
    start = 0
    for number in range(len(question.choices)):
        start = pieces.index(slot_sentinel(number), start)
        wording_end = start + 1
        while pieces[wording_end] not in _HINT_MARKS and pieces[wording_end] != SLOT_END:
            wording_end += 1
        end = pieces.index(SLOT_END, wording_end) + 1
        yield _Marked(start, wording_end, end)
        start = end
