"""Target forms: what the model reads and writes for a spun segment.

Three were tried at equal compute (the README gives the figures): ``rewrite`` writes the whole
segment again, ``spans`` answers marked slots, ``hinted`` answers marked slots that carry the
inverse dictionary's wordings. The shipped checkpoint and the inference engine use ``hinted``.
"""

from __future__ import annotations

from collections.abc import Sequence

from despin.infer.candidates.slots import answer, mark, read_replies
from despin.infer.candidates.subwords import END, SLOT_LIMIT, Pieces
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.tokens import words
from despin.train.data.examples import Example

FORMS = ("hinted", "spans", "rewrite")


def encode(form: str, example: Example, pieces: Pieces) -> tuple[list[str], list[str]]:
    """Source and target pieces of an example in a form."""
    if form == "rewrite":
        return _plain(example.spun, pieces), _plain(example.original, pieces)
    marked = mark(example.text, example.segment.tokens, example.found, pieces, hinted=form == "hinted")
    return marked.pieces, answer(example.answers()[: len(marked.slots)], pieces)


def decode(form: str, example: Example, output: Sequence[str], pieces: Pieces) -> str:
    """The restored segment, from the model's output pieces."""
    if form == "rewrite":
        return Pieces.join([p for p in output if p != END])
    slots = [slot for _, slot in example.found[:SLOT_LIMIT]]
    shift = example.segment.start
    edits = []
    for reply in read_replies(output, [0.0] * (len(output) + 1), len(slots)):
        slot = slots[reply.slot]
        edits.append(Edit(slot.start - shift, slot.end - shift, slot.source, reply.text))
    return apply_edits(example.spun, edits)


def _plain(text: str, pieces: Pieces) -> list[str]:
    out = [piece for word in words(text) for piece in pieces.of_word(text, word)]
    return [*out, END]
