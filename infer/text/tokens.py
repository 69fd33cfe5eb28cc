"""Tokenisation with character offsets, shared by all of Despin.

A word is a run of letters and digits with inner apostrophes ("didn't"); a final "'s" is a separate
token, since spinners replace the word before it ("Target's" -> "Goal's"); so is every other character
that is not white space: "e-mail" is three tokens. White space belongs to no token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from despin.infer.text.quotes import CURLY_APOSTROPHE

_TOKEN = re.compile(r"[^\W_]+(?:['’](?![sS]\b)[^\W_]+)*|(?<=\w)['’][sS]\b|[^\s\w]|_")


class Token(NamedTuple):
    """A token and its span: ``text == source[start:end]``, offsets in characters."""

    text: str
    start: int
    end: int


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Tokens of ``text[start:end]`` from left to right; offsets count from the start of ``text``."""
    return [Token(text[s:e], s, e) for s, e in token_spans(text, start, end)]


def iter_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """The tokens that `tokenize` gives, one at a time: a paragraph may have millions."""
    for match in _TOKEN.finditer(text, start, end):
        yield Token(match[0], match.start(), match.end())


def token_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The spans of the tokens that `tokenize` gives, in half the time."""
    return [m.span() for m in _TOKEN.finditer(text, start, len(text) if end is None else end)]


def fold(word: str) -> str:
    """A word in lower case with straight apostrophes, for dictionary lookup.

    A word whose lower case has another length ("İ") is returned unchanged, so that offsets in the folded
    form are offsets in the text.
    """
    folded = word.lower().replace(CURLY_APOSTROPHE, "'")  # not by a function call: this is a hot path
    return folded if len(folded) == len(word) else word


def is_word(token: str) -> bool:
    """Whether a token is a word (letters or digits) rather than punctuation."""
    return token[:1].isalnum()
