"""Word n-grams of clean text, as log-ratios of a word's probability in context to that without context.

A small model has seen most word pairs a few times at most; counts over all of the clean text cover them
better. The counts of `despin.train.data.ngram_counts` are stored as a trie of sorted arrays (the layout of
KenLM, Heafield 2011). Ratios are used rather than probabilities because a word's own frequency is already
part of the inverse dictionary's shares and must not count twice.
"""

from __future__ import annotations

import io
import lzma
import math
import os
import zipfile
import zlib
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from despin.infer.text.quotes import straighten_quotes

NGRAMS_FILE = "ngrams.xz"
"""Name of the table's file in a checkpoint folder."""
MAX_UNPACKED = 256 << 20
"""Bytes of an unpacked table at most; the one that ships has 14 MB. A few kB of xz may hold gigabytes."""
STEPS_PER_DOUBLING = 4
"""Counts are quantised to whole steps of 1/4 in log2."""
SMOOTHING = (1.0, 0.5)
"""Added to observed and expected counts of pairs and of triples, which shrinks ratios of small counts."""
BACKOFF_WEIGHT = 5.0
"""Weight, as a count, of a word's unigram probability in its probability after one other word."""
RATIO_CACHE_SIZE = 1 << 16
"""Number of log-ratios, and of pairs, that are cached."""
_ARRAYS: dict[str, tuple[type[np.generic], int]] = {
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
"""The arrays of a file, each with its data type and number of dimensions."""


def normalize_token(token: str) -> str:
    """The form of a token in the vocabulary: lower case, straight quotes."""
    return straighten_quotes(token.lower())


class NgramTable:
    """Counts of word pairs and triples. Word ids are positions in the vocabulary from 1; id 0 is any word
    outside the vocabulary, and the start of a text.

    Arrays for V words, B pairs and T triples: ``unigrams`` uint32 [V + 1], counts; ``seconds`` uint16 [B],
    the second words of the pairs, those of first word w at ``pairs_at[w]:pairs_at[w + 1]`` in ascending
    order; ``thirds`` uint16 [T], the third words of pair b at ``triples_at[b]:triples_at[b + 1]``;
    ``pair_steps`` [B] and ``triple_steps`` [T], uint8, STEPS_PER_DOUBLING x log2 of the count.
    ``min_count``: the minimum counts of a pair and of a triple in the table. ``total``: counted words.
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
        self._ids = {word: i for i, word in enumerate(vocabulary, 1)}
        # N-grams outside the table have smaller counts than these; a quarter worked best as an estimate.
        self._unseen_counts = (min_count[0] / 4, min_count[1] / 4)
        self.ratio = lru_cache(RATIO_CACHE_SIZE)(self._ratio)
        # Reading a single number from a memoryview takes a third of the time that an array takes.
        self._unigrams = unigrams.data
        self._pairs_at, self._seconds = pairs_at.data, seconds.data
        self._triples_at, self._thirds = triples_at.data, thirds.data
        self._pair = lru_cache(RATIO_CACHE_SIZE)(self._find_pair)

    def word_id(self, token: str) -> int:
        """The id of a token, 0 if it is not in the vocabulary."""
        return self._ids.get(normalize_token(token), 0)

    def _ratio(self, first: int, second: int, third: int) -> float:
        """Log-ratio (natural) of the probability of word ``third`` after ``first second`` to that without
        context; 0 where nothing is known. Arguments are word ids. ``ratio`` is the cached form.

        The sum of the log-ratios of observed to expected count of the pair and of the triple, where the
        expectation assumes that the word farthest away does not matter.
        """
        if not second or not third:
            return 0.0
        unigram_probability = self._unigrams[third] / self.total
        second_count = self._unigrams[second]
        pair_count = self._pair(second, third)[1]
        unseen_pair, unseen_triple = self._unseen_counts
        log_ratio = _log_ratio(pair_count, second_count * unigram_probability, SMOOTHING[0], unseen_pair)
        if not first:
            return log_ratio
        pair, context_count = self._pair(first, second)
        pair_probability = ((pair_count or unseen_pair) + BACKOFF_WEIGHT * unigram_probability) / (
            second_count + BACKOFF_WEIGHT
        )
        triple_count = self._triple(pair, third)
        return log_ratio + _log_ratio(
            triple_count, context_count * pair_probability, SMOOTHING[1], unseen_triple
        )

    def _find_pair(self, first: int, second: int) -> tuple[int, float]:
        """The index of a pair and its count; -1 and 0 if it is not in the table."""
        start, end = self._pairs_at[first], self._pairs_at[first + 1]
        index = bisect_left(self._seconds, second, start, end)
        if index < end and self._seconds[index] == second:
            return index, _count(self.pair_steps[index])
        return -1, 0.0

    def _triple(self, pair: int, third: int) -> float:
        """The count of a triple, given the index of its first pair; 0 if it is not in the table."""
        if pair < 0:
            return 0.0
        start, end = self._triples_at[pair], self._triples_at[pair + 1]
        index = bisect_left(self._thirds, third, start, end)
        if index < end and self._thirds[index] == third:
            return _count(self.triple_steps[index])
        return 0.0

    def save(self, file: str | Path) -> None:
        """Write the table atomically: an NPZ file, compressed with xz. Raises OSError if that fails.

        Ascending numbers are stored as differences, split into low and high bytes: two thirds of the size.
        """
        buffer = io.BytesIO()
        np.savez(
            buffer,
            vocabulary=np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            unigrams=self.unigrams,
            settings=np.array([*self.min_count, self.total], dtype=np.int64),
            pairs=np.diff(self.pairs_at).astype(np.uint16),
            seconds=_encode(self.seconds),
            pair_steps=self.pair_steps,
            triples=np.diff(self.triples_at).astype(np.uint16),
            thirds=_encode(self.thirds),
            triple_steps=self.triple_steps,
        )
        file = Path(file)
        part = file.with_name(file.name + ".part")
        try:
            with part.open("wb") as handle:
                handle.write(lzma.compress(buffer.getvalue(), preset=6))
                handle.flush()
                os.fsync(handle.fileno())
            part.replace(file)
        except OSError as error:  # a failed write does not name its file
            raise OSError(error.errno, error.strerror, str(file)) from None
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def load(cls, file: str | Path) -> NgramTable:
        """Read a file that `save` wrote. Raises OSError, or ValueError if it is not one."""
        try:
            unpacked = io.BytesIO(_unpack(Path(file).read_bytes()))
            if not zipfile.is_zipfile(unpacked):
                raise ValueError("not a compressed NPZ file")
            with zipfile.ZipFile(unpacked) as archive:
                _check_size(sum(member.file_size for member in archive.infolist()))
            with np.load(unpacked, allow_pickle=False) as npz:
                arrays = {name: npz[name] for name in npz.files}
            for name, (dtype, dimensions) in _ARRAYS.items():
                array = arrays[name]
                if array.dtype != dtype or array.ndim != dimensions:
                    raise ValueError(
                        f"{name} must be {np.dtype(dtype)} with {dimensions} dimensions, "
                        f"got {array.dtype} with {array.ndim}"
                    )
            min_pair_count, min_triple_count, total = (int(n) for n in arrays["settings"])
            table = cls(
                bytes(arrays["vocabulary"]).decode().split("\n"),
                arrays["unigrams"],
                _starts(arrays["pairs"]),
                _decode(arrays["seconds"]),
                arrays["pair_steps"],
                _starts(arrays["triples"]),
                _decode(arrays["thirds"]),
                arrays["triple_steps"],
                (min_pair_count, min_triple_count),
                total,
            )
        except MemoryError:  # an array that claims to be larger than its data
            raise ValueError(f"{file}: not an n-gram table: an array is too large") from None
        except (lzma.LZMAError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError) as error:
            raise ValueError(f"{file}: not an n-gram table: {error}") from None
        if not table._is_consistent():
            raise ValueError(f"{file}: not an n-gram table: the lengths of its arrays do not match")
        return table

    def _is_consistent(self) -> bool:
        words, pairs, triples = len(self.vocabulary), len(self.seconds), len(self.thirds)
        return (
            min(*self.min_count, self.total) > 0
            and len(self.unigrams) == words + 1
            and len(self.pairs_at) == words + 2
            and int(self.pairs_at[-1]) == pairs == len(self.pair_steps)
            and len(self.triples_at) == pairs + 1
            and int(self.triples_at[-1]) == triples == len(self.triple_steps)
        )


def _unpack(packed: bytes) -> bytes:
    """The content of an xz file. Raises LZMAError, or ValueError if it is cut off or too large."""
    decompressor = lzma.LZMADecompressor(memlimit=MAX_UNPACKED)
    content = decompressor.decompress(packed, MAX_UNPACKED + 1)
    _check_size(len(content))
    if not decompressor.eof:
        raise ValueError("the file is cut off")
    return content


def _check_size(size: int) -> None:
    if size > MAX_UNPACKED:
        raise ValueError(f"it unpacks to more than {MAX_UNPACKED >> 20} MiB")


def quantize_counts(counts: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Counts (1 and more) as STEPS_PER_DOUBLING x log2, rounded, at most 255."""
    return np.asarray(np.minimum(np.round(STEPS_PER_DOUBLING * np.log2(counts)), 255), dtype=np.uint8)


def _count(step: np.uint8) -> float:
    return float(2.0 ** (int(step) / STEPS_PER_DOUBLING))


def _log_ratio(observed: float, expected: float, smoothing: float, unseen: float) -> float:
    """Log-ratio of counts; an n-gram outside the table (``observed`` 0) cannot raise a probability."""
    if observed:
        return math.log((observed + smoothing) / (expected + smoothing))
    return min(0.0, math.log((unseen + smoothing) / (expected + smoothing)))


def _encode(numbers: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Differences of successive numbers, modulo 2**16, as [2, N] low and high bytes."""
    differences = np.diff(numbers, prepend=np.uint16(0))
    return np.stack([differences & 255, differences >> 8]).astype(np.uint8)


def _decode(encoded: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    low, high = encoded.astype(np.uint16)
    return np.cumsum(low | (high << 8), dtype=np.uint16)


def _starts(lengths: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.uint32)]).astype(np.uint32)
