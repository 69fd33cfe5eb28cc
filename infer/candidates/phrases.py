"""Phrase lookup by longest match from left to right, as spinners do it and as it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from despin.infer.text.quotes import straighten_apostrophes
from despin.infer.text.tokens import Token, fold, tokenize

V = TypeVar("V")
_NO_CONTINUATION: dict[str, set[int]] = {}
"""Shared by all words that start no longer key, to save memory; never written to."""


def phrase_key(phrase: str) -> tuple[str, ...]:
    """The lookup key of a phrase: its folded tokens."""
    parts = phrase.split()
    if phrase.isascii() and all(map(str.isalnum, parts)):  # a fast path that most phrases take
        return tuple(map(str.lower, parts))
    return tuple(fold(w.text) for w in tokenize(phrase))


class PhraseTable(Generic[V]):
    """A mapping from phrases to values with longest-match lookup in a token list.

    Matching ignores case, except for one-word keys with a capital beyond the first letter ("US"), which
    must occur exactly as written.
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
            continuations = lengths.get(key[0], _NO_CONTINUATION)
            if len(key) > 1:
                if not continuations:
                    continuations = {}
                continuations.setdefault(key[1], set()).add(len(key))
            lengths[key[0]] = continuations
        # First word -> second word -> lengths of the keys that start with both, in descending order: the
        # second word alone rules out most positions where a long key might start.
        self._lengths = {
            first: {second: tuple(sorted(ns, reverse=True)) for second, ns in continuations.items()}
            if continuations
            else {}
            for first, continuations in lengths.items()
        }

    def __len__(self) -> int:
        return sum(len(values) for values in self._values.values())

    def get(self, phrase: str) -> V | None:
        """The value of exactly this phrase, or None."""
        return self._pick(phrase_key(phrase), phrase)

    def _pick(self, key: tuple[str, ...], surface: str) -> V | None:
        fallback: V | None = None
        for exact, value in self._values.get(key, ()):
            if exact is None:
                fallback = value
            elif exact == surface:
                return value
        return fallback

    def keys_at(self, folded: Sequence[str], index: int) -> Iterator[tuple[int, V]]:
        """All keys that match at ``index`` of a folded token list, longest first: length and value.

        Keys that differ only in their capitals are all given.
        """
        continuations = self._lengths.get(folded[index]) if index < len(folded) else None
        if continuations is None:
            return
        longer = continuations.get(folded[index + 1], ()) if index + 1 < len(folded) else ()
        for length in (*longer, 1):
            if index + length <= len(folded):
                for _, value in self._values.get(tuple(folded[index : index + length]), ()):
                    yield length, value

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int, V]]:
        """Non-overlapping matches ``(start, end, value)``, in tokens, ``end`` exclusive.

        At each position the longest key wins and the search continues after it. A match never crosses a
        line break. Time is linear in the number of tokens times the length of the longest key.
        """
        return self.scan(text, [(t.start, t.end) for t in tokens])

    def scan(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        accept: Callable[[int, int, V], bool] | None = None,
    ) -> Iterator[tuple[int, int, V]]:
        """`find` for tokens given by their character spans alone.

        ``accept`` is called with the character span of a match and its value; if it returns False, the
        next shorter key at the same position is tried.
        """
        folded = fold_spans(text, spans)
        values, lengths = self._values, self._lengths
        index, count = 0, len(folded)
        while index < count:
            continuations = lengths.get(folded[index])
            if continuations is None:
                index += 1
                continue
            longer = continuations.get(folded[index + 1], ()) if index + 1 < count else ()
            for length in (*longer, 1):
                key = tuple(folded[index : index + length])
                if key not in values or index + length > count:
                    continue
                start, end = spans[index][0], spans[index + length - 1][1]
                surface = text[start:end]
                value = None if "\n" in surface else self._pick(key, surface)
                if value is not None and (accept is None or accept(start, end, value)):
                    yield index, index + length, value
                    index += length - 1
                    break
            index += 1


def fold_spans(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The folded words at ``spans``, which must be in ascending order.

    They are folded in one call where that keeps their offsets. Only the part of the text from the first to
    the last span is read, so that the cost does not grow with the rest of the text.
    """
    if not spans:
        return []
    offset = spans[0][0]
    part = text[offset : spans[-1][1]]
    folded = straighten_apostrophes(part.lower())
    if len(folded) == len(part):
        return [folded[start - offset : end - offset] for start, end in spans]
    return [fold(text[start:end]) for start, end in spans]
