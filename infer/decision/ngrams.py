"""Word n-grams of clean text: how much likelier a word is after the words before it than by itself.

A small model that was trained for hours on two cores has met most word pairs a few times at most; a
count over all of the clean text has met them often. What `despin.train.data.ngram_counts` counted
is kept here as a trie of sorted numbers (the layout of Heafield 2011, KenLM), and read as the
log-ratio of a word's probability in its context to that without it: a word's own frequency is in the
inverse dictionary's shares already and must not count twice.
"""

from __future__ import annotations

import io
import lzma
import math
import zipfile
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

NGRAMS_FILE = "ngrams.xz"
"""The table's name in a checkpoint folder."""
STEPS_PER_DOUBLING = 4
"""Counts are kept as whole steps of a doubling's quarter."""
SMOOTHING = (1.0, 0.5)
"""Occurrences added to those met and to those expected, of pairs and of triples: where few are
expected, few or none met says little."""
BACKOFF_WEIGHT = 5.0
"""Weight, in occurrences, of a word's own frequency in its probability after one other word."""
RATIO_CACHE_SIZE = 1 << 16
"""Log-ratios kept at hand."""
_HELD: dict[str, tuple[type[np.generic], int]] = {
    "vocabulary": (np.uint8, 1),
    "unigrams": (np.uint32, 1),
    "settings": (np.int64, 1),
    "pairs": (np.uint16, 1),
    "seconds": (np.uint8, 2),
    "pair_steps": (np.uint8, 1),
    "triples": (np.uint16, 1),
    "thirds": (np.uint8, 2),
    "triple_steps": (np.uint8, 1),
}
"""The arrays of a file: what their numbers are, and in how many axes."""
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")


def normalize_token(token: str) -> str:
    """A word or mark as the table knows it: lower case, straight quotes."""
    return token.lower().translate(_STRAIGHT)


