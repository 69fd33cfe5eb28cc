"""Subword pieces of words, looked up word by word so that repeated words cost nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from despin.infer.words import Word

END = "</s>"
SENTINELS = 100
SEPARATOR = "<extra_id_99>"
CLOSE = "<extra_id_98>"
SLOT_LIMIT = 98
_CACHED_WORDS = 65_536


def slot_mark(number: int) -> str:
    """The sentinel piece of slot ``number``, 0 to SLOT_LIMIT - 1."""
    return f"<extra_id_{number}>"


class Pieces:
    """T5's Unigram pieces for single words, the space before a word kept as its "▁"."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._cached = lru_cache(maxsize=_CACHED_WORDS)(self._encode)

    @classmethod
    def load(cls, file: str | Path) -> Pieces:
        """From a ``tokenizer.json``. Raises OSError or ValueError if it cannot be read."""
        try:
            return cls(Tokenizer.from_str(Path(file).read_text(encoding="utf-8")))
        except OSError:
            raise
        except Exception as error:  # the tokenizers package raises bare Exception
            raise ValueError(f"{file}: not a tokenizer.json: {error}") from None

    def _encode(self, text: str, spaced: bool) -> tuple[str, ...]:
        pieces = self.tokenizer.encode(text, add_special_tokens=False).tokens
        if not spaced and pieces and pieces[0] == "▁":
            del pieces[0]
        return tuple(pieces)

    def of_word(self, text: str, word: Word) -> tuple[str, ...]:
        """Pieces of a word of ``text``; they depend on whether a space or line break precedes it."""
        return self._cached(word.text, word.start == 0 or text[word.start - 1].isspace())

    def of_phrase(self, phrase: str) -> tuple[str, ...]:
        """Pieces of a phrase that stands alone."""
        return self._cached(phrase, True)

    @staticmethod
    def join(pieces: list[str]) -> str:
        """The text of pieces, without the leading space."""
        return "".join(pieces).replace("▁", " ").strip()
