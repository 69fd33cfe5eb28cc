"""Tags, comments and the like in HTML, cut as the HTML standard's tokenizer cuts them (section 13.2.5).

Every function reads on from a position and never back, and one that finds no end takes the rest of the
text, as browsers do: together they take linear time for every input.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from despin.infer.text.formats.html_elements import RAW

_SPACE = r"[\t\n\f\r ]"
_NAME = re.compile(r"[A-Za-z][^\t\n\f\r />]*")
# Templates may stand where an attribute or its value does. Possessive, so that nothing is read twice.
_TEMPLATE = r"\{\{[^{}]*+\}\}|\{%[^%{}]*+%\}"
_VALUE = rf"\"([^\"]*+)\"|'([^']*+)'|({_TEMPLATE}|[^\t\n\f\r \"'>][^\t\n\f\r >]*+)|(?=>)"
_ATTRIBUTE = re.compile(
    rf"(?:{_SPACE}|/)*+(?:{_TEMPLATE}|(=?[^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+(?:{_VALUE}))?+)"
)
_OPEN_QUOTE = re.compile(rf"{_SPACE}*+={_SPACE}*+[\"']")
_COMMENT_END = re.compile("--!?>")
_SCRIPT_PART = re.compile(r"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)
_RAW_END = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in (*sorted(RAW), "title")
}
_READ = frozenset(["class", "translate", "value", "href", "rel", "itemprop"])
"""The attributes that anything depends on."""


class Tag(NamedTuple):
    """A start or end tag."""

    name: str
    """In lower case."""
    end: int
    """Where it ends, in characters; the end of the text if it is not closed."""
    is_end_tag: bool = False
    is_self_closing: bool = False
    attributes: dict[str, str] = {}  # noqa: RUF012 - a named tuple's default, never changed


def read_tag(text: str, start: int, limit: int) -> Tag | None:
    """The tag at ``start``, a ``<``, in ``text[:limit]``; None if none begins there."""
    is_end_tag = text.startswith("/", start + 1)
    name = _NAME.match(text, start + 1 + is_end_tag, limit)
    if name is None:
        return None
    position = name.end()
    attributes: dict[str, str] = {}
    value = None
    while position < limit and text[position] != ">":
        attribute = _ATTRIBUTE.match(text, position, limit)
        if (
            attribute is None
            or attribute.end() == position
            or _OPEN_QUOTE.match(text, attribute.end(), limit)
        ):
            position = limit  # a quotation mark that is never closed
            break
        position = attribute.end()
        key, double, single, value = attribute.groups()
        if key and key.lower() in _READ:
            attributes.setdefault(key.lower(), double or single or value or "")
    if position >= limit:
        return Tag(name[0].lower(), limit, is_end_tag)
    is_self_closing = text[position - 1] == "/" and not value
    return Tag(name[0].lower(), position + 1, is_end_tag, is_self_closing, attributes)


def comment_end(text: str, start: int, limit: int) -> int:
    """Where what begins with ``<!``, ``<?`` or ``</`` at ``start``, and is no tag, ends."""
    if text.startswith("<!--", start):
        for short in (">", "->"):
            if text.startswith(short, start + 4):
                return start + 4 + len(short)
        closing = _COMMENT_END.search(text, start + 4, limit)
        return closing.end() if closing else limit
    mark = "?>" if text.startswith(("<?php", "<?=", "<? ", "<?xml "), start) else ">"
    found = text.find(mark, start + 2, limit)
    return limit if found < 0 else found + len(mark)


def raw_text_end(text: str, name: str, start: int, limit: int) -> int | None:
    """Where the end tag ``</name>`` of an element whose content is no mark-up begins, None if nowhere."""
    if name == "script":
        return _script_end(text, start, limit)
    closing = _RAW_END[name].search(text, start, limit)
    return closing.start() if closing else None


def _script_end(text: str, start: int, limit: int) -> int | None:
    """As ``raw_text_end``; within ``<!--`` a script may hold another ("double escaped")."""
    in_comment = in_inner_script = False
    for part in _SCRIPT_PART.finditer(text, start, limit):
        if part[0] == "<!--":
            in_comment = True
        elif part[0] == "-->":
            in_comment = in_inner_script = False
        elif not part[1]:
            in_inner_script = in_comment
        elif in_inner_script:
            in_inner_script = False
        else:
            return part.start()
    return None
