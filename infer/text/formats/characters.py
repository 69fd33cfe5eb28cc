"""Text between tags: line breaks, and characters written as entities."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.entities import html5

from despin.infer.text.formats.builder import PieceBuilder
from despin.infer.text.pieces import Kind

ENTITY = r"&(?:#[0-9]{1,32}|#[xX][0-9a-fA-F]{1,32}|[A-Za-z][A-Za-z0-9]{0,31});?"
"""What may be a character reference; the longest name in HTML has 31 letters."""
_MAX_OLD_NAME = max(len(name) for name in html5 if not name.endswith(";"))
_PART = re.compile(rf"({ENTITY})|[ \t\f\r\n]+")


def is_invisible(characters: str) -> bool:
    """Whether all characters are format characters (Unicode category Cf): soft hyphens, joiners, marks of
    the writing direction."""
    return all(unicodedata.category(c) == "Cf" for c in characters)


def decode_entity(entity: str) -> tuple[str, int] | None:
    """The characters of a character reference as browsers read it, and its length; None if it is not one.

    Without a semicolon only the name itself is one, as in ``&nbspyear``: the longest of HTML's old names.
    """
    if entity.startswith("&#") or entity.endswith(";"):
        decoded = unescape(entity)
        if decoded != entity and (entity.startswith("&#") or entity[1:] in html5):
            return decoded, len(entity)
    for length in range(min(len(entity), _MAX_OLD_NAME + 1), 2, -1):
        if entity[1:length] in html5 and not entity[1:length].endswith(";"):
            return html5[entity[1:length]], length
    return None


def add_character(out: PieceBuilder, start: int, end: int, decoded: str, fixed: bool) -> None:
    """Add a character that is written otherwise."""
    if is_invisible(decoded):
        out.add(start, end, Kind.HIDDEN, "")
    else:
        shown = " " if decoded in "\t\n\f\r" else decoded
        out.add(start, end, Kind.FIXED if fixed else Kind.CHARACTER, shown)


def add_text(out: PieceBuilder, text: str, start: int, end: int, fixed: bool) -> None:
    """Add ``text[start:end]``, which holds no tag, as prose, or as words that are ``fixed``."""
    words = Kind.FIXED if fixed else Kind.PROSE
    last = start
    for match in _PART.finditer(text, start, end):
        entity = decode_entity(match[0]) if match[1] else None
        is_break = not match[1] and ("\n" in match[0] or "\r" in match[0])
        if entity is None and not is_break:
            continue
        out.add(last, match.start(), words)
        if entity is None:
            last = match.end()
            out.add(match.start(), last, Kind.BREAK, " ")
        else:
            decoded, length = entity
            last = match.start() + length
            add_character(out, match.start(), last, decoded, fixed)
    out.add(last, end, words)
