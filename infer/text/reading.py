"""Reading a document: its pieces by format, with invisible characters and divided words read through."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, get_args

from despin.infer.text.beside_code import fix_words_beside_code
from despin.infer.text.blocks import BLOCK_SIZE, split_blocks, split_pieces
from despin.infer.text.formats.plain import read_divided_words, read_plain
from despin.infer.text.invisible import read_invisible
from despin.infer.text.pieces import Piece
from despin.infer.text.view import View

Format = Literal["text", "markdown", "html", "subtitles", "latex", "rst"]
FORMATS: tuple[Format, ...] = get_args(Format)
_LATEX_SPECIAL = re.compile(r"[&%$#_{}]")


def read_view(text: str, format: Format = "text") -> View:
    """The view of a document. Raises ValueError if ``format`` is not in FORMATS."""
    return View(text, read_pieces(text, format))


def read_pieces(text: str, format: Format = "text") -> list[Piece]:
    """The pieces of a document. Raises ValueError if ``format`` is not in FORMATS."""
    return _read_words(text, _cut(text, format), format)


def read_blocks(chunks: Iterable[str], format: Format = "text", size: int = BLOCK_SIZE) -> Iterator[View]:
    """The views of the blocks of a document, which join to it (`despin.infer.text.blocks`).

    Memory grows little with its length in plain text, which is read as it comes. Other documents are held
    whole, since an element may reach from their start to their end, but not what is read of them. Raises
    ValueError as `read_pieces`.
    """
    if format == "text":
        yield from map(read_view, split_blocks(chunks, size))
        return
    text = "".join(chunks)
    for block in split_pieces(text, _cut(text, format), size):
        start = block[0].start
        part = text[start : block[-1].end]
        pieces = [piece._replace(start=piece.start - start, end=piece.end - start) for piece in block]
        yield View(part, _read_words(part, pieces, format))


def _read_words(text: str, pieces: Sequence[Piece], format: Format) -> list[Piece]:
    """The pieces of a reader with what no format says: notations, divided words, invisible characters."""
    if format in ("html", "markdown"):
        from despin.infer.text.formats.notations import mark_notations

        pieces = mark_notations(text, pieces, markdown=format == "markdown")
    pieces = read_divided_words(text, pieces)
    return list(read_invisible(text, fix_words_beside_code(text, pieces)))


def escape(wording: str, format: Format) -> str:
    """A wording as it is written in a format."""
    if format == "html":
        return html.escape(wording, quote=False)
    return _LATEX_SPECIAL.sub(r"\\\g<0>", wording) if format == "latex" else wording


def _cut(text: str, format: Format) -> Sequence[Piece]:
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {format!r}")
    return _reader(format)(text)


def _reader(format: Format) -> Callable[[str], Sequence[Piece]]:
    # Imported where used: most runs read plain text only, and parsers take time to load.
    if format == "text":
        return read_plain
    if format == "markdown":
        from despin.infer.text.formats.markdown import cut_markdown

        return cut_markdown
    if format == "html":
        from despin.infer.text.formats.html import cut_html

        return cut_html
    if format == "subtitles":
        from despin.infer.text.formats.subtitles import read_subtitles

        return read_subtitles
    if format == "latex":
        from despin.infer.text.formats.latex import read_latex

        return read_latex
    from despin.infer.text.formats.rst import read_rst

    return read_rst
