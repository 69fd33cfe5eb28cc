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
from despin.infer.text.open_code import ends_in_code
from despin.infer.text.pieces import Piece
from despin.infer.text.protected import protected_spans
from despin.infer.text.view import View

Format = Literal["text", "markdown", "html", "subtitles", "latex", "rst"]
WINDOW = 16 * BLOCK_SIZE
"""Characters that are read before they are cut into blocks; fewer in plain text, unless code is open."""
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

    A document is read window by window and then cut, so that what is no prose is known in a block too: a
    block of code, a formula or a comment may reach over its ends. Memory does not grow with a plain text.
    Other documents are held whole, since an element may reach from their start to their end, but not what is
    read of them. Raises ValueError as `read_pieces`.
    """
    rest: list[View] = []  # read again with what follows, since what begins there may end behind it
    if format == "text":
        for window in split_blocks(chunks, 2 * size):
            text = _source(rest) + window
            blocks = _blocks(text, read_pieces(text), size)
            is_open = len(text) < WINDOW and ends_in_code(text)
            done, rest = ([], blocks) if is_open else _parted(blocks, size)
            yield from done
    else:
        document = "".join(chunks)
        raw: list[Piece] = []  # what is in no block yet
        for group in split_pieces(document, _cut(document, format), WINDOW):
            raw += group
            start, end = raw[0].start, raw[-1].end
            part = document[start:end]
            read = _read_words(part, _shifted(raw, -start), format)
            done, rest = _parted(_blocks(part, read, size), size)
            yield from done
            start = end - len(_source(rest))
            raw = [p._replace(start=max(p.start, start)) for p in raw if p.end > start]
    yield from rest


def _parted(blocks: list[View], size: int) -> tuple[list[View], list[View]]:
    """The blocks without the last ones, and these: of half of ``size`` characters at least, and not from
    inside a protected span on, unless that is longer than a window."""
    count, length = 0, 0
    while count < len(blocks) and (2 * length < size or (_starts_inside(blocks[-count]) and length < WINDOW)):
        count += 1
        length += len(blocks[-count].source)
    return blocks[: len(blocks) - count], blocks[len(blocks) - count :]


def _starts_inside(block: View) -> bool:
    """Whether a block may start inside a protected span."""
    return bool(block.protected and block.protected[0][0] == 0)


def _source(blocks: Iterable[View]) -> str:
    return "".join(block.source for block in blocks)


def _blocks(text: str, pieces: Sequence[Piece], size: int) -> list[View]:
    """The blocks of a text, each with what is protected in it by the text as a whole."""
    protected = protected_spans(View(text, pieces).text)
    blocks = []
    offset = first = 0  # in what is read
    for block in split_pieces(text, pieces, size):
        start, end = block[0].start, block[-1].end
        view = View(text[start:end], _shifted(block, -start))
        after = offset + len(view.text)
        while first < len(protected) and protected[first][1] <= offset:
            first += 1
        last = first
        while last < len(protected) and protected[last][0] < after:
            last += 1
        inside = protected[first:last]
        view.protected = [(max(a, offset) - offset, min(b, after) - offset) for a, b in inside]
        blocks.append(view)
        offset = after
    return blocks


def _shifted(pieces: Iterable[Piece], by: int) -> list[Piece]:
    return [piece._replace(start=piece.start + by, end=piece.end + by) for piece in pieces]


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
