"""The words of the documents that a first look is fitted on, as one stream of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from despin.infer.decision.word_evidence import fold_text, word_spans, words_of
from despin.train.ship.first_look_recipe import LookRecipe
from despin.train.ship.first_look_texts import DocumentSource, SpunDocument

MAX_WORD = 24
"""Longer words get no id."""
REPORT_EVERY = 20_000
"""Documents between two lines of progress."""


@dataclass(frozen=True)
class WordStream:
    """Documents one after the other, D of them with N words."""

    ids: npt.NDArray[np.int32]
    """The id of each word, [N]."""
    documents: npt.NDArray[np.int64]
    """Where each document starts, and the end of the last, [D + 1]."""
    is_spun: npt.NDArray[np.bool_]
    """Whether each document was spun, [D]."""
    replaced_before: npt.NDArray[np.int32]
    """How many of the first 0, 1, … N words begin a replaced wording, [N + 1]."""


class WordNumbers:
    """Numbers of words in the order in which they are first met."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def of(self, text: str) -> npt.NDArray[np.int32]:
        """The numbers of the words of a text, [N]."""
        numbers = self.numbers
        words = words_of(fold_text(text))
        return np.fromiter((numbers.setdefault(w, len(numbers)) for w in words), np.int32, len(words))


def replaced_words(document: SpunDocument) -> npt.NDArray[np.bool_]:
    """Which words of a spun document begin a replaced wording, [N]."""
    starts = word_spans(document.spun)[:, 0]
    marks = np.zeros(len(starts) + 1, dtype=np.bool_)
    marks[np.searchsorted(starts, [span.start for span in document.spans])] = True
    return marks[:-1]


def read_documents(
    recipe: LookRecipe, own_words: Iterable[str], say: Callable[[str], None]
) -> tuple[WordStream, list[str]]:
    """The recipe's documents as a stream, and the vocabulary: the most frequent words and ``own_words``.

    A word's id is its position in the vocabulary from 1, 0 for all others.
    """
    source = DocumentSource(recipe.corpora, recipe.spin, recipe.seed)
    numbers = WordNumbers()
    parts: list[npt.NDArray[np.int32]] = []
    marks: list[npt.NDArray[np.bool_]] = []
    is_spun: list[bool] = []
    for number in range(recipe.documents):
        document = source.spun(number, recipe.characters)
        for text in (document.clean, document.spun):
            parts.append(numbers.of(text))
        marks += [np.zeros(len(parts[-2]), dtype=np.bool_), replaced_words(document)]
        is_spun += [False, True]
        if (number + 1) % REPORT_EVERY == 0:
            say(f"{number + 1:,} documents spun")
    for number in range(recipe.clean_documents):
        parts.append(numbers.of(source.clean(number, recipe.clean_characters)))
        marks.append(np.zeros(len(parts[-1]), dtype=np.bool_))
        is_spun.append(False)
    met = np.concatenate(parts)
    vocabulary, ids = _vocabulary(numbers, met, recipe, own_words)
    documents = np.cumsum([0, *map(len, parts)])
    replaced_before = np.zeros(len(met) + 1, dtype=np.int32)
    np.cumsum(np.concatenate(marks), out=replaced_before[1:])
    say(f"{len(met):,} words, {len(vocabulary):,} of them in the vocabulary")
    return WordStream(ids[met], documents, np.array(is_spun), replaced_before), vocabulary


def _vocabulary(
    numbers: WordNumbers, met: npt.NDArray[np.int32], recipe: LookRecipe, own_words: Iterable[str]
) -> tuple[list[str], npt.NDArray[np.int32]]:
    """The vocabulary, and the id of each number."""
    words = list(numbers.numbers)
    counts = np.bincount(met, minlength=len(words))
    order = np.argsort(-counts, kind="stable")[: recipe.vocabulary]
    chosen = {words[i] for i in order if counts[i] >= recipe.min_count and len(words[i]) <= MAX_WORD}
    vocabulary = sorted(chosen | set(own_words))  # sorted words take half the space
    ids = np.zeros(len(words), dtype=np.int32)
    for i, word in enumerate(vocabulary, 1):
        if (number := numbers.numbers.get(word)) is not None:
            ids[number] = i
    return vocabulary, ids
