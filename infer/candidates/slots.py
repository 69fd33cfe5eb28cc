"""Slots: the model's input and output format.

Candidate substitutions are marked in the text with T5's sentinels, each followed by the originals that the
inverse dictionary offers (hints), and the model replies slot by slot; an empty reply keeps the wording.
The format follows T5's span-corruption pre-training (Raffel et al. 2020), but leaves the corrupted wording
in the input::

    the <extra_id_0> decrease <extra_id_97> lower <extra_id_98> <extra_id_1> home … <extra_id_98> of
    <extra_id_0> lower <extra_id_1> house

A hint is preceded by the sentinel of its share (HINT_SENTINELS), which tells the model how often it is
right; ``<extra_id_98>`` closes a slot that has hints or several words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.candidates.inverse import Candidate, InverseLexicon, cased_originals
from despin.infer.candidates.subwords import EOS, MAX_SLOTS, SLOT_END, Subwords, hint_sentinel, slot_sentinel
from despin.infer.text.articles import article_before
from despin.infer.text.protected import ProtectedCursor
from despin.infer.text.tokens import Token, is_word, tokenize

MAX_HINTS = 5
"""Default maximum of hints in a slot."""
_BEFORE_SENTENCE = frozenset('.!?:“”"')
_PREFIX = re.compile(r"(?<!\w)(?:mis|re|over|under|un|out|dis|de|fore|mal)[-\u2010\u2011]\Z", re.IGNORECASE)
"""What is hyphenated to the word behind it as a part of it: "over-stated" is no "stated"."""
_LONGEST_PREFIX = 6
_QUOTES = frozenset("\"“”'‘’")
MAX_KEEP_SHARE = 0.9
"""A form that is natural in more than this share of its occurrences is no slot: on the development pairs 5
of 478 such occurrences were substitutions (13 % of all candidates, 0.2 % of the edits)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A span that the model may rewrite: ``text[start:end] == source``, with cased hints and their shares."""

    start: int
    end: int
    source: str
    hints: tuple[str, ...]
    shares: tuple[float, ...] = ()
    keep: float = 1.0
    """The inverse dictionary's share of occurrences in which the wording is natural."""
    article: str | None = None
    """``a`` or ``an`` if that is the word before, else None."""
    lead: str = ""
    """The article and the white space after it as they stand in the text, if an edit may extend over them."""
    tail: str = ""
    """The full stop of an abbreviation that stands behind the span without ending a sentence ("p.c.")."""
    names: tuple[str, ...] = ()
    """The hints that have a capital in the dictionary."""
    at_sentence_start: bool = False
    """Whether a sentence may start here, which would explain a capital."""
    protected: bool = False
    """Whether the span overlaps mark-up, an address or code."""


@dataclass(frozen=True, slots=True)
class MarkedSegment:
    """A segment as model input: its subword pieces and the slots marked in them, in order."""

    pieces: list[str]
    slots: list[Slot]


def find_slots(
    text: str,
    tokens: Sequence[Token],
    lexicon: InverseLexicon,
    hints: int = MAX_HINTS,
    protected: ProtectedCursor | None = None,
) -> list[tuple[Candidate, Slot]]:
    """The candidates among ``tokens`` as slots with up to ``hints`` hints each.

    ``protected`` knows the protected spans; it is queried in ascending order.
    """
    slots: list[tuple[Candidate, Slot]] = []
    for candidate in lexicon.candidates(text, tokens):
        if candidate.origins.keep > MAX_KEEP_SHARE:
            continue
        start, end = tokens[candidate.start].start, tokens[candidate.end - 1].end
        if _PREFIX.search(text, max(0, start - _LONGEST_PREFIX), start):
            continue
        source = text[start:end]
        cased = cased_originals(source, candidate.origins, hints)
        if cased:
            keep = candidate.origins.keep
            lead = article_before(text, start) or ""
            free = not slots or slots[-1][1].end <= start - len(lead)
            slot = Slot(
                start,
                end,
                source,
                tuple(cased),
                tuple(cased.values()),
                keep,
                lead.strip().lower() or None,
                lead if free else "",
                "." if _abbreviates(tokens, candidate.end, source) else "",
                tuple(o for o in candidate.origins.originals if o in cased and o != o.lower()),
                candidate.start == 0 or tokens[candidate.start - 1].text in _BEFORE_SENTENCE,
                protected is not None and protected.covers(start, end),
            )
            slots.append((candidate, slot))
    return slots


