"""Subword tokenisation word by word, with a cache of words."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from despin.infer.text.tokens import Token

EOS = "</s>"
NUM_SENTINELS = 100
SLOT_END = "<extra_id_98>"
MAX_SLOTS = 95
HINT_SENTINELS = (
    (0.7, "<extra_id_99>"),
    (0.4, "<extra_id_97>"),
    (0.15, "<extra_id_96>"),
    (0.0, "<extra_id_95>"),
)
"""The sentinel before a hint, by the minimum of its share in the inverse dictionary, in descending order."""
MAX_WORD_CHARACTERS = 64
"""A longer word is shown to the model by its first and last LONG_WORD_CHARACTERS characters."""
MAX_WORD_PIECES = 24
"""Pieces of a word at most: the first and the last ones, and ``<unk>`` for those between them."""
LONG_WORD_CHARACTERS = 16
UNKNOWN = "<unk>"
_CACHE_SIZE = 1 << 15
"""Words whose pieces are cached, at most MAX_WORD_CHARACTERS long: 15 MB if all were so long and distinct."""


def slot_sentinel(number: int) -> str:
    """The sentinel of slot ``number``, 0 to MAX_SLOTS - 1."""
    return f"<extra_id_{number}>"


def follows_space(text: str, word: Token) -> bool:
    """Whether a token of ``text`` is at its start or follows white space."""
    return word.start == 0 or text[word.start - 1].isspace()


def hint_sentinel(share: float) -> str:
    """The sentinel before a hint of this share (0..1)."""
    return next(sentinel for min_share, sentinel in HINT_SENTINELS if share >= min_share)


class Subwords:
    """T5's Unigram pieces, computed word by word.

    A word has the same pieces wherever it occurs, its "▁" included: after a bracket or hyphen the model sees
    the piece it was trained on. Only punctuation that follows without a space drops the "▁".
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._encode)

    @classmethod
    def load(cls, file: str | Path) -> Subwords:
        """Read a ``tokenizer.json``. Raises OSError or ValueError if it cannot be read."""
        try:
            return cls(Tokenizer.from_str(Path(file).read_text(encoding="utf-8")))
        except OSError:
            raise
        except Exception as error:  # the tokenizers package raises bare Exception
            raise ValueError(f"{file}: not a tokenizer.json: {error}") from None

    def _encode(self, text: str, spaced: bool) -> tuple[str, ...]:
        # The tokenizers package rejects lone surrogates, which JSON input can contain.
        encodable = text.encode("utf-8", "replace").decode("utf-8")
        pieces = self.tokenizer.encode(encodable, add_special_tokens=False).tokens
        if not spaced and pieces and pieces[0] == "▁":
            del pieces[0]
        elif not spaced and encodable[0] in "'’":
            pieces[0] = pieces[0].removeprefix("▁")
        return tuple(map(sys.intern, pieces))  # one copy of each piece for the whole cache

    def _encode_word(self, word: str, spaced: bool) -> tuple[str, ...]:
        """Pieces of a word, MAX_WORD_PIECES at most; time and memory do not grow with a longer word."""
        if len(word) > MAX_WORD_CHARACTERS:
            head = self._encode(word[:LONG_WORD_CHARACTERS], spaced)
            pieces = (*head, UNKNOWN, *self._encode(word[-LONG_WORD_CHARACTERS:], False))
        else:
            pieces = self._cached(word, spaced)
        return pieces if len(pieces) <= MAX_WORD_PIECES else _shortened(pieces)

    def encode_word(self, text: str, word: Token) -> tuple[str, ...]:
        """Pieces of a token of ``text``, MAX_WORD_PIECES at most."""
        return self._encode_word(word.text, follows_space(text, word))

    def encode_phrase(self, phrase: str) -> tuple[str, ...]:
        """Pieces of a phrase, as after a space."""
        return (
            self._cached(phrase, True) if len(phrase) <= MAX_WORD_CHARACTERS else self._encode(phrase, True)
        )

    def encode(self, word: str, after_space: bool) -> tuple[str, ...]:
        """Pieces of a word, MAX_WORD_PIECES at most; ``after_space``: whether a space precedes it."""
        return self._encode_word(word, after_space)

    @staticmethod
    def decode(pieces: list[str]) -> str:
        """The text of pieces, without surrounding white space."""
        return "".join(pieces).replace("▁", " ").strip()


def _shortened(pieces: tuple[str, ...]) -> tuple[str, ...]:
    half = (MAX_WORD_PIECES - 1) // 2
    return (*pieces[: MAX_WORD_PIECES - 1 - half], UNKNOWN, *pieces[-half:])
