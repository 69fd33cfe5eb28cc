"""A user's own words: phrases that stay as they are, and further rows of the inverse dictionary."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from despin.errors import ConfigError, InputError
from despin.infer.candidates.inverse import InverseLexicon, Origins
from despin.infer.candidates.phrases import phrase_key
from despin.infer.candidates.slots import Slot
from despin.infer.files import read_text
from despin.infer.text.protected import ProtectedCursor, merge_spans
from despin.infer.text.quotes import straighten_apostrophes
from despin.infer.text.tokens import Token, is_word, tokenize

C = TypeVar("C")
COMMENT = "#"
"""What a line begins with that is passed over."""
USER_SHARE = 0.7
"""Share of the occurrences of a form in which it stands for a user's originals; its other originals and its
being no substitution divide the rest as they did before."""
MAX_CHARACTERS = 200
"""Longest wording of a row, far beyond any of the dictionary's."""
SHOWN_CHARACTERS = 60
"""Characters of a wrong row that a message shows."""
_VARIANTS = str.maketrans({**dict.fromkeys("’‘ʼ＇`´", "'"), **dict.fromkeys("‐‑", "-")})
"""Kinds of apostrophe and of hyphen as one."""


class KeptPhrases:
    """Words and phrases that are never changed.

    Matching is by whole tokens and ignores case and the kinds of apostrophe, hyphen and space, a line break
    among them.
    """

    def __init__(self, phrases: Iterable[str] = ()) -> None:
        """Raises ConfigError for a phrase without a word."""
        self._keys: set[tuple[str, ...]] = set()
        self._lengths: dict[str, set[int]] = {}
        for phrase in phrases:
            if not isinstance(phrase, str):
                raise ConfigError(f"keep: phrases must be str, got {type(phrase).__name__}")
            if not any(is_word(t.text) for t in tokenize(phrase)):
                raise ConfigError(f"keep: {_quoted(phrase)} has no word in it")
            for form in ("NFC", "NFD"):  # accents may be written as marks of their own, which are tokens
                key = tuple(_fold(t.text) for t in _tokens(unicodedata.normalize(form, phrase)))
                self._keys.add(key)
                self._lengths.setdefault(key[0], set()).add(len(key))

    def __bool__(self) -> bool:
        return bool(self._keys)

    def spans(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """The spans of all occurrences among ``tokens``, in characters, in order, overlapping ones merged.

        Time is linear in the number of tokens times the number of lengths of phrases with one first word.
        """
        if not self._keys:
            return []
        folded = [_fold(token.text) for token in tokens]
        spans = []
        for index, first in enumerate(folded):
            for length in self._lengths.get(first, ()):
                if tuple(folded[index : index + length]) in self._keys:
                    spans.append((tokens[index].start, tokens[index + length - 1].end))
        return merge_spans(spans)

    def cursor(self, text: str) -> ProtectedCursor:
        """Queries whether spans of ``text``, in ascending order, overlap an occurrence."""
        return ProtectedCursor(self.spans(_tokens(text)) if self._keys else [])

    @staticmethod
    def without(slots: Iterable[tuple[C, Slot]], kept: ProtectedCursor) -> list[tuple[C, Slot]]:
        """The slots, in order, that overlap no span of ``kept``; an article that does is no part of one."""
        free = []
        for candidate, slot in slots:
            touches_lead = bool(slot.lead) and kept.covers(slot.start - len(slot.lead), slot.start)
            if not kept.covers(slot.start, slot.end):
                free.append((candidate, replace(slot, lead="") if touches_lead else slot))
        return free


def _tokens(text: str) -> list[Token]:
    """The tokens of a text with its kinds of apostrophe made one, which hold words together."""
    return tokenize(text.translate(_VARIANTS))


def _fold(word: str) -> str:
    return word.translate(_VARIANTS).casefold()


def with_rows(lexicon: InverseLexicon, rows: Iterable[tuple[str, str]]) -> InverseLexicon:
    """A lexicon with a user's rows (spun, original) besides its own.

    The user's originals of a form share USER_SHARE. Raises ConfigError for a row that cannot be used.
    """
    added: dict[str, list[str]] = {}
    key_of = {phrase_key(form): form for form in lexicon.forms} if (rows := list(rows)) else {}
    for row in rows:
        spun, original = check_row(row)
        form = spun if spun in lexicon.forms else key_of.setdefault(phrase_key(spun), spun)
        if original not in added.setdefault(form, []):
            added[form].append(original)
    if not added:
        return lexicon
    forms = dict(lexicon.forms)
    for form, originals in added.items():
        forms[form] = _with_originals(forms.get(form, Origins((), ())), originals)
    return InverseLexicon((f, o, s) for f, origins in forms.items() for o, s in zip(*origins))


def _with_originals(origins: Origins, originals: Sequence[str]) -> Origins:
    shares = {o: s * (1 - USER_SHARE) for o, s in zip(*origins) if o not in originals}
    shares |= dict.fromkeys(originals, USER_SHARE / len(originals))
    return Origins(tuple(shares), tuple(shares.values()))


def check_row(row: object) -> tuple[str, str]:
    """A row (spun, original) with straight apostrophes and single spaces.

    Raises ConfigError if it is no pair of different wordings, each with a word and of at most
    MAX_CHARACTERS.
    """
    if not isinstance(row, (tuple, list)) or len(row) != 2 or not all(isinstance(w, str) for w in row):
        raise ConfigError(f"also: pairs of spun and original wording expected, got {_quoted(row)}")
    spun, original = (straighten_apostrophes(" ".join(wording.split())) for wording in row)
    for wording in (spun, original):
        if not any(is_word(token.text) for token in tokenize(wording)):
            raise ConfigError(f"also: {_quoted(wording)} has no word in it")
        if len(wording) > MAX_CHARACTERS:
            raise ConfigError(f"also: {_quoted(wording)} is longer than {MAX_CHARACTERS} characters")
        if not wording.isprintable():
            raise ConfigError(f"also: {_quoted(wording)} has a character that cannot be printed")
    if spun == original:
        raise ConfigError(f"also: {_quoted(spun)} stands for itself")
    return spun, original


def _quoted(value: object) -> str:
    """What a message shows of a value."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def read_keep(file: str | Path) -> list[str]:
    """The phrases of a file, one a line. Raises InputError, with file and line where there is one."""
    phrases = []
    for place, line in _lines(file):
        try:
            KeptPhrases([line])
        except ConfigError as error:
            raise InputError(f"{place}: {error}") from None
        phrases.append(line)
    return phrases


def read_also(file: str | Path) -> list[tuple[str, str]]:
    """The rows of a file, ``spun<TAB>original``. Raises InputError, with file and line where there is one."""
    rows = []
    for place, line in _lines(file):
        cells = line.split("\t")
        if len(cells) != 2:
            raise InputError(
                f"{place}: two columns (spun, original) with a tab between expected, got {_quoted(line)}"
            )
        try:
            rows.append(check_row(tuple(cells)))
        except ConfigError as error:
            raise InputError(f"{place}: {error}") from None
    return rows


def _lines(file: str | Path) -> list[tuple[str, str]]:
    """The lines of a file that are not blank and no comments, each with its place for messages."""
    text = read_text(str(file)).removeprefix("\ufeff")
    lines = ((f"{file}:{number}", line.strip(" \r")) for number, line in enumerate(text.split("\n"), 1))
    return [(place, line) for place, line in lines if line.strip() and not line.startswith(COMMENT)]
