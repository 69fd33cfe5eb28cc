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
from despin.infer.digests import update_digests
from despin.infer.text.tokens import tokenize
from despin.train.data.corpora import Corpora
from despin.train.fit.folders import edited_folder
from despin.train.recipe import NgramConfig, Recipe

COMMONEST = 100
"""The most frequent tokens; an n-gram is not kept for one of these alone, since nearly all contain one."""
BREAK = "\n"


def count_ngrams(texts: Iterable[str], config: NgramConfig, wanted: Collection[str]) -> NgramTable:
    """The n-gram table of ``texts``. N-grams without a word of ``wanted`` (normalized) are left out.

    Needs about 30 bytes of memory per token. Raises ValueError if the texts hold no word.
    """
    vocabulary, ids, unigrams = _token_ids(texts, config.vocabulary)
    if not vocabulary:
        raise ValueError("n-grams: no text to count")
    words = set(wanted).difference(vocabulary[:COMMONEST])
    is_wanted = np.array([False, *(word in words for word in vocabulary)])
    trigrams, trigram_counts = _frequent_ngrams(ids, 3, config.min_count[1])
    kept = is_wanted[trigrams >> 32] | is_wanted[(trigrams >> 16) & 0xFFFF] | is_wanted[trigrams & 0xFFFF]
    trigrams, trigram_counts = trigrams[kept], trigram_counts[kept]
    bigrams, bigram_counts = _frequent_ngrams(ids, 2, config.min_count[0])
    kept = is_wanted[bigrams >> 16] | is_wanted[bigrams & 0xFFFF]
    kept |= np.isin(bigrams, trigrams >> 16)  # a trigram is stored below its bigram
    bigrams, bigram_counts = bigrams[kept], bigram_counts[kept]
    bigram_of = np.searchsorted(bigrams, trigrams >> 16)
    return NgramTable(
        vocabulary,
        unigrams,
        np.searchsorted(bigrams >> 16, np.arange(len(vocabulary) + 2)).astype(np.uint32),
        (bigrams & 0xFFFF).astype(np.uint16),
        quantize_counts(bigram_counts),
        np.searchsorted(bigram_of, np.arange(len(bigrams) + 1)).astype(np.uint32),
        (trigrams & 0xFFFF).astype(np.uint16),
        quantize_counts(trigram_counts),
        config.min_count,
        int(unigrams.sum()),
    )


def lexicon_words(lexicon: InverseLexicon) -> set[str]:
    """The words of all spun forms and originals."""
    phrases = {*lexicon.forms, *(o for origins in lexicon.forms.values() for o in origins.originals)}
    return {normalize_token(word.text) for phrase in phrases for word in tokenize(phrase)}


def write_ngrams(corpora: Corpora, lexicon: InverseLexicon, config: NgramConfig, file: Path) -> NgramTable:
    """Count the training side of ``corpora`` and save the table as ``file``."""
    table = count_ngrams(corpora.texts(), config, lexicon_words(lexicon))
    table.save(file)
    return table


def _token_ids(
    texts: Iterable[str], size: int
) -> tuple[list[str], npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
    """The ``size`` most frequent tokens, the text as their ids (0: any other token, or a line's end), and the
    count of each id."""
    index_of: defaultdict[str, int] = defaultdict()
    index_of.default_factory = index_of.__len__
    index_of[BREAK]
    sequence = array("I")
    for line in _lines(texts):
        sequence.extend([index_of[token.text] for token in tokenize(line)])
        sequence.append(0)
    indices = np.frombuffer(sequence, dtype=np.uint32)
    counts = np.bincount(indices, minlength=len(index_of))
    counts[0] = 0
    frequent = np.argsort(-counts, kind="stable")[:size]
    frequent = frequent[counts[frequent] > 0]
    id_of = np.zeros(len(index_of), dtype=np.uint16)
    id_of[frequent] = np.arange(1, len(frequent) + 1)
    tokens = list(index_of)
    return [tokens[i] for i in frequent], id_of[indices], np.append(0, counts[frequent]).astype(np.uint32)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for line in normalize_token(text).split(BREAK):
            if line.strip():
                yield line


def _frequent_ngrams(
    ids: npt.NDArray[np.uint16], order: int, min_count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sorted keys (16 bits per token, the first one highest) and counts of n-grams of known tokens."""
    positions = len(ids) - order + 1
    if positions < 1:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    keys = np.zeros(positions, dtype=np.int64)
    known = np.ones(positions, dtype=bool)
    for offset in range(order):
        part = ids[offset : offset + positions]
        keys = (keys << 16) | part
        known &= part > 0
    keys = keys[known]
    keys.sort()
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(np.append(starts, len(keys)))
    frequent = counts >= min_count
    return keys[starts[frequent]], counts[frequent]


def count_for_checkpoint(recipe: Recipe, folder: Path) -> str:
    """Count the clean text of a recipe for the checkpoint in ``folder``. Returns the table's size as text."""
    words = lexicon_words(InverseLexicon.load(folder / "inverse.tsv"))
    table = count_ngrams(Corpora(recipe.corpora).texts(), recipe.ngrams or NgramConfig(), words)
    with edited_folder(folder) as fresh:
        table.save(fresh / NGRAMS_FILE)
        update_digests(fresh, [NGRAMS_FILE])
    size = (folder / NGRAMS_FILE).stat().st_size
    return (
        f"{table.total:,} words: {len(table.vocabulary):,} kept, {len(table.seconds):,} pairs, "
        f"{len(table.thirds):,} triples, {size / 1e6:.1f} MB"
    )
