"""Prose in Markdown and HTML: which parts of a document may be edited.

Documents are parsed with tree-sitter's grammars, which give the span of every node, inline ones included,
and parse malformed documents too. The result is a view of the text in which mark-up is replaced by blanks;
it has the length of the text, so that offsets in the view are offsets in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser

Format = Literal["text", "markdown", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
"""Format by file name extension; any other file is plain text."""
MAX_DEPTH = 2_000
"""Nesting depth beyond which a page is not parsed: parsing time grows with depth."""
MAX_INLINE_BYTES = 4_096
"""Bytes of a Markdown paragraph beyond which its inline mark-up is not parsed, for the same reason."""
_CODE_LIST = "pre code kbd samp var tt textarea math svg template"
_CODE = frozenset(_CODE_LIST.split())
_BLOCKS_LIST = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol option p "
    "section select summary table tbody td tfoot th thead title tr ul"
)
_BLOCKS = frozenset(_BLOCKS_LIST.split())
_PROSE_INLINE = frozenset(["inline", "emphasis", "strong_emphasis", "strikethrough", "link_text"])
_PROSE_INLINE |= {"inline_link", "full_reference_link", "collapsed_reference_link", "shortcut_link"}
_TAG = re.compile(r"<(/?)([A-Za-z]+)[^<>]*>")
_VOID_LIST = "area base br col embed hr img input link meta source wbr"
_VOID = frozenset(_VOID_LIST.split())


class ProseView(NamedTuple):
    """A document with its mark-up blanked: spaces within a paragraph, a line break between paragraphs."""

    text: str
    """As long as the source."""
    prose: list[tuple[int, int]] | None
    """The spans that may be edited, in characters, in order and without overlap; None: all of the text."""


def prose_view(text: str, kind: Format) -> ProseView:
    """The prose view of a text. Raises ValueError if ``kind`` is not in FORMATS."""
    if kind not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {kind!r}")
    if kind == "text" or (kind == "html" and _depth(text) > MAX_DEPTH):
        return ProseView(text, None)
    raw = text.encode("utf-8", "surrogatepass")
    pieces = list(_html(raw, 0) if kind == "html" else _markdown(raw))
    return _blank_markup(text, _to_characters(text, raw, pieces))


Piece = tuple[int, int, bool]
"""A span of prose, and whether it continues the paragraph of the span before it."""


def _html(raw: bytes, offset: int) -> Iterator[Piece]:
    """Text nodes outside code, in bytes; ``offset`` is added to their spans."""
    # The grammar scans from every unclosed comment to the end of the page: quadratic time. So none is left.
    last_closed = raw.rfind(b"-->") + 1
    page = raw[:last_closed] + raw[last_closed:].replace(b"<!--", b"    ")
    new_block = True

    def skip_children(node: Node) -> bool:
        nonlocal new_block
        if node.type in ("start_tag", "end_tag", "self_closing_tag", "erroneous_end_tag"):
            new_block |= _tag_name(node, page) in _BLOCKS
            return True
        if node.type in ("script_element", "style_element", "comment", "doctype"):
            return True
        return node.type == "element" and _tag_name(node.children[0], page) in _CODE

    for node in _walk(_parser("html").parse(page).root_node, skip_children):
        if node.type == "text":
            yield offset + node.start_byte, offset + node.end_byte, not new_block
            new_block = False


def _tag_name(tag: Node, raw: bytes) -> str:
    name = next((n for n in tag.children if n.type in ("tag_name", "erroneous_end_tag_name")), None)
    return raw[name.start_byte : name.end_byte].decode("utf-8", "replace").lower() if name else ""


def _markdown(raw: bytes) -> Iterator[Piece]:
    """Prose of paragraphs, headings, cells and HTML blocks, in bytes."""
    for node in _walk(_parser("markdown").parse(raw).root_node, lambda n: n.type == "ERROR"):
        if node.type in ("inline", "pipe_table_cell"):
            first = True
            for start, end in _inline(raw, node):
                yield start, end, not first
                first = False
        elif node.type == "html_block":
            yield from _html(raw[node.start_byte : node.end_byte], node.start_byte)


def _inline(raw: bytes, block: Node) -> Iterator[tuple[int, int]]:
    """The spans of prose in one paragraph, heading or cell, in bytes."""
    gaps = [(n.start_byte, n.end_byte) for n in block.children if n.type == "block_continuation"]
    start, end = block.start_byte, block.end_byte
    if end - start <= MAX_INLINE_BYTES:
        root = _parser("inline").parse(raw[start:end]).root_node
        gaps += [(start + gap_start, start + gap_end) for gap_start, gap_end in _inline_markup(root)]
    position = start
    for gap_start, gap_end in sorted(gaps):
        if gap_start > position:
            yield position, gap_start
        position = max(position, gap_end)
    if end > position:
        yield position, end


def _inline_markup(root: Node) -> Iterator[tuple[int, int]]:
    """The spans in a parsed paragraph that are not prose."""
    for node in _walk(root, lambda n: n.type not in _PROSE_INLINE):
        # Anonymous nodes are punctuation: part of the prose, except in a link, where they are mark-up.
        in_link = node.parent is not None and node.parent.type.endswith("_link")
        if node.type not in _PROSE_INLINE and (node.is_named or in_link):
            yield node.start_byte, node.end_byte


def _walk(root: Node, skip_children: Callable[[Node], bool]) -> Iterator[Node]:
    """All nodes in document order, without the descendants of nodes for which ``skip_children`` is true."""
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None
        leaf = skip_children(node)
        yield node
        if not leaf and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _parser(name: str) -> Parser:
    """A new parser for each call: parsers are cheap and not thread-safe."""
    from tree_sitter import Parser

    return Parser(_language(name))


@cache
def _language(name: str) -> Language:
    import tree_sitter_html
    import tree_sitter_markdown
    from tree_sitter import Language

    grammar = {
        "html": tree_sitter_html.language,
        "markdown": tree_sitter_markdown.language,
        "inline": tree_sitter_markdown.inline_language,
    }[name]
    return Language(grammar())


def _depth(text: str) -> int:
    """The maximum nesting depth; elements that are never closed count as open."""
    tags = (m for m in _TAG.finditer(text) if m[2].lower() not in _VOID and not m[0].endswith("/>"))
    return max(accumulate(-1 if m[1] else 1 for m in tags), default=0)


def _to_characters(text: str, raw: bytes, pieces: list[Piece]) -> list[Piece]:
    """Pieces in bytes, in order, as pieces in characters."""
    if len(raw) == len(text):
        return pieces
    last_byte = last_character = 0

    def character(byte: int) -> int:
        nonlocal last_byte, last_character
        last_character += sum(b & 0xC0 != 0x80 for b in raw[last_byte:byte])  # not a continuation byte
        last_byte = byte
        return last_character

    return [(character(start), character(end), continues) for start, end, continues in pieces]


def _blank_markup(text: str, pieces: list[Piece]) -> ProseView:
    parts: list[str] = []
    last = 0
    for start, end, continues in pieces:
        if start > last or not continues:
            gap = start - last
            parts.append(" " * gap if continues else "\n" * bool(gap) + " " * (gap - 1))
        # Line breaks within a paragraph are soft.
        parts.append(text[start:end].replace("\n", " "))
        last = end
    parts.append(" " * (len(text) - last))
    return ProseView("".join(parts), [(start, end) for start, end, _ in pieces])
