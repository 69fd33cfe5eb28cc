"""Capitals copied from one wording to another, the way a spinner and its undoing both need it."""

from __future__ import annotations

from despin.infer.text.tokens import is_word, tokenize

_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "nor",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "as",
        "vs",
    ]
)
"""Words that a title leaves small."""


def copy_case(source: str, replacement: str) -> str:
    """``replacement`` with the capitals of ``source``.

    All capitals stay all capitals ("HOUSE" -> "HOME"); a phrase written as a title gives a title
    ("Department of Government" -> "Division of Authorities"); otherwise only the first letter is copied
    ("While" -> "Whereas"), which is what the observed spinner does (observed-corruption.md, 9).
    A replacement that has capitals of its own ("US") keeps them.
    """
    if not replacement or source.islower() or replacement != replacement.lower():
        return replacement
    letters = [c for c in source if c.isalpha()]
    if not letters or not letters[0].isupper():
        return replacement
    heads = [w for w in tokenize(source) if is_word(w.text) and w.text[0].isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return replacement.upper()
    if len([w for w in heads if w.text not in _SMALL]) > 1 and all(
        w.text[0].isupper() or w.text in _SMALL for w in heads
    ):
        return _capitalise_words(replacement)
    return replacement[0].upper() + replacement[1:]


def _capitalise_words(text: str) -> str:
    """``text`` as a title: the first letter of each word made a capital, small words left."""
    out, last = [], 0
    for word in tokenize(text):
        out.append(text[last : word.start])
        small = word.text in _SMALL and word.start > 0
        out.append(word.text if small else word.text[0].upper() + word.text[1:])
        last = word.end
    out.append(text[last:])
    return "".join(out)


def copy_apostrophes(text: str, replacement: str) -> str:
    """``replacement`` with the apostrophe of ``text``: curly if that has curly ones only."""
    if "'" in replacement and "’" in text and "'" not in text:
        return replacement.replace("'", "’")
    return replacement
