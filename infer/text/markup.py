"""Mark-up told from prose: where a Markdown or HTML text holds prose, and what must stand untouched.

Both are read by tree-sitter's grammars, which give the place of every node, inline ones included, and
read broken pages as well as sound ones. What comes out is a view of the text: as long as the text, so
that offsets are those of the text, with blanks in the place of mark-up.
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
"""Formats by the ending of a file's name; everything else is plain text."""
MAX_DEPTH = 2_000
"""Elements open in one another beyond which a page is not parsed: the grammar's time grows with depth."""
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
    """``text`` is as long as the source, with mark-up blanked: a space inside a paragraph, a line break
    between paragraphs. Only ``prose`` (places in characters, in order and apart) may be changed."""

    text: str
    prose: list[tuple[int, int]] | None
    """None where all of it is prose."""


def prose_view(text: str, kind: Format) -> ProseView:
    """The view of a text. Raises ValueError for another kind than those of FORMATS."""
    if kind not in FORMATS:
        raise ValueError(f"format: one of {', '.join(FORMATS)} is needed, got {kind!r}")
    if kind == "text" or (kind == "html" and _depth(text) > MAX_DEPTH):
        return ProseView(text, None)
    raw = text.encode("utf-8", "surrogatepass")
    found = list(_html(raw, 0) if kind == "html" else _markdown(raw))
    return _blanked(text, [(*at, same) for at, same in _in_characters(text, raw, found)])


Piece = tuple[int, int, bool]
"""Prose from one byte to another, and whether it goes on with the paragraph of the piece before it."""


def _html(raw: bytes, offset: int) -> Iterator[Piece]:
    """Text nodes outside code; ``offset`` is added to their places."""
    # Every unclosed comment is looked through to the end of the page, so none is left to look through.
    closed = raw.rfind(b"-->") + 1
    sound = raw[:closed] + raw[closed:].replace(b"<!--", b"    ")
    new_block = True

    def skipped(node: Node) -> bool:
        nonlocal new_block
        if node.type in ("start_tag", "end_tag", "self_closing_tag", "erroneous_end_tag"):
            new_block |= _tag_name(node, sound) in _BLOCKS
            return True
        if node.type in ("script_element", "style_element", "comment", "doctype"):
            return True
        return node.type == "element" and _tag_name(node.children[0], sound) in _CODE

    for node in _walk(_parser("html").parse(sound).root_node, skipped):
        if node.type == "text":
            yield offset + node.start_byte, offset + node.end_byte, not new_block
            new_block = False


def _tag_name(tag: Node, raw: bytes) -> str:
    name = next((n for n in tag.children if n.type in ("tag_name", "erroneous_end_tag_name")), None)
    return raw[name.start_byte : name.end_byte].decode("utf-8", "replace").lower() if name else ""


def _markdown(raw: bytes) -> Iterator[Piece]:
    for node in _walk(_parser("markdown").parse(raw).root_node, lambda n: n.type == "ERROR"):
        if node.type in ("inline", "pipe_table_cell"):
            first = True
            for start, end in _inline(raw, node):
                yield start, end, not first
                first = False
        elif node.type == "html_block":
            yield from _html(raw[node.start_byte : node.end_byte], node.start_byte)


def _inline(raw: bytes, block: Node) -> Iterator[tuple[int, int]]:
    """The prose of one paragraph, heading or cell."""
    gaps = [(n.start_byte, n.end_byte) for n in block.children if n.type == "block_continuation"]
    start, end = block.start_byte, block.end_byte
    if end - start <= MAX_INLINE_BYTES:
        inner = _parser("inline").parse(raw[start:end]).root_node
        gaps += [(start + a, start + b) for a, b in _marks(inner)]
    at = start
    for first, behind in sorted(gaps):
        if first > at:
            yield at, first
        at = max(at, behind)
    if end > at:
        yield at, end


def _marks(root: Node) -> Iterator[tuple[int, int]]:
    """Everything in a parsed paragraph that is not prose."""
    for node in _walk(root, lambda n: n.type not in _PROSE_INLINE):
        # Punctuation of prose has nodes without a name; that of a link is its mark-up.
        of_link = node.parent is not None and node.parent.type.endswith("_link")
        if node.type not in _PROSE_INLINE and (node.is_named or of_link):
            yield node.start_byte, node.end_byte


def _walk(root: Node, skipped: Callable[[Node], bool]) -> Iterator[Node]:
    """All nodes in order; not those below one that is ``skipped``, which itself is given."""
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None
        leave = skipped(node)
        yield node
        if not leave and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _parser(name: str) -> Parser:
    """A parser of its own for each call: they are cheap, and no two threads may share one."""
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
    """Elements open at most, those never closed counted as open."""
    found = (m for m in _TAG.finditer(text) if m[2].lower() not in _VOID and not m[0].endswith("/>"))
    return max(accumulate(-1 if m[1] else 1 for m in found), default=0)


def _in_characters(text: str, raw: bytes, pieces: list[Piece]) -> Iterator[tuple[tuple[int, int], bool]]:
    """Places in bytes, rising, as places in characters."""
    if len(raw) == len(text):
        yield from (((start, end), same) for start, end, same in pieces)
        return
    at_byte = at = 0

    def to(byte: int) -> int:
        nonlocal at_byte, at
        at += sum(b & 0xC0 != 0x80 for b in raw[at_byte:byte])
        at_byte = byte
        return at

    for start, end, same in pieces:
        yield (to(start), to(end)), same


def _blanked(text: str, pieces: list[tuple[int, int, bool]]) -> ProseView:
    out: list[str] = []
    last = 0
    for start, end, same in pieces:
        if start > last or not same:
            gap = start - last
            out.append(" " * gap if same else "\n" * bool(gap) + " " * (gap - 1))
        # A paragraph may be wrapped anywhere: its line breaks are spaces.
        out.append(text[start:end].replace("\n", " "))
        last = end
    out.append(" " * (len(text) - last))
    joined: list[tuple[int, int]] = [(start, end) for start, end, _ in pieces]
    return ProseView("".join(out), joined)
