"""What single words and pairs of words say about a text being spun, as whole numbers that add up.

A logistic regression over hashed word n-grams (Joulin et al. 2017; hashing: Weinberger et al. 2009), fitted
by `despin.train.ship.first_look_fit`. A word's evidence is the weight of the word, of the pair with the word
before it, and of the pair with the word before that one; the sum over a text is its log-odds of being spun.
Words outside the vocabulary carry none, so that names and code say nothing either way. Weights are whole
numbers of steps: sums are exact, the same on every machine and in any order.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from despin.infer.atomic_file import replace_file

STEPS_PER_NAT = 16
"""Steps of a weight in a unit of log-odds."""
MAX_UNPACKED = 64 << 20
"""Bytes of an unpacked file at most; the one that ships has 6 MB."""
BLOCK = 1 << 20
"""Characters that are read at a time, so that memory does not grow with a document."""
DISTANCES = (1, 2)
"""Words are paired with the one before and the one before that."""
_WORD = re.compile(r"\w+(?:'\w+)*")
_SPACE = re.compile(r"\s")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio (Knuth 1973, 6.4)
_ID_BITS = 20


def fold_text(text: str) -> str:
    """``text`` in lower case with straight apostrophes, character by character: offsets stay the same."""
    folded = text.lower()
    if len(folded) != len(text):  # "İ" has two characters in lower case
        folded = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return folded.replace("’", "'")


def words_of(folded: str) -> list[str]:
    """The words of a folded text: letters, digits and inner apostrophes."""
    return _WORD.findall(folded)


def word_spans(text: str, numbers: Sequence[int] | None = None) -> npt.NDArray[np.int64]:
    """Start and end, in characters, of words that `WordEvidence.of_text` counts: [N, 2].

    Of all words, or of those with the given ``numbers``, which must ascend: only the blocks with them are
    searched for places, the others are counted.
    """
    parts = [np.zeros((0, 2), dtype=np.int64)]
    first = 0
    for offset, block in blocks(text):
        folded = fold_text(block)
        if numbers is None:
            parts.append(_spans(folded) + offset)
            continue
        stop = first + len(words_of(folded))
        wanted = [number - first for number in numbers if first <= number < stop]
        if wanted:
            parts.append(_spans(folded)[wanted] + offset)
        first = stop
    return np.concatenate(parts)


def _spans(folded: str) -> npt.NDArray[np.int64]:
    ends = (end for match in _WORD.finditer(folded) for end in match.span())
    return np.fromiter(ends, dtype=np.int64).reshape(-1, 2)


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """``text`` in parts of about BLOCK characters, each with its offset; cut at white space if there is."""
    start = 0
    while len(text) - start > BLOCK:
        space = _SPACE.search(text, start + BLOCK, min(len(text), start + 2 * BLOCK))
        end = space.end() if space else start + BLOCK
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def pair_cells(
    ids: npt.NDArray[np.int32], distance: int, bits: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The cells, 0 to ``2**bits - 1``, of the pairs of words that are ``distance`` apart, and which pairs
    have two known words; both [N - distance]. Multiply-shift hashing (Dietzfelbinger et al. 1997)."""
    wide = ids.astype(np.uint64)
    key = (np.uint64(distance - 1) << np.uint64(2 * _ID_BITS)) | (wide[:-distance] << np.uint64(_ID_BITS))
    cells = ((key | wide[distance:]) * _MULTIPLIER) >> np.uint64(64 - bits)
    return cells.astype(np.int64), (ids[:-distance] > 0) & (ids[distance:] > 0)


