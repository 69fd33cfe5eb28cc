"""Subtitles (``.srt``, ``.vtt``) as pieces: what is spoken is prose, numbers, time codes and styles are not.

A sentence goes on from one cue to the next where the first does not end with sentence punctuation; what
stands between the words is then one break. The rules need no parser: a cue is what follows a line with
``-->`` up to a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.pieces import Kind, Piece

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_TIME = r"(?:\d{1,6}:)?\d{1,2}:\d{2}(?:[.,:]\d{1,3})?"
_TIMING = re.compile(rf"\s*{_TIME}[ \t]*-->[ \t]*{_TIME}")
_NUMBER = re.compile(r"\s*\d+\s*\Z")
_VTT_BLOCK = re.compile(r"\s*(?:NOTE|STYLE|REGION|WEBVTT|X-TIMESTAMP-MAP)\b")
# Tags and time stamps, the braces of other subtitle formats, and entities.
_INLINE = re.compile(
    r"(?P<tag></?[A-Za-z\d][^<>\n]*>|\{\\[^{}\n]*\})|(?P<entity>&(?:#\w{1,8}|[A-Za-z]\w{1,31});)"
)
_SENTENCE_END = re.compile(r"[.!?…:;♪♫][\"'”’)\]»]*\Z")
_NEW_SPEECH = re.compile(r"[-–—]\s*\S|[\[(♪♫]|>>|[A-Z][A-Z .']{1,30}:\s")
"""How a cue or line begins that goes on from nothing: a dash or name of a speaker, a sound, a song."""
_TAIL = 8
"""Characters at a cue's end that can be its sentence punctuation with the quotes and brackets after it."""


class _Item(NamedTuple):
    """A stretch of the document; ``kind`` None stands for the end of a line, ``cue`` for one between cues."""

    start: int
    end: int
    kind: Kind | None
    shown: str | None = None
    cue: bool = False


def read_subtitles(text: str) -> Sequence[Piece]:
    """The pieces of a SubRip or WebVTT document, in order; time is linear in its length.

    Only what follows a time code is spoken; so a document without any is left alone as a whole, and so is
    what stands before the first one.
    """
    builder = PieceBuilder(text)
    between: list[_Item] = []
    last_word_end = -1
    for item in _items(text):
        if item.kind not in (Kind.PROSE, Kind.CHARACTER):
            between.append(item)
            continue
        _add_between(builder, text, between, last_word_end, item.start)
        between = []
        builder.add(item.start, item.end, item.kind or Kind.PROSE, item.shown)
        last_word_end = item.end
    if between:
        _add_between(builder, text, between, -1, len(text))
    return builder.pieces()


def _add_between(builder: PieceBuilder, text: str, items: list[_Item], before: int, after: int) -> None:
    """Add what stands between two stretches of words; ``before`` -1: at the start or end of the document."""
    if not items:
        return
    start, end = items[0].start, items[-1].end
    if before < 0:
        builder.add(start, end, Kind.BOUNDARY, "\n")
    elif all(item.kind is Kind.MARKUP for item in items):
        builder.add(start, end, Kind.MARKUP, "")
    elif _NEW_SPEECH.match(text, after) or (
        any(item.cue for item in items) and _SENTENCE_END.search(text, max(before - _TAIL, 0), before)
    ):
        builder.add(start, end, Kind.BOUNDARY, "\n")
    else:
        builder.add(start, end, Kind.BREAK, " ")


def _items(text: str) -> Iterator[_Item]:
    lines = [match.span() for match in _LINE.finditer(text)]
    timings = [bool(_TIMING.match(text, *line)) for line in lines] + [False]
    is_vtt = text.lstrip("\ufeff").startswith("WEBVTT")
    in_cue = seen_cue = in_block = False
    for index, (start, end) in enumerate(lines):
        blank = text[start:end].isspace()
        if timings[index]:
            in_cue = seen_cue = True
            in_block = False
        elif blank:
            in_cue = in_block = False
        elif not in_cue and is_vtt and _VTT_BLOCK.match(text, start, end):
            in_block = True
        is_name = timings[index + 1] and (not in_cue or _NUMBER.match(text, start, end))
        # A cue of SubRip may hold a blank line; what follows it is spoken, unless it is a number.
        spoken = in_cue or (seen_cue and not is_vtt and not _NUMBER.match(text, start, end))
        if blank or timings[index] or in_block or is_name or not spoken:
            yield _Item(start, end, None, cue=True)
        else:
            yield from _spoken(text, start, end)


def _spoken(text: str, start: int, end: int) -> Iterator[_Item]:
    """The items of a line of a cue: its words without the white space around them, its tags, its end."""
    position = start
    for match in _INLINE.finditer(text, start, end):
        yield from _words(text, position, match.start())
        if match["tag"]:
            yield _Item(match.start(), match.end(), Kind.MARKUP, "")
        else:
            yield _Item(match.start(), match.end(), Kind.CHARACTER, unescape(match[0]))
        position = match.end()
    content_end = start + len(text[start:end].rstrip())
    yield from _words(text, position, max(content_end, position))
    if max(content_end, position) < end:
        yield _Item(max(content_end, position), end, None)


def _words(text: str, start: int, end: int) -> Iterator[_Item]:
    if start < end:
        yield _Item(start, end, Kind.PROSE)