class NgramTable:
    """Counted pairs and triples of words. A word's number is its place in the vocabulary, from 1 on;
    0 stands for every word that is not in it and for the start of a text.

    Arrays, V words, B pairs and T triples: ``unigrams`` uint32 [V + 1]; ``seconds`` uint16 [B], the
    second words of the pairs, those of first word w at ``pairs_at[w]:pairs_at[w + 1]`` in rising
    order; ``thirds`` uint16 [T], the third words of pair b at ``triples_at[b]:triples_at[b + 1]``.
    ``pair_steps`` [B] and ``triple_steps`` [T], uint8: STEPS x log2 of the count. ``min_count``: how
    often a pair and a triple must have been met to be in the table.
    """

    def __init__(
        self,
        vocabulary: list[str],
        unigrams: npt.NDArray[np.uint32],
        pairs_at: npt.NDArray[np.uint32],
        seconds: npt.NDArray[np.uint16],
        pair_steps: npt.NDArray[np.uint8],
        triples_at: npt.NDArray[np.uint32],
        thirds: npt.NDArray[np.uint16],
        triple_steps: npt.NDArray[np.uint8],
        min_count: tuple[int, int],
        total: int,
    ) -> None:
        self.vocabulary = vocabulary
        self.unigrams, self.total, self.min_count = unigrams, total, min_count
        self.pairs_at, self.seconds, self.pair_steps = pairs_at, seconds, pair_steps
        self.triples_at, self.thirds, self.triple_steps = triples_at, thirds, triple_steps
        self._number = {word: n for n, word in enumerate(vocabulary, 1)}
        # What the table lacks was met fewer times than that; a quarter of it is the guess that served best.
        self._unmet = (min_count[0] / 4, min_count[1] / 4)
        self.ratio = lru_cache(RATIO_CACHE_SIZE)(self._ratio)
        # Single numbers are read from a memoryview at a third of what they cost from an array.
        self._unigrams = unigrams.data
        self._pairs_at, self._seconds = pairs_at.data, seconds.data
        self._triples_at, self._thirds = triples_at.data, thirds.data
        self._pair = lru_cache(RATIO_CACHE_SIZE)(self._find_pair)

    def word_id(self, token: str) -> int:
        """The number of a word or mark, 0 if the vocabulary lacks it."""
        return self._number.get(normalize_token(token), 0)

    def _ratio(self, first: int, second: int, third: int) -> float:
        """Log of how much likelier ``third`` is after ``first second`` than by itself (natural log).

        Numbers of words; 0 where nothing is known. Sum of the log-ratios of a pair's and a triple's
        count to what would be expected of it if the further word did not matter. ``ratio`` is the
        same, remembered.
        """
        if not second or not third:
            return 0.0
        own = self._unigrams[third] / self.total
        before = self._unigrams[second]
        met = self._pair(second, third)[1]
        found = _log_ratio(met, before * own, SMOOTHING[0], self._unmet[0])
        if not first:
            return found
        at, times = self._pair(first, second)
        chance = ((met or self._unmet[0]) + BACKOFF_WEIGHT * own) / (before + BACKOFF_WEIGHT)
        return found + _log_ratio(self._triple(at, third), times * chance, SMOOTHING[1], self._unmet[1])

    def _find_pair(self, first: int, second: int) -> tuple[int, float]:
        """The place of a pair and its count; -1 and 0 if it is not in the table."""
        at, behind = self._pairs_at[first], self._pairs_at[first + 1]
        place = bisect_left(self._seconds, second, at, behind)
        if place < behind and self._seconds[place] == second:
            return place, _count(self.pair_steps[place])
        return -1, 0.0

    def _triple(self, pair: int, third: int) -> float:
        if pair < 0:
            return 0.0
        at, behind = self._triples_at[pair], self._triples_at[pair + 1]
        place = bisect_left(self._thirds, third, at, behind)
        if place < behind and self._thirds[place] == third:
            return _count(self.triple_steps[place])
        return 0.0

    def save(self, file: str | Path) -> None:
        """Write the table: arrays in NumPy's zip, packed with xz. Rising numbers are kept as
        differences and split into low and high bytes, which packs to two thirds of the size."""
        held = io.BytesIO()
        np.savez(
            held,
            vocabulary=np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            unigrams=self.unigrams,
            settings=np.array([*self.min_count, self.total], dtype=np.int64),
            pairs=np.diff(self.pairs_at).astype(np.uint16),
            seconds=_apart(self.seconds),
            pair_steps=self.pair_steps,
            triples=np.diff(self.triples_at).astype(np.uint16),
            thirds=_apart(self.thirds),
            triple_steps=self.triple_steps,
        )
        Path(file).write_bytes(lzma.compress(held.getvalue(), preset=6))

    @classmethod
    def load(cls, file: str | Path) -> NgramTable:
        """Read what `save` wrote. Raises OSError, or ValueError if it is no such file."""
        try:
            packed = io.BytesIO(lzma.decompress(Path(file).read_bytes()))
            if not zipfile.is_zipfile(packed):
                raise ValueError("no zip of NumPy arrays in it")
            with np.load(packed, allow_pickle=False) as held:
                arrays = {name: held[name] for name in held.files}
            for name, (kind, axes) in _HELD.items():
                if arrays[name].dtype != kind or arrays[name].ndim != axes:
                    raise ValueError(f"{name} is not of {np.dtype(kind)} in {axes} axes")
            fewest_pair, fewest_triple, total = (int(n) for n in arrays["settings"])
            table = cls(
                bytes(arrays["vocabulary"]).decode().split("\n"),
                arrays["unigrams"],
                _starts(arrays["pairs"]),
                _together(arrays["seconds"]),
                arrays["pair_steps"],
                _starts(arrays["triples"]),
                _together(arrays["thirds"]),
                arrays["triple_steps"],
                (fewest_pair, fewest_triple),
                total,
            )
        except (lzma.LZMAError, zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
            raise ValueError(f"{file}: no table of n-grams: {error}") from None
        if not table._sound():
            raise ValueError(f"{file}: no table of n-grams: its parts do not go together")
        return table

    def _sound(self) -> bool:
        words, pairs, triples = len(self.vocabulary), len(self.seconds), len(self.thirds)
        return (
            min(*self.min_count, self.total) > 0
            and len(self.unigrams) == words + 1
            and len(self.pairs_at) == words + 2
            and int(self.pairs_at[-1]) == pairs == len(self.pair_steps)
            and len(self.triples_at) == pairs + 1
            and int(self.triples_at[-1]) == triples == len(self.triple_steps)
        )


def quantize_counts(counts: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Counts (1 and more) as whole STEPS of their log2."""
    return np.asarray(np.minimum(np.round(STEPS_PER_DOUBLING * np.log2(counts)), 255), dtype=np.uint8)


def _count(step: np.uint8) -> float:
    return float(2.0 ** (int(step) / STEPS_PER_DOUBLING))


def _log_ratio(met: float, expected: float, added: float, unmet: float) -> float:
    if met:
        return math.log((met + added) / (expected + added))
    return min(0.0, math.log((unmet + added) / (expected + added)))


def _apart(numbers: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Differences from one number to the next, modulo 2**16, as [2, N] low and high bytes."""
    differences = np.diff(numbers, prepend=np.uint16(0))
    return np.stack([differences & 255, differences >> 8]).astype(np.uint8)


def _together(parts: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    low, high = parts.astype(np.uint16)
    return np.cumsum(low | (high << 8), dtype=np.uint16)


def _starts(lengths: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.uint32)]).astype(np.uint32)
