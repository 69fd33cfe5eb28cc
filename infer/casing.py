"""Capitals copied from one wording to another, the way a spinner and its undoing both need it."""

from __future__ import annotations

from despin.infer.words import is_word, words


def copy_case(source: str, replacement: str) -> str:
    """``replacement`` with the capitals of ``source``.

    All capitals stay all capitals ("HOUSE" -> "HOME"); a phrase whose every word is capitalised
    gives such a phrase ("Game Pass" -> "Recreation Go"); otherwise only the first letter is copied
    ("While" -> "Whereas"), which is what the observed spinner does (observed-corruption.md, 9).
    A replacement that has capitals of its own ("US") keeps them.
    """
    if not replacement or replacement != replacement.lower():
        return replacement
    letters = [c for c in source if c.isalpha()]
    if not letters or not letters[0].isupper():
        return replacement
    heads = [w for w in words(source) if is_word(w.text) and w.text[0].isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return replacement.upper()
    if len(heads) > 1 and all(w.text[0].isupper() for w in heads):
        return _capitalise_words(replacement)
    return replacement[0].upper() + replacement[1:]


def _capitalise_words(text: str) -> str:
    """``text`` with the first letter of each word made a capital."""
    out, last = [], 0
    for word in words(text):
        out.append(text[last : word.start])
        out.append(word.text[0].upper() + word.text[1:])
        last = word.end
    out.append(text[last:])
    return "".join(out)
