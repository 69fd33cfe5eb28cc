"""Target forms: the model's input and output for a spun segment.

Three were compared at equal compute (see docs/training.md): ``rewrite`` generates the whole segment,
``spans`` fills marked slots, ``hinted`` fills marked slots that show the inverse dictionary's wordings. The
shipped checkpoint and the inference engine use ``hinted``.
"""

from __future__ import annotations

from collections.abc import Sequence

from despin.infer.candidates.slots import mark_slots, parse_replies, target_pieces
from despin.infer.candidates.subwords import EOS, MAX_SLOTS, Subwords
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.tokens import tokenize
from despin.train.data.examples import Example


def encode_example(form: str, example: Example, pieces: Subwords) -> tuple[list[str], list[str]]:
    """Source and target subwords of an example in a form."""
    if form == "rewrite":
        return _plain(example.spun, pieces), _plain(example.original, pieces)
    marked = mark_slots(example.text, example.segment.tokens, example.slots, pieces, hinted=form == "hinted")
    return marked.pieces, target_pieces(example.answers()[: len(marked.slots)], pieces)


def decode_example(form: str, example: Example, output: Sequence[str], pieces: Subwords) -> str:
    """The restored segment, from the model's output subwords."""
    if form == "rewrite":
        return Subwords.decode([p for p in output if p != EOS])
    slots = [slot for _, slot in example.slots[:MAX_SLOTS]]
    offset = example.segment.start
    edits = []
    for reply in parse_replies(output, [0.0] * (len(output) + 1), len(slots)):
        slot = slots[reply.slot]
        edits.append(Edit(slot.start - offset, slot.end - offset, slot.source, reply.text))
    return apply_edits(example.spun, edits)


def _plain(text: str, pieces: Subwords) -> list[str]:
    out = [piece for word in tokenize(text) for piece in pieces.encode_word(text, word)]
    return [*out, EOS]
