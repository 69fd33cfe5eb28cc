"""Placing an edit: the words of a replacement put where the old ones were, what stands between them kept.

An edit is found in the view of a document (`despin.infer.text.view`), where mark-up and line breaks are read
through. In the document they lie between the words of the source, and have to lie between words of the
replacement: "loss of⏎life toll" becomes "death⏎toll", "decrease <b>home</b>" becomes "lower <b>house</b>".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from despin.infer.text.apostrophes import Apostrophes
from despin.infer.text.edits import Edit
from despin.infer.text.pieces import Kind, Piece
from despin.infer.text.reading import Format, escape
from despin.infer.text.view import View

_RUNS = re.compile(r"\s+|\S+")
_LINE_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")


GUARD, REASON = "break", "mark-up or a line break inside the wording would be lost"
"""Name and reason of the guard that refuses an edit which cannot be placed."""


@dataclass(slots=True)
class _Gap:
    """What stands between two words of the source."""

    parts: list[tuple[str, bool]] = field(default_factory=list)
    """Texts, and whether each is mark-up."""
    has_break: bool = False

    @property
    def has_markup(self) -> bool:
        return any(is_markup for _, is_markup in self.parts)

    @property
    def is_plain(self) -> bool:
        return not self.has_markup and not self.has_break

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.parts)

    @property
    def markup(self) -> str:
        return "".join(text for text, is_markup in self.parts if is_markup)


def place_edit(view: View, edit: Edit) -> Edit | None:
    """An edit of ``view.text`` as an edit of the document; None where it would break the mark-up.

    Nothing between the words is lost: mark-up stays around words, line breaks stay between words, and white
    space of a special kind stays where the number of words allows it.
    """
    start, end = view.source_span(edit.start, edit.end)
    source = view.source[start:end]
    if source == edit.source and source.isascii() and source.split() == source.split(" "):
        return replace(edit, start=start, end=end)  # a fast path: words with single spaces between them
    pieces = list(view.pieces_between(start, end))
    words, gaps, last_markup = _words_and_gaps(view.source, pieces)
    if last_markup is not None:  # mark-up inside a word
        shown, end_of_markup = last_markup
        if not edit.replacement.startswith(shown) or len(words) > 1:
            return None
        return replace(
            edit,
            start=start,
            end=end,
            source=source,
            replacement=view.source[start:end_of_markup] + edit.replacement[len(shown) :],
        )
    wording = edit.replacement.split(" ")
    placed = _place_words(wording, gaps, *_touches_markup(view, start, end))
    if placed is not None:
        return replace(edit, start=start, end=end, source=source, replacement=placed)
    return _with_break_moved_out(view, edit, start, end, wording, gaps)


def place_edits(
    view: View, format: Format, edits: Iterable[Edit], apostrophes: Apostrophes
) -> Iterator[Edit | None]:
    """Each edit of ``view.text``, in order, as an edit of the document.

    The wording gets the kind of apostrophe of its neighbours and is escaped as the format requires. None for
    an edit that would break the mark-up, or that would reach into the one before.
    """
    end = 0  # of the last edit, which may have taken a space behind it
    for edit in edits:
        placed = _place(view, format, edit, apostrophes)
        if placed is None or placed.start < end:
            yield None
            continue
        end = placed.end
        if edit.alternatives:
            others = [
                (_place(view, format, replace(edit, replacement=wording), apostrophes), confidence)
                for wording, confidence in edit.alternatives
            ]
            alternatives = tuple(
                (other.replacement, confidence)
                for other, confidence in others
                if other is not None and (other.start, other.end) == (placed.start, placed.end)
            )
            placed = replace(placed, alternatives=alternatives)
        yield placed


def _place(view: View, format: Format, edit: Edit, apostrophes: Apostrophes) -> Edit | None:
    wording = escape(apostrophes.set_in(edit.replacement, edit.start), format)
    return place_edit(view, replace(edit, replacement=wording))


def unplaced_edit(view: View, edit: Edit) -> Edit:
    """An edit of ``view.text`` with its span and source in the document, its replacement as it is."""
    start, end = view.source_span(edit.start, edit.end)
    return replace(edit, start=start, end=end, source=view.source[start:end])


def _words_and_gaps(
    source: str, pieces: Sequence[Piece]
) -> tuple[list[str], list[_Gap], tuple[str, int] | None]:
    """The words of a span as they are read, the gaps between them, and for mark-up inside a word what is read
    of the span before the last such mark-up and where that mark-up ends."""
    words: list[str] = []
    gaps: list[_Gap] = []
    gap: _Gap | None = None  # since the last word
    is_space = False  # whether the gap separates words
    inside: tuple[str, int] | None = None
    markup_end = 0
    for piece in pieces:
        verbatim = source[piece.start : piece.end]
        shown = verbatim if piece.shown is None else piece.shown
        if piece.kind is Kind.HIDDEN:
            continue
        if piece.kind in (Kind.MARKUP, Kind.BREAK):
            gap = gap or _Gap()
            gap.parts.append((verbatim, piece.kind is Kind.MARKUP))
            gap.has_break |= piece.kind is Kind.BREAK
            is_space |= bool(shown)
            markup_end = piece.end
            continue
        for run in _RUNS.findall(shown):
            if run.isspace():
                gap = gap or _Gap()
                gap.parts.append((run if piece.shown is None else verbatim, False))
                gap.has_break |= bool(_LINE_BREAK.search(run))
                is_space = True
                continue
            if not words or (gap is not None and is_space):
                if words:
                    gaps.append(gap or _Gap())
                words.append(run)
            else:
                if gap is not None and gap.has_markup:
                    inside = " ".join(words), markup_end
                elif gap is not None:  # a line break in a divided word goes behind it
                    gaps.append(gap)
                    words.append("")
                words[-1] += run
            gap, is_space = None, False
    return words, gaps, inside


def _touches_markup(view: View, start: int, end: int) -> tuple[bool, bool]:
    """Whether mark-up stands directly before and after a span."""
    before, after = view.piece_before(start), view.piece_after(end)
    return (
        before is not None and before.kind is Kind.MARKUP,
        after is not None and after.kind is Kind.MARKUP,
    )


def _place_words(words: Sequence[str], gaps: Sequence[_Gap], closed: bool, closing: bool) -> str | None:
    """``words`` with the gaps between them; None if there are too few words.

    ``closed`` and ``closing``: whether mark-up stands directly before the first and after the last word, so
    that no word less may stand beside it.
    """
    special = [i for i, gap in enumerate(gaps) if not gap.is_plain]
    if len(special) < len(words):
        return _between(words, gaps, special)
    if any(gap.has_break for gap in gaps):
        return None
    return _into_runs(words, [gaps[i] for i in special], closed, closing)


def _between(words: Sequence[str], gaps: Sequence[_Gap], special: Sequence[int]) -> str:
    """Each special gap at about the same part of the way, the plain ones in order between them."""
    count, source_count = len(words), len(gaps) + 1
    at: dict[int, _Gap] = {}
    position = 0
    for number, i in enumerate(special):
        room = count - (len(special) - number)  # so that the gaps behind it have places too
        position = min(max(round((i + 1) * count / source_count), position + 1), room)
        at[position] = gaps[i]
    plain = iter([gap.text for gap in gaps if gap.is_plain])
    parts = [words[0]]
    for i in range(1, count):
        parts += [at[i].text if i in at else next(plain, " "), words[i]]
    return "".join(parts)


def _into_runs(words: Sequence[str], gaps: Sequence[_Gap], closed: bool, closing: bool) -> str | None:
    """Fewer words than there are runs between mark-up: a run with mark-up on both sides gets one, the first
    or last run may lose all of its words if it has mark-up on one side only."""
    spare = len(words) - (len(gaps) - 1 + closed + closing)
    if spare < 0:
        return None
    ends_in_markup = gaps[-1].parts[-1][1]
    # Open at both ends: the word goes behind mark-up that opens, or before mark-up that closes.
    has_last = closing or (spare > 0 and ends_in_markup)
    has_first = closed or (spare > 0 and not ends_in_markup)
    if not has_last and ends_in_markup and gaps[-1].text != gaps[-1].markup:
        return None  # the white space before the mark-up would be lost, or doubled
    rest = iter(words)
    parts = [next(rest) if has_first else ""]
    for i, gap in enumerate(gaps):
        word = next(rest) if has_last or i < len(gaps) - 1 else ""
        parts += [gap.text if parts[-1] and word else gap.markup, word]
    return "".join(parts)


def _with_break_moved_out(
    view: View, edit: Edit, start: int, end: int, words: Sequence[str], gaps: Sequence[_Gap]
) -> Edit | None:
    """The edit with a line break that has no place between its words moved to the space behind or before."""
    breaks = [gap for gap in gaps if gap.has_break]
    if len(breaks) != 1 or breaks[0].has_markup or any(gap.has_markup for gap in gaps):
        return None
    text, source = " ".join(words), view.source
    if _is_single_space(view, end):
        return replace(
            edit, start=start, end=end + 1, source=source[start : end + 1], replacement=text + breaks[0].text
        )
    if start and _is_single_space(view, start - 1):
        return replace(
            edit, start=start - 1, end=end, source=source[start - 1 : end], replacement=breaks[0].text + text
        )
    return None


def _is_single_space(view: View, offset: int) -> bool:
    """Whether a space of the prose stands at an offset of the document, with words on both sides."""
    source = view.source
    piece = view.piece_after(offset)
    return (
        piece is not None
        and piece.kind is Kind.PROSE
        and source[offset] == " "
        and not source[offset + 1 : offset + 2].isspace()
        and not source[offset - 1 : offset].isspace()
    )
