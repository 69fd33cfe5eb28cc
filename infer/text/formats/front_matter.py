"""Front matter: the data at the beginning of a Markdown document, in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re

_OPENING = re.compile(r"\ufeff?(?:(---)|(\+\+\+)|(;;;))[ \t]*\r?\n(?![ \t]*\r?\n)")
_END_OF_LINE = re.compile(r"[ \t]*(?:\r?\n|$)")
_JSON = re.compile(r"\ufeff?\s*+(?=\{\s*+[\"}])")
_JSON_END = re.compile(r"^\}[ \t]*\r?$", re.MULTILINE)


def front_matter_end(text: str) -> int:
    """Where the front matter ends, in characters; 0 if there is none."""
    opening = _OPENING.match(text)
    if opening:
        sign = re.escape(opening[1] or opening[2] or opening[3])
        sign = rf"(?:{sign}|\.\.\.)" if opening[1] else sign
        closing = re.compile(rf"^{sign}[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(text, opening.end())
        return closing.end() if closing else 0
    begin = _JSON.match(text)
    return _json_end(text, begin.end()) if begin else 0


def _json_end(text: str, start: int) -> int:
    """Where the JSON object ends, or what looks like one: a brace that closes at the start of a line."""
    try:
        end: int = json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        closing = _JSON_END.search(text, start)
        return closing.end() if closing else 0
    return end if _END_OF_LINE.match(text, end) else 0
