"""Slots: the model's input and output form.

Candidate substitutions are marked in the text with T5's sentinels, each with the wordings that the
inverse dictionary offers for it, and the model answers slot by slot; an empty answer keeps the
wording. The form follows T5's span-corruption pre-training (Raffel et al. 2020) with the corrupted
wording and hints left in view::

    the <extra_id_0> decrease <extra_id_97> lower <extra_id_98> <extra_id_1> home … <extra_id_98> of
    <extra_id_0> lower <extra_id_1> house

A hint is preceded by the mark of its share (HINT_MARKS), so that the model knows how often it is
right; ``<extra_id_98>`` closes a slot that has hints or several words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.candidates.inverse import Candidate, InverseLexicon, cased_originals
from despin.infer.candidates.subwords import EOS, MAX_SLOTS, SLOT_END, Subwords, hint_sentinel, slot_sentinel
from despin.infer.text.articles import article_before
from despin.infer.text.protected import ProtectedCursor
from despin.infer.text.tokens import Token, is_word, tokenize

MAX_HINTS = 3
_BEFORE_SENTENCE = frozenset('.!?:“”"')
MAX_KEEP_SHARE = 0.9
"""A form that is natural in more than this share of places is no slot: on the development pairs 5 of
478 such places were substitutions (13 % of all candidates, 0.2 % of the edits)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place the model may rewrite: ``text[start:end] == source``, with cased hints and their shares."""

    start: int
    end: int
    source: str
    hints: tuple[str, ...]
    shares: tuple[float, ...] = ()
    keep: float = 1.0
    """The inverse dictionary's share of places where the wording is natural."""
    article: str | None = None
    """``a`` or ``an`` where that is the word before."""
    names: tuple[str, ...] = ()
    """Those of the hints that the dictionary writes with a capital of their own."""
    starts: bool = False
    """Whether a sentence may begin here, so that a capital says nothing."""
    protected: bool = False
    """Whether the place lies in mark-up, an address or code."""


@dataclass(frozen=True, slots=True)
class MarkedSegment:
    """A segment ready for the model: its pieces and the slots they mark, in order."""

    pieces: list[str]
    slots: list[Slot]


def find_slots(
    text: str,
    tokens: Sequence[Token],
    lexicon: InverseLexicon,
    hints: int = MAX_HINTS,
    shield: ProtectedCursor | None = None,
) -> list[tuple[Candidate, Slot]]:
    """The candidates of a text as slots (at most SLOT_LIMIT are of use in one segment).

    ``shield`` knows the protected places; it is asked in rising order.
    """
    found = []
    for candidate in lexicon.candidates(text, tokens):
        if candidate.origins.keep > MAX_KEEP_SHARE:
            continue
        start, end = tokens[candidate.start].start, tokens[candidate.end - 1].end
        source = text[start:end]
        cased = cased_originals(source, candidate.origins, hints)
        if cased:
            keep = candidate.origins.keep
            article = article_before(text, start)
            slot = Slot(
                start,
                end,
                source,
                tuple(cased),
                tuple(cased.values()),
                keep,
                article,
                tuple(o for o in candidate.origins.originals if o in cased and o != o.lower()),
                candidate.start == 0 or tokens[candidate.start - 1].text in _BEFORE_SENTENCE,
                shield is not None and shield.covers(start, end),
            )
            found.append((candidate, slot))
    return found


def mark_slots(
    text: str,
    tokens: Sequence[Token],
    found: Sequence[tuple[Candidate, Slot]],
    pieces: Subwords,
    hinted: bool = True,
    left: Sequence[Token] = (),
) -> MarkedSegment:
    """The model's input for one segment: pieces of its words with the slots marked, and END.

    Offsets in tokens and slots refer to ``text``, of which the tokens may cover only a part. ``left``
    are tokens before the segment that the model reads as context.
    """
    out = [piece for word in left for piece in pieces.encode_word(text, word)]
    slots: list[Slot] = []
    at = 0
    for candidate, slot in found[:MAX_SLOTS]:
        for word in tokens[at : candidate.start]:
            out.extend(pieces.encode_word(text, word))
        out.append(slot_sentinel(len(slots)))
        for word in tokens[candidate.start : candidate.end]:
            out.extend(pieces.encode_word(text, word))
        hints = slot.hints if hinted else ()
        for hint, share in zip(hints, slot.shares):
            out.append(hint_sentinel(share))
            out.extend(pieces.encode_phrase(hint))
        if hints or candidate.end - candidate.start > 1:
            out.append(SLOT_END)
        slots.append(slot)
        at = candidate.end
    for word in tokens[at:]:
        out.extend(pieces.encode_word(text, word))
    out.append(EOS)
    return MarkedSegment(out, slots)


def target_pieces(originals: Sequence[str | None], pieces: Subwords) -> list[str]:
    """The model's target: each slot's mark and its original's pieces, nothing where it is None."""
    out: list[str] = []
    for number, original in enumerate(originals):
        out.append(slot_sentinel(number))
        if original is not None:
            out.extend(pieces.encode_phrase(original))
    out.append(EOS)
    return out


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote into one slot, with the log-probability of its pieces (natural log)."""

    slot: int
    text: str
    score: float


def parse_replies(output: Sequence[str], scores: Sequence[float], count: int) -> list[Reply]:
    """The replies in a generated piece sequence, keeps left out.

    ``scores`` holds one log-probability a piece, END's included. A reply's score is that of its
    pieces and of the mark that ends it. Marks out of order or beyond ``count`` are skipped with
    what follows them, so a derailed output can only lose edits, never misplace one.
    """
    replies: list[Reply] = []
    current, begun, last = -1, 0, -1
    written: list[str] = []
    number_of = {slot_sentinel(n): n for n in range(count)}
    for at, piece in enumerate([*output, EOS]):
        if piece != EOS and not piece.startswith("<extra_id_"):
            written.append(piece)
            continue
        if current > last:
            if text := Subwords.decode(written):
                replies.append(Reply(current, text, float(sum(scores[begun : at + 1]))))
            last = current
        current, begun, written = number_of.get(piece, -1), at + 1, []
        if piece == EOS:
            break
    return replies


def has_words(text: str) -> bool:
    """Whether a reply holds a word at all."""
    return any(is_word(w.text) for w in tokenize(text))
