"""Reading a document: its pieces by format, with invisible characters and divided words read through."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Literal, get_args

from despin.infer.text.beside_code import fix_words_beside_code
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
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {format!r}")
    pieces = read_divided_words(text, _reader(format)(text))
    return list(read_invisible(text, fix_words_beside_code(text, pieces)))


def escape(wording: str, format: Format) -> str:
    """A wording as it is written in a format."""
    if format == "html":
        return html.escape(wording, quote=False)
    return _LATEX_SPECIAL.sub(r"\\\g<0>", wording) if format == "latex" else wording


def _reader(format: Format) -> Callable[[str], list[Piece]]:
    # Imported where used: most runs read plain text only, and parsers take time to load.
    if format == "text":
        return read_plain
    if format == "markdown":
        from despin.infer.text.formats.markdown import read_markdown

        return read_markdown
    if format == "html":
        from despin.infer.text.formats.html import read_html

        return read_html
    if format == "subtitles":
        from despin.infer.text.formats.subtitles import read_subtitles

        return read_subtitles
    if format == "latex":
        from despin.infer.text.formats.latex import read_latex

        return read_latex
    from despin.infer.text.formats.rst import read_rst

    return read_rst
