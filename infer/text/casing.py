"""Capitalisation and apostrophes copied from one wording to another, for spinning and for restoring."""

from __future__ import annotations

from despin.infer.text.tokens import is_word, tokenize

_LOWER_LIST = "a an the and or but nor of in on at to for from by with as vs"
_LOWER_IN_TITLES = frozenset(_LOWER_LIST.split())
"""Words that stay in lower case in a title."""
_MAX_ACRONYM = 4
"""Upper case of more letters is a heading, not an acronym: "CENTER EAST" -> "MIDDLE EAST", but "FB" ->
"Facebook"."""


def copy_case(source: str, replacement: str) -> str:
    """``replacement`` with the capitalisation of ``source``.

    Upper case stays upper case ("HOUSE" -> "HOME"); title case stays title case
    ("Department of Government" -> "Division of Authorities"); otherwise only the case of the first letter
    is copied ("While" -> "Whereas"), as the observed spinner does (observed-corruption.md, 9).
    A replacement that has capitals of its own ("US", "the Middle East") keeps them.
    """
    if not replacement or source.islower():
        return replacement
    letters = [c for c in source if c.isalpha()]
    if not letters or not letters[0].isupper():
        return replacement
    if replacement != replacement.lower():
        parts = replacement.split()
        if any(part[1:] != part[1:].lower() for part in parts):  # "US", "iPhone"
            return replacement
        if len(letters) > _MAX_ACRONYM and source == source.upper():
            return replacement.upper()
        return replacement[0].upper() + replacement[1:]
    words = [token.text for token in tokenize(source) if is_word(token.text) and token.text[0].isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return replacement.upper()
    if len([word for word in words if word not in _LOWER_IN_TITLES]) > 1 and all(
        word[0].isupper() or word in _LOWER_IN_TITLES for word in words
    ):
        return _title_case(replacement)
    return replacement[0].upper() + replacement[1:]


def _title_case(text: str) -> str:
    """``text`` with the first letter of each word in upper case, except function words after the first."""
    parts, last = [], 0
    for token in tokenize(text):
        parts.append(text[last : token.start])
        lower = token.text in _LOWER_IN_TITLES and token.start > 0
        parts.append(token.text if lower else token.text[0].upper() + token.text[1:])
        last = token.end
    parts.append(text[last:])
    return "".join(parts)


def copy_apostrophes(text: str, replacement: str) -> str:
    """``replacement`` with curly apostrophes if ``text`` has curly ones only, otherwise unchanged."""
    if "'" in replacement and "’" in text and "'" not in text:
        return replacement.replace("'", "’")
    return replacement