def _abbreviates(tokens: Sequence[Token], end: int, source: str) -> bool:
    """Whether the token at ``end`` is a full stop that belongs to ``source``, which ends before it."""
    if "." not in source[:-1] or end + 1 >= len(tokens) or tokens[end].text != ".":
        return False
    following = tokens[end + 1]
    is_adjacent = tokens[end].start == tokens[end - 1].end
    return is_adjacent and not following.text[0].isupper() and following.text not in _QUOTES


def mark_slots(
    text: str,
    tokens: Sequence[Token],
    slots: Sequence[tuple[Candidate, Slot]],
    pieces: Subwords,
    hinted: bool = True,
) -> MarkedSegment:
    """The model's input for one segment: the pieces of its tokens with the slots marked, and EOS.

    Offsets in tokens and slots refer to ``text``, of which the tokens may cover only a part. ``hinted``:
    whether hints are written. Slots beyond MAX_SLOTS are left unmarked.
    """
    sequence: list[str] = []
    marked: list[Slot] = []
    index = 0
    for candidate, slot in slots[:MAX_SLOTS]:
        for token in tokens[index : candidate.start]:
            sequence.extend(pieces.encode_word(text, token))
        sequence.append(slot_sentinel(len(marked)))
        for token in tokens[candidate.start : candidate.end]:
            sequence.extend(pieces.encode_word(text, token))
        hints = slot.hints if hinted else ()
        for hint, share in zip(hints, slot.shares):
            sequence.append(hint_sentinel(share))
            sequence.extend(pieces.encode_phrase(hint))
        if hints or candidate.end - candidate.start > 1:
            sequence.append(SLOT_END)
        marked.append(slot)
        index = candidate.end
    for token in tokens[index:]:
        sequence.extend(pieces.encode_word(text, token))
    sequence.append(EOS)
    return MarkedSegment(sequence, marked)


def target_pieces(originals: Sequence[str | None], pieces: Subwords) -> list[str]:
    """The model's target: each slot's sentinel and the pieces of its original (none for None), and EOS."""
    sequence: list[str] = []
    for number, original in enumerate(originals):
        sequence.append(slot_sentinel(number))
        if original is not None:
            sequence.extend(pieces.encode_phrase(original))
    sequence.append(EOS)
    return sequence


@dataclass(frozen=True, slots=True)
class Reply:
    """The text that the model generated for one slot, with its log-probability (natural log)."""

    slot: int
    text: str
    score: float


def parse_replies(output: Sequence[str], scores: Sequence[float], count: int) -> list[Reply]:
    """The non-empty replies in a generated sequence of pieces, for an input with ``count`` slots.

    ``scores`` holds a log-probability for each piece, EOS included. A reply's score sums those of its
    pieces and of the sentinel that ends it. Sentinels out of order or beyond ``count`` are skipped together
    with the pieces after them, so that a degenerate output can lose edits but never misplace one.
    """
    replies: list[Reply] = []
    current, start, last = -1, 0, -1
    pieces: list[str] = []
    slot_of = {slot_sentinel(n): n for n in range(count)}
    for index, piece in enumerate([*output, EOS]):
        if piece != EOS and not piece.startswith("<extra_id_"):
            pieces.append(piece)
            continue
        if current > last:
            if text := Subwords.decode(pieces):
                replies.append(Reply(current, text, float(sum(scores[start : index + 1]))))
            last = current
        current, start, pieces = slot_of.get(piece, -1), index + 1, []
        if piece == EOS:
            break
    return replies


def has_words(text: str) -> bool:
    """Whether ``text`` contains a word."""
    return any(is_word(token.text) for token in tokenize(text))