def is_repeated(ids: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which words are the same as the one before or the one before that, [N]: they say nothing.

    Otherwise a column of zeros would add up.
    """
    repeated = np.zeros(len(ids), dtype=np.bool_)
    for distance in DISTANCES:
        repeated[distance:] |= ids[distance:] == ids[:-distance]
    return repeated


class WordEvidence:
    """The weights. Word ids are positions in the vocabulary from 1; id 0 is any other word.

    ``word_weights`` int8 [V + 1] and ``pair_weights`` int8 [2**bits], in STEPS_PER_NAT to a unit of log-odds;
    ``word_weights[0]`` is 0.
    """

    def __init__(
        self,
        vocabulary: list[str],
        word_weights: npt.NDArray[np.int8],
        pair_weights: npt.NDArray[np.int8],
    ) -> None:
        self.vocabulary, self.word_weights, self.pair_weights = vocabulary, word_weights, pair_weights
        self.bits = len(pair_weights).bit_length() - 1
        self._ids = {word: i for i, word in enumerate(vocabulary, 1)}

    def ids(self, folded: str) -> npt.NDArray[np.int32]:
        """The ids of the words of a folded text, in order."""
        words = words_of(folded)
        return np.fromiter(map(self._ids.get, words, repeat(0)), dtype=np.int32, count=len(words))

    def of_ids(self, ids: npt.NDArray[np.int32], skip: int = 0) -> npt.NDArray[np.int16]:
        """The evidence of each word in steps; int16 [N - skip]. The first ``skip`` ids are context only."""
        evidence = self.word_weights[ids].astype(np.int16)
        for distance in DISTANCES:
            if len(ids) > distance:
                cells, is_known = pair_cells(ids, distance, self.bits)
                evidence[distance:] += self.pair_weights[cells] * is_known
        evidence[is_repeated(ids)] = 0
        return evidence[skip:]

    def of_text(self, text: str) -> npt.NDArray[np.int16]:
        """The evidence of each word of a text in steps, int16 [N]. Time and memory grow linearly."""
        parts = []
        context = np.zeros(0, dtype=np.int32)
        for _, block in blocks(text):
            ids = np.concatenate([context, self.ids(fold_text(block))])
            parts.append(self.of_ids(ids, skip=len(context)))
            context = ids[-2:]
        return np.concatenate(parts)

    def save(self, file: Path) -> None:
        """Write the weights through a temporary file: an NPZ file, packed with xz. Raises InputError."""
        cells = np.flatnonzero(self.pair_weights)
        gaps = np.diff(cells, prepend=0).astype("<u4")
        buffer = io.BytesIO()
        np.savez(
            buffer,
            vocabulary=np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            word_weights=self.word_weights,
            bits=np.array([self.bits], dtype=np.int64),
            gaps=gaps.view(np.uint8).reshape(-1, 4).T,  # all low bytes, then the next ones: half the size
            cell_weights=self.pair_weights[cells],
        )
        with replace_file(file) as out:
            out.write(lzma.compress(buffer.getvalue(), preset=9))

    @classmethod
    def load(cls, file: Path) -> WordEvidence:
        """Read what `save` wrote. Raises OSError, or ValueError if the file is something else."""
        try:
            unpacker = lzma.LZMADecompressor(memlimit=4 * MAX_UNPACKED)
            content = unpacker.decompress(file.read_bytes(), MAX_UNPACKED + 1)
            if len(content) > MAX_UNPACKED or not unpacker.eof:
                raise ValueError("it is cut off or too large")
            with np.load(io.BytesIO(content), allow_pickle=False) as npz:
                vocabulary = bytes(npz["vocabulary"]).decode().split("\n")
                words = npz["word_weights"].astype(np.int8, casting="no")
                bits = int(npz["bits"][0])
                gaps = np.ascontiguousarray(npz["gaps"].T).view("<u4").reshape(-1)
                weights = npz["cell_weights"].astype(np.int8, casting="no")
            cells = np.cumsum(gaps, dtype=np.int64)
            if not 1 <= bits <= 26 or len(words) != len(vocabulary) + 1:
                raise ValueError("the lengths of its arrays do not match")
            pairs = np.zeros(1 << bits, dtype=np.int8)
            pairs[cells] = weights
        except (
            lzma.LZMAError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            LookupError,
            TypeError,
            ValueError,
        ) as e:
            raise ValueError(f"{file}: not the weights of a first look: {e}") from None
        return cls(vocabulary, words, pairs)
