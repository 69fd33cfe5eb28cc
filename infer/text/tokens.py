"""Words with their places in the text: the one tokenisation that every part of Despin shares.

A word is a run of letters and digits with inner apostrophes ("didn't"); a final "'s" is a token of
its own, since spinners replace the word before it ("Target's" -> "Goal's"); so is every other
character that is not white space: "e-mail" is three tokens. White space belongs to no token: it is
never rebuilt, only skipped.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+(?:['’](?![sS]\b)[^\W_]+)*|(?<=\w)['’][sS]\b|[^\s\w]|_")


class Token(NamedTuple):
    """A token and its place: ``text == source[start:end]``, offsets in characters."""

    text: str
    start: int
    end: int


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Tokens of ``text[start:end]`` from left to right; offsets count from the start of ``text``."""
    return [Token(text[s:e], s, e) for s, e in token_spans(text, start, end)]


def token_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The places of `tokenize` alone, in half the time."""
    return [m.span() for m in _TOKEN.finditer(text, start, len(text) if end is None else end)]


def fold(word: str) -> str:
    """The form under which a dictionary knows a word: lower case, straight apostrophe.

    Only characters whose lower case has the same length are folded ("İ" stays), so that offsets
    computed on the folded form hold for the text.
    """
    folded = word.lower().replace("’", "'")
    return folded if len(folded) == len(word) else word


def is_word(token: str) -> bool:
    """Whether a token is a word (letters or digits) rather than punctuation."""
    return token[:1].isalnum()
