"""Inline mark-up of reStructuredText: emphasis, literals, roles, references, escapes."""

from __future__ import annotations

import re

from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.pieces import Kind

_TOKEN = re.compile(
    r"(?P<break>(?:(?<![ \t\r])[ \t\r]*+)?\n[ \t]*)"
    r"|(?P<literal>(?<![\w`\\])``(?=[^\s`]))"
    r"|(?P<quoted>(?P<role>(?<!\w):[A-Za-z][\w:.+-]{0,60}:|(?<!\w)_)?(?<!\\)`(?P<content>[^`\s][^`]*)`(?P<suffix>__?(?!\w))?)"
    r"|(?P<substitution>(?<![\w\\])\|(?=\S)[^|\n]{1,80}(?<=\S)\|(?:__?)?)"
    r"|(?P<note>(?<![\w\\])\[(?:\d+|#[\w.-]{0,80}|\*|[A-Za-z][\w.-]{0,80})\]_)"
    r"|(?P<reference>(?<![\w.+:`\\-])(?P<name>[^\W_]++(?:[-._:+][^\W_]++)*+)__?(?!\w))"
    r"|(?P<star>\*\*?)"
    r"|(?P<escape>\\)"
)
_REFERENCE = re.compile(
    r"`(?P<phrase>[^`<>]{1,300})`_(?!\w)|(?<![\w.+:`\\-])(?P<name>[^\W_]++(?:[-._:+][^\W_]++)*+)_(?!\w)"
)
_BEFORE_STAR = " \t\r\n'\"([{<-/:‘“«—–"
_LITERAL_END = "``"


def reference_name(name: str) -> str:
    """A name as references are compared: lower case, single spaces."""
    return " ".join(name.lower().split())


def referenced_names(text: str) -> set[str]:
    """The names of all references in a document; words that give something such a name must stay."""
    return {reference_name(match["phrase"] or match["name"]) for match in _REFERENCE.finditer(text)}


def add_inline(
    out: PieceBuilder, text: str, start: int, end: int, references: set[str], words: Kind = Kind.PROSE
) -> None:
    """Add the pieces of the paragraph ``text[start:end]``; ``words``: the kind of what is read."""
    position = start
    literals = True
    while token := _TOKEN.search(text, position, end):
        out.add(position, token.start(), words)
        position = token.end()
        if token["break"] is not None:
            out.add(token.start(), position, Kind.BREAK, " ")
        elif token["literal"]:
            closed = text.find(_LITERAL_END, position, end) if literals else -1
            literals = closed >= 0
            position = closed + 2 if literals else position
            out.add(token.start(), position, Kind.MARKUP, " " if literals else "")
        elif token["quoted"]:
            _add_quoted(out, text, token, references, words)
        elif token["substitution"] or token["note"]:
            out.add(token.start(), position, Kind.MARKUP, " " if token["substitution"] else "")
        elif token["reference"]:
            out.add(token.start(), token.end("name"), Kind.FIXED)
            out.add(token.end("name"), position, Kind.MARKUP, "")
        elif token["star"]:
            is_mark = _opens(text, token.start(), position, start) or _closes(text, token.start(), start)
            out.add(token.start(), position, Kind.MARKUP if is_mark else words, "" if is_mark else None)
        else:
            escaped = text[position : min(position + 1, end)]
            mark_end = position + escaped.isspace()  # a space that is escaped joins what stands beside it
            out.add(token.start(), mark_end, Kind.MARKUP, "")
            position += len(escaped)
            out.add(mark_end, position, words)
    out.add(position, end, words)


def _opens(text: str, start: int, end: int, limit: int) -> bool:
    return (start == limit or text[start - 1] in _BEFORE_STAR) and not text[end : end + 1].isspace()


def _closes(text: str, start: int, limit: int) -> bool:
    return start > limit and not text[start - 1].isspace()


def _add_quoted(
    out: PieceBuilder, text: str, token: re.Match[str], references: set[str], words: Kind
) -> None:
    """Words in single backticks: the label of a link or role with a target is prose, a name stays."""
    start, end = token.span("content")
    content = token["content"]
    target = content.rfind("<") if content.endswith(">") else -1
    if target > 0 and (token["suffix"] or token["role"]):
        label = content[:target].rstrip()
        is_name = token["suffix"] == "_" and reference_name(label) in references
        kind, end = (Kind.FIXED if is_name else words), start + len(label)
    elif token["suffix"] == "__":
        kind = words
    elif token["suffix"] or token["role"] == "_":
        kind = Kind.FIXED
    else:
        out.add(token.start(), token.end(), Kind.MARKUP, " ")
        return
    out.add(token.start(), start, Kind.MARKUP, "")
    _add_lines(out, text, start, end, kind)
    out.add(end, token.end(), Kind.MARKUP, "")


def _add_lines(out: PieceBuilder, text: str, start: int, end: int, kind: Kind) -> None:
    """Words of a label, which may go over a line's end."""
    position = start
    for line_break in re.finditer(r"\s*\n\s*", text[start:end]):
        out.add(position, start + line_break.start(), kind)
        out.add(start + line_break.start(), start + line_break.end(), Kind.BREAK, " ")
        position = start + line_break.end()
    out.add(position, end, kind)
