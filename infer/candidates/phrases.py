"""Phrase lookup, longest first and left to right: the rule that spinners apply, and its inverse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from despin.infer.text.tokens import Token, fold, tokenize

V = TypeVar("V")
_ALONE: dict[str, set[int]] = {}
"""Never written to: the words behind one that begins no longer key."""


def phrase_key(phrase: str) -> tuple[str, ...]:
    """A phrase as the tuple of folded tokens under which it is looked up."""
    parts = phrase.split()
    if phrase.isascii() and all(map(str.isalnum, parts)):  # most phrases, at a quarter of the time
        return tuple(map(str.lower, parts))
    return tuple(fold(w.text) for w in tokenize(phrase))


class PhraseTable(Generic[V]):
    """Values under phrase keys, found in a token list by the longest key at each place.

    Keys are matched without regard to case, except those with a capital of their own beyond the
    first letter ("US"), which must be met as they are written.
    """

    def __init__(self, entries: Mapping[str, V] | Iterable[tuple[str, V]]) -> None:
        self._values: dict[tuple[str, ...], list[tuple[str | None, V]]] = {}
        lengths: dict[str, dict[str, set[int]]] = {}
        for phrase, value in entries.items() if isinstance(entries, Mapping) else entries:
            key = phrase_key(phrase)
            if not key:
                continue
            exact = phrase if phrase[1:] != phrase[1:].lower() and " " not in phrase else None
            self._values.setdefault(key, []).append((exact, value))
            behind = lengths.get(key[0], _ALONE)
            if len(key) > 1:
                if not behind:
                    behind = {}
                behind.setdefault(key[1], set()).add(len(key))
            lengths[key[0]] = behind
        # First word -> second word -> lengths of the keys that begin so, falling: most places where a
        # long key might begin are ruled out by the second word alone.
        self._lengths = {
            head: {second: tuple(sorted(ns, reverse=True)) for second, ns in behind.items()} if behind else {}
            for head, behind in lengths.items()
        }

    def __len__(self) -> int:
        return sum(len(values) for values in self._values.values())

    def get(self, phrase: str) -> V | None:
        """The value under exactly this phrase, or None."""
        return self._pick(phrase_key(phrase), phrase)

    def _pick(self, key: tuple[str, ...], surface: str) -> V | None:
        fallback: V | None = None
        for exact, value in self._values.get(key, ()):
            if exact is None:
                fallback = value
            elif exact == surface:
                return value
        return fallback

    def keys_at(self, folded: Sequence[str], at: int) -> Iterator[tuple[int, V]]:
        """The keys that stand at one place of a folded token list, longest first: length and value.

        Keys told apart by their capitals alone are all given.
        """
        behind = self._lengths.get(folded[at]) if at < len(folded) else None
        if behind is None:
            return
        longer = behind.get(folded[at + 1], ()) if at + 1 < len(folded) else ()
        for length in (*longer, 1):
            if at + length <= len(folded):
                for _, value in self._values.get(tuple(folded[at : at + length]), ()):
                    yield length, value

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int, V]]:
        """Non-overlapping hits ``(first token, token after the last, value)``.

        At each place the longest key wins, then the search goes on behind it. A hit never crosses
        a line break. Time is linear in tokens times the longest key.
        """
        return self.scan(text, [(t.start, t.end) for t in tokens])

    def scan(
        self,
        text: str,
        places: Sequence[tuple[int, int]],
        accept: Callable[[int, int, V], bool] | None = None,
    ) -> Iterator[tuple[int, int, V]]:
        """`find` for tokens given by their places alone.

        A hit that ``accept`` refuses, called with the hit's first and last character and its value,
        leaves the place to the next shorter key, and then to the tokens behind.
        """
        folded = fold_spans(text, places)
        values, lengths = self._values, self._lengths
        at, count = 0, len(folded)
        while at < count:
            behind = lengths.get(folded[at])
            if behind is None:
                at += 1
                continue
            longer = behind.get(folded[at + 1], ()) if at + 1 < count else ()
            for length in (*longer, 1):
                key = tuple(folded[at : at + length])
                if key not in values or at + length > count:
                    continue
                start, end = places[at][0], places[at + length - 1][1]
                surface = text[start:end]
                value = None if "\n" in surface else self._pick(key, surface)
                if value is not None and (accept is None or accept(start, end, value)):
                    yield at, at + length, value
                    at += length - 1
                    break
            at += 1


def fold_spans(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """The folded words at ``places`` (rising); all are folded at once where that keeps their offsets.

    Only the stretch that holds them is read, so that the cost does not grow with the text around it.
    """
    if not places:
        return []
    offset = places[0][0]
    stretch = text[offset : places[-1][1]]
    folded = stretch.lower().replace("’", "'")
    if len(folded) == len(stretch):
        return [folded[start - offset : end - offset] for start, end in places]
    return [fold(text[start:end]) for start, end in places]
