"""Count the word n-grams of clean text for `despin.infer.decision.ngrams`."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.decision.ngrams import NGRAMS_FILE, NgramTable, normalize_token, quantize_counts
from despin.infer.text.tokens import tokenize
from despin.train.data.corpora import Corpora
from despin.train.recipe import NgramConfig, Recipe

COMMONEST = 100
"""So many words are in nearly every n-gram's neighbourhood; they alone make none worth keeping."""
BREAK = "\n"


def count_ngrams(texts: Iterable[str], config: NgramConfig, asked: Collection[str]) -> NgramTable:
    """The table of ``texts``. N-grams without a word of ``asked`` (plain forms) are left out.

    Needs about 30 bytes of memory a word. Raises ValueError if the texts hold no word.
    """
    vocabulary, numbers, unigrams = _numbered(texts, config.vocabulary)
    if not vocabulary:
        raise ValueError("n-grams: no text to count")
    asked = set(asked).difference(vocabulary[:COMMONEST])
    wanted = np.array([False, *(word in asked for word in vocabulary)])
    triples, triple_counts = _met(numbers, 3, config.min_count[1])
    kept = wanted[triples >> 32] | wanted[(triples >> 16) & 0xFFFF] | wanted[triples & 0xFFFF]
    triples, triple_counts = triples[kept], triple_counts[kept]
    pairs, pair_counts = _met(numbers, 2, config.min_count[0])
    kept = wanted[pairs >> 16] | wanted[pairs & 0xFFFF]
    kept |= np.isin(pairs, triples >> 16)  # a triple hangs on its pair
    pairs, pair_counts = pairs[kept], pair_counts[kept]
    at_pair = np.searchsorted(pairs, triples >> 16)
    return NgramTable(
        vocabulary,
        unigrams,
        np.searchsorted(pairs >> 16, np.arange(len(vocabulary) + 2)).astype(np.uint32),
        (pairs & 0xFFFF).astype(np.uint16),
        quantize_counts(pair_counts),
        np.searchsorted(at_pair, np.arange(len(pairs) + 1)).astype(np.uint32),
        (triples & 0xFFFF).astype(np.uint16),
        quantize_counts(triple_counts),
        config.min_count,
        int(unigrams.sum()),
    )


def asked_words(lexicon: InverseLexicon) -> set[str]:
    """The words of all spun forms and originals."""
    phrases = {*lexicon.forms, *(o for origins in lexicon.forms.values() for o in origins.originals)}
    return {normalize_token(word.text) for phrase in phrases for word in tokenize(phrase)}


def write_ngrams(corpora: Corpora, lexicon: InverseLexicon, config: NgramConfig, file: Path) -> NgramTable:
    """Count the training side of ``corpora`` and save the table as ``file``."""
    table = count_ngrams(corpora.texts(), config, asked_words(lexicon))
    beside = file.with_name(file.name + ".part")
    table.save(beside)
    beside.replace(file)
    return table


def _numbered(
    texts: Iterable[str], size: int
) -> tuple[list[str], npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
    """The commonest ``size`` words, the text in their numbers (0: another word, or a line's end), and
    how often each number is met."""
    seen: defaultdict[str, int] = defaultdict()
    seen.default_factory = seen.__len__
    seen[BREAK]
    running = array("I")
    for line in _lines(texts):
        running.extend([seen[word.text] for word in tokenize(line)])
        running.append(0)
    met = np.bincount(np.frombuffer(running, dtype=np.uint32), minlength=len(seen))
    met[0] = 0
    commonest = np.argsort(-met, kind="stable")[:size]
    commonest = commonest[met[commonest] > 0]
    number_of = np.zeros(len(seen), dtype=np.uint16)
    number_of[commonest] = np.arange(1, len(commonest) + 1)
    names = list(seen)
    numbers = number_of[np.frombuffer(running, dtype=np.uint32)]
    return [names[n] for n in commonest], numbers, np.append(0, met[commonest]).astype(np.uint32)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for line in normalize_token(text).split(BREAK):
            if line.strip():
                yield line


def _met(
    numbers: npt.NDArray[np.uint16], order: int, min_count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sorted keys (16 bits a word, the first one highest) and counts of n-grams of known words."""
    behind = len(numbers) - order + 1
    if behind < 1:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    keys = np.zeros(behind, dtype=np.int64)
    known = np.ones(behind, dtype=bool)
    for at in range(order):
        part = numbers[at : at + behind]
        keys = (keys << 16) | part
        known &= part > 0
    keys = keys[known]
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(np.append(first, len(keys)))
    often = counts >= min_count
    return keys[first[often]], counts[often]


def count_for_checkpoint(recipe: Recipe, folder: Path) -> str:
    """Count the clean text of a recipe for the checkpoint in ``folder``; returns what the table holds."""
    lexicon = InverseLexicon.load(folder / "inverse.tsv")
    file = folder / NGRAMS_FILE
    table = write_ngrams(Corpora(recipe.corpora), lexicon, recipe.ngrams or NgramConfig(), file)
    return (
        f"{table.total:,} words: {len(table.vocabulary):,} kept, {len(table.seconds):,} pairs, "
        f"{len(table.thirds):,} triples, {file.stat().st_size / 1e6:.1f} MB"
    )
