"""Signs of other languages inside prose: formulas, templates, attributes, shortcodes, notes.

They stand in the text that a reader of mark-up leaves, and may reach across its pieces, as in
``$a *b* c$``. So they are looked for in the prose of a whole document, in which all else is a filler.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from despin.infer.text.formats import jsx, templates
from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.next_match import NextMatch
from despin.infer.text.pieces import Kind, Piece

_FILLER, _BOUNDARY, _GAP = "\x02", "\x01", "\x03"
"""For mark-up, for a boundary, and for one with a blank line in it, which ends a formula."""
_BLANK_LINE = re.compile(r"\n[ \t\r>]*\n")
_TRIGGER = re.compile(r"[$\\{:^]|\[[@-]|%%")
_ATTRIBUTES = r"\{(?:[:#.%]|[A-Za-z-]{1,30}=)[^{}\n\x01\x03]{0,300}\}"
_TOKEN = re.compile(
    rf"(?P<template>{templates.OPENING})"
    r"|(?P<open>\\[(\[]|\\begin\{[A-Za-z]{1,30}\*?\})|(?P<close>\\[)\]]|\\end\{[A-Za-z]{1,30}\*?\})"
    r"|(?P<display>(?<![\\$])\$\$(?!\$))|(?P<dollar>(?<![\\\w$])\$(?=[^\s$]))"
    rf"|(?P<attributes>{_ATTRIBUTES})"
    # The name of a role of MyST, before its text, which is code.
    r"|(?P<role>\{[A-Za-z][\w:+-]{0,40}\}(?=\x02))"
    r"|(?P<shortcode>(?<![\w:/]):[A-Za-z+-][\w+-]{0,60}:(?![\w:/]))"
    # Names of directives, with a label that is prose: ":name[label]{...}", "::name".
    r"|(?P<directive>(?<![\w:/]):[A-Za-z][\w-]{0,60}(?=[\[{])|(?<![^\s\x01\x03]):::?[A-Za-z][\w-]{0,60}(?![\w:])"
    r"(?:\{[^{}\n\x01\x03]{0,300}\})?)"
    # The identifier of a block, at its end: "words ^block-id".
    r"|(?P<block>(?<![^\s\x01\x03])\^[A-Za-z\d][A-Za-z\d-]{0,80}(?=[ \t]*(?:[\n\x01\x03]|\Z)))"
    r"|(?P<note>\[\^[^\]\s]{1,80}\])"
    r"|(?P<citation>\[-?@[^\]\n\x01\x03]{1,200}\])"
    r"|(?P<boundary>\x01+)|(?P<gap>\x03+)"
    # A comment of MDX, whose stars may be emphasis; an expression; a comment of Obsidian.
    r"|(?P<comment>(?<!\\)\{/[*\x02])|(?P<expression>(?<!\\)\{)|(?P<percent>%%)"
)
_COMMENT_END = re.compile(r"\*/\}")
_END = re.compile(r"[\x01\x03]")
# What follows the name of a directive: its label, and attributes of any kind.
_LABEL = re.compile(r"\[[^\[\]\x01\x03]{0,1000}\](\{[^{}\n\x01\x03]{0,300}\})")
# Pandoc's rule: no space inside the signs, no digit after the closing one; and no other dollar between them.
_FORMULA = re.compile(r"\$(?=\S)(?:\\.|[^$\\\x01\x03])*+(?<![\s\\])\$(?!\d)")
# Not by that rule, but an amount all the same: "$5 million … in US$".
_AMOUNT = re.compile(r"\$\d[\d.,]*+(?:[kKmMbB]n?)?(?:[ \n]+[A-Za-z-]{2,}){2}")
_CURRENCY = re.compile(r"(?:US|AU?|CA?|NZ|HK|SG?|NT|R)\$$")


def mark_notations(text: str, pieces: Sequence[Piece], *, markdown: bool) -> Sequence[Piece]:
    """The pieces with notations in the prose turned into mark-up.

    ``markdown``: also those that only Markdown has (``$x$``, ``{.class}``, ``:emoji:``, ``[^1]``).
    """
    if not _TRIGGER.search(text):
        return pieces
    prose = "".join(_masked(text, piece) for piece in pieces)
    spans = sorted(_spans(text, prose, markdown))
    return _cut(text, pieces, spans) if spans else pieces


def _masked(text: str, piece: Piece) -> str:
    source = text[piece.start : piece.end]
    if piece.kind in (Kind.PROSE, Kind.FIXED):
        return source
    if piece.kind is Kind.BREAK:
        masked = "\n" + " " * (len(source) - 1)
    elif piece.kind is Kind.BOUNDARY:
        masked = (_GAP if _BLANK_LINE.search(source) else _BOUNDARY) * len(source)
    else:
        masked = _FILLER * len(source)
    # The sign of an escape may open a formula; at a line's start it is part of what stands before.
    return masked[:-1] + "\\" if source.endswith("\\") else masked


def _spans(text: str, prose: str, markdown: bool) -> Iterator[tuple[int, int, str]]:
    """The spans of the notations, each with what it reads as; they may overlap."""
    found = templates.Templates(prose)
    code, next_end, next_comment_end = jsx.Code(prose), NextMatch(prose), NextMatch(text)

    def in_paragraph(start: int, end: int) -> bool:
        return next_end.find(_END, start, end) is None

    opened: dict[str, int] = {}
    """Where the formulas that wait for their end begin, by the end."""
    position = 0
    while match := _TOKEN.search(prose, position):
        position = match.end()
        kind = match.lastgroup
        start, end = match.span()
        if kind == "gap" or (kind == "boundary" and not markdown):
            opened.clear()
        elif kind == "boundary":
            opened.pop("\\)", None)
            opened.pop("%%", None)
        elif kind == "open":
            opened.setdefault(_end_of(match[0]), start)
        elif kind == "close":
            begun = opened.pop(match[0], None)
            if begun is not None:
                yield begun, end, " "
        elif kind == "display":
            begun = opened.pop("$$", None)
            if begun is None:
                opened["$$"] = start
            else:
                yield begun, end, " "
        elif kind == "template":
            after = found.end(start, len(prose))
            if after is not None and not _crosses(prose, start, after):
                yield start, after, " "
                position = after
            elif markdown and (attributes := re.compile(_ATTRIBUTES).match(prose, start)):
                yield start, attributes.end(), " "
        elif not markdown:
            continue
        elif kind == "dollar":
            formula = _FORMULA.match(prose, start)
            if formula and not _AMOUNT.match(prose, start) and not _CURRENCY.search(formula[0][-4:]):
                yield start, formula.end(), " "
                position = formula.end()
        elif kind == "role":
            if text[end] == "`":
                yield start, end, " "
        elif kind == "percent":
            begun = opened.pop("%%", None)
            if begun is not None:
                yield begun, end, " "
            elif not prose[start - 1 : start].isalnum():
                opened["%%"] = start
        elif kind == "comment":
            closed = next_comment_end.find(_COMMENT_END, end)
            if closed and in_paragraph(start, closed.end()):
                yield start, closed.end(), " "
                position = closed.end()
        elif kind == "expression":
            after = code.expression_end(start)
            if after is not None and in_paragraph(start, after):
                yield start, after, " "
                position = after
        elif kind == "note":
            yield start, end, ""
        elif kind == "directive":
            yield start, end, " "
            if label := _LABEL.match(prose, end):
                yield *label.span(1), " "
        else:
            yield start, end, " "


def _end_of(opening: str) -> str:
    return {"\\(": "\\)", "\\[": "\\]"}.get(opening) or opening.replace("begin", "end", 1)


def _crosses(prose: str, start: int, end: int) -> bool:
    return any(prose.find(sign, start, end) >= 0 for sign in (_BOUNDARY, _GAP))


def _cut(text: str, pieces: Sequence[Piece], spans: list[tuple[int, int, str]]) -> Sequence[Piece]:
    """The pieces with what the sorted spans cover read as they say; a boundary inside one stays one."""
    out = PieceBuilder(text)
    merged = _merge(spans)
    start, end, shown = next(merged)
    for piece in pieces:
        position = piece.start
        while position < piece.end:
            while end <= position:
                start, end, shown = next(merged, (len(text) + 1, len(text) + 1, ""))
            if start <= position:
                stop = min(end, piece.end)
                inside = piece.kind is Kind.BOUNDARY
                out.add(position, stop, Kind.BOUNDARY if inside else Kind.MARKUP, "\n" if inside else shown)
            else:
                stop = min(start, piece.end)
                later_part = piece.shown is not None and position > piece.start
                out.add(position, stop, piece.kind, "" if later_part else piece.shown)
            position = stop
    return out.pieces()


def _merge(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    start, end, shown = spans[0]
    for next_start, next_end, next_shown in spans[1:]:
        if next_start < end:
            end, shown = max(end, next_end), max(shown, next_shown)
        else:
            yield start, end, shown
            start, end, shown = next_start, next_end, next_shown
    yield start, end, shown
