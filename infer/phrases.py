"""Phrase lookup, longest first and left to right: the rule that spinners apply, and its inverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from despin.infer.words import Word, fold, words

V = TypeVar("V")


def key_of(phrase: str) -> tuple[str, ...]:
    """A phrase as the tuple of folded tokens under which it is looked up."""
    return tuple(fold(w.text) for w in words(phrase))


class PhraseTable(Generic[V]):
    """Values under phrase keys, found in a token list by the longest key at each place.

    Keys are matched without regard to case, except those with a capital of their own beyond the
    first letter ("US"), which must be met as they are written.
    """

    def __init__(self, entries: Mapping[str, V] | Iterable[tuple[str, V]]) -> None:
        self._values: dict[tuple[str, ...], list[tuple[str | None, V]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        lengths: dict[str, set[int]] = {}
        for phrase, value in entries.items() if isinstance(entries, Mapping) else entries:
            key = key_of(phrase)
            if not key:
                continue
            exact = phrase if phrase[1:] != phrase[1:].lower() and " " not in phrase else None
            self._values.setdefault(key, []).append((exact, value))
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {head: tuple(sorted(ns, reverse=True)) for head, ns in lengths.items()}

    def __len__(self) -> int:
        return sum(len(values) for values in self._values.values())

    def get(self, phrase: str) -> V | None:
        """The value under exactly this phrase, or None."""
        return self._pick(key_of(phrase), phrase)

    def _pick(self, key: tuple[str, ...], surface: str) -> V | None:
        fallback: V | None = None
        for exact, value in self._values.get(key, ()):
            if exact is None:
                fallback = value
            elif exact == surface:
                return value
        return fallback

    def find(self, text: str, tokens: Sequence[Word]) -> Iterator[tuple[int, int, V]]:
        """Non-overlapping hits ``(first token, token after the last, value)``.

        At each place the longest key wins, then the search goes on behind it. A hit never crosses
        a line break. Time is linear in tokens times the longest key.
        """
        folded = [fold(t.text) for t in tokens]
        at, count = 0, len(folded)
        while at < count:
            for length in self._lengths.get(folded[at], ()):
                if at + length > count:
                    continue
                key = tuple(folded[at : at + length])
                if key not in self._values:
                    continue
                surface = text[tokens[at].start : tokens[at + length - 1].end]
                value = None if "\n" in surface else self._pick(key, surface)
                if value is not None:
                    yield at, at + length, value
                    at += length - 1
                    break
            at += 1
