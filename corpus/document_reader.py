"""Documents in, findings out: the first look at each, and the model's reading of those it suspects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from despin.corpus.corpus_settings import CorpusSettings
from despin.infer.correction import join_corrections
from despin.infer.decision.first_look import CARD_FILE, PACKAGED, WEIGHTS_FILE, FirstLook, Look
from despin.infer.decision.spun_score import SpunModel
from despin.infer.despinner import Correction, Despinner, LongText
from despin.infer.summary import Verdict
from despin.infer.text.reading import Format

TEXTS_AT_ONCE = 64
"""Suspects that share the model's batches."""
PRIOR = SpunModel().prior
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
"""A bare "<" begins none (HTML, 13.2.5.6): else all up to the next ">" would be kept from the first look."""


class Document(NamedTuple):
    """A text to be read, and how its mark-up is recognized."""

    text: str
    format: Format = "text"


@dataclass(slots=True)
class Finding:
    """What was found in a document."""

    words: int
    score: float
    """How likely it is to be spun, in part at least, 0..1: the model's where it was read, else the first
    look's."""
    verdict: Verdict
    correction: Correction | None = None
    """None for a document that the model did not read."""
    words_read: int = 0
    """Words of the blocks that the model read."""


@dataclass
class DocumentReader:
    """Reads documents in batches. Loads the model when it is first needed; may be pickled before."""

    settings: CorpusSettings
    threads: int = 1
    """Threads of the model."""
    _despinner: Despinner | None = field(default=None, repr=False)

    @property
    def despinner(self) -> Despinner:
        """The model."""
        if self._despinner is None:
            own = self.settings
            self._despinner = Despinner(
                own.checkpoint, threads=self.threads, min_score=own.threshold, point=own.point
            )
        return self._despinner

    def read(self, documents: Sequence[Document]) -> list[Finding]:
        """The finding of each document, in order. It depends on its document alone."""
        first_look = FirstLook.load()
        looks = [first_look.look(_words_of(document)) for document in documents]
        if self.settings.read == "none":
            return [self._by_first_look(look) for look in looks]
        findings: list[Finding | None] = [None] * len(documents)
        suspects: list[int] = []
        for index, look in enumerate(looks):
            if self._is_read(look):
                suspects.append(index)
            else:
                findings[index] = Finding(look.words, score_of(look), "clean")
        for start in range(0, len(suspects), TEXTS_AT_ONCE):
            group = suspects[start : start + TEXTS_AT_ONCE]
            corrections = self._restored([(documents[i], looks[i]) for i in group])
            for index, (correction, words_read) in zip(group, corrections):
                findings[index] = Finding(
                    looks[index].words, correction.score, correction.verdict, correction, words_read
                )
        return [finding for finding in findings if finding is not None]

    def _is_read(self, look: Look) -> bool:
        """Whether the model reads a document. A threshold below the first look's own finds more of them."""
        threshold = self.settings.threshold
        is_likely = threshold is not None and score_of(look) >= threshold
        return self.settings.read == "all" or look.is_suspect or is_likely

    def _by_first_look(self, look: Look) -> Finding:
        threshold, score = self.settings.threshold, score_of(look)
        is_spun = look.is_suspect if threshold is None else score >= threshold
        return Finding(look.words, score, "spun" if is_spun else "clean")

    def _restored(self, suspects: Sequence[tuple[Document, Look]]) -> Iterator[tuple[Correction, int]]:
        """The corrections of documents, and the words of each that the model read."""
        texts = [
            LongText(
                self.despinner,
                [document.text],
                document.format,
                is_wanted=self._wanted_blocks(document, look),
            )
            for document, look in suspects
        ]
        blocks: list[list[Correction]] = [[] for _ in texts]
        going = list(range(len(texts)))
        while going:
            corrections = self.despinner.correct_together([texts[i] for i in going])
            for index, correction in zip(going, corrections):
                if correction is not None:
                    blocks[index].append(correction)
            going = [i for i, correction in zip(going, corrections) if correction is not None]
        for (_, look), of_text, text in zip(suspects, blocks, texts):
            joined = join_corrections(of_text)
            share = text.characters_read / max(text.position, 1)
            yield joined, round(look.words * share)

    def _wanted_blocks(self, document: Document, look: Look) -> Callable[[int, int], bool] | None:
        """Which blocks of a document the model reads; None for all of them."""
        if self.settings.read == "all" or not look.is_suspect:
            return None
        return _holds_suspicion(look.spans, len(document.text))


def score_of(look: Look) -> float:
    """The score of a document that only the first look saw, 0..1, with the prior of the model's score.

    The first look's own is that of a collection of which half is spun.
    """
    odds = look.score / max(1 - look.score, 1e-9) * PRIOR / (1 - PRIOR)
    return round(odds / (1 + odds), 4)


def first_look_digest() -> str:
    """The first 12 digits of the sha256 of the first look's weights and limits."""
    digest = hashlib.sha256()
    for name in (WEIGHTS_FILE, CARD_FILE):
        digest.update((PACKAGED / name).read_bytes())
    return digest.hexdigest()[:12]


def _words_of(document: Document) -> str:
    """The text with HTML tags blanked, at the same offsets."""
    if document.format != "html":
        return document.text
    return _TAG.sub(lambda tag: " " * (tag.end() - tag.start()), document.text)


def _holds_suspicion(spans: Sequence[tuple[int, int]], length: int) -> Callable[[int, int], bool]:
    """Whether a block holds a part of a suspicious span. A text that is one block is read in any case."""
    return lambda start, end: end - start == length or any(a < end and start < b for a, b in spans)
