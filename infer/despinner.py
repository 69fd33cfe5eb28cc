"""Despinner: text in, Correction out. The one way through from segments to edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.infer.articles import agrees
from despin.infer.casing import copy_apostrophes
from despin.infer.checkpoint import CheckpointError, open_checkpoint
from despin.infer.choice import posterior
from despin.infer.edits import Edit, apply_edits
from despin.infer.engine import Engine, Logs, Question
from despin.infer.guard import refuse
from despin.infer.lattice import Option, marginals
from despin.infer.ngrams import NgramTable
from despin.infer.score import UNFITTED, Logistic, calibrated, spun_score
from despin.infer.segment import WORDS, Segment, split
from despin.infer.shield import Shield, shielded
from despin.infer.slots import HINTS, Marked, Slot, find_slots, mark
from despin.infer.words import is_word, words

SEGMENTS_AT_ONCE = 512
"""Segments in flight: bounds memory on a text of any length, and is enough to sort by length."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A restored text, the edits that lead to it, and how spun the input is.

    ``score`` is in 0..1; 0 where nothing was found. It grows with the density of edits, sure ones
    above all, whatever threshold was asked for (see `despin.infer.score`).
    """

    text: str
    edits: list[Edit]
    score: float


class Despinner:
    """Restores spun English. Loads once, is then used from any number of threads."""

    def __init__(
        self,
        path_or_name: str | Path | None = None,
        *,
        device: str = "cpu",
        threads: int = 0,
        min_confidence: float | None = None,
        min_score: float | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Load a checkpoint folder, or the embedded checkpoint if none is given.

        ``device`` is ``cpu`` or ``cuda``; ``threads`` 0 takes all cores; ``min_confidence`` in 0..1
        drops edits below it, and a text whose score is below ``min_score`` is left alone, 0 restores
        whatever comes (None: the checkpoint's own). ``settings`` take the place of those of the same
        names in its ``despin.json``. Raises CheckpointError or ValueError.
        """
        for name, value in (("min_confidence", min_confidence), ("min_score", min_score)):
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name}: a number in 0..1 is needed, got {value}")
        checkpoint = open_checkpoint(path_or_name)
        self._pieces = checkpoint.pieces
        self._lexicon = checkpoint.lexicon
        own = {**checkpoint.settings, **(settings or {})}
        try:
            self._words = int(own.get("words", WORDS))
            self._hints = int(own.get("hints", HINTS))
            self._own = float(own.get("min_confidence", 0.0))
            self.min_confidence = self._own if min_confidence is None else min_confidence
            self.min_score = float(own.get("min_score", 0.0)) if min_score is None else min_score
            self._prior_weight = float(own.get("prior_weight", 1.0))
            self._model_weight = float(own.get("model_weight", 1.0))
            self._context_weight = float(own.get("context_weight", 0.0))
            self._calibration = Logistic.of(own, "calibration")
            self._score = Logistic.of(own, "score") or UNFITTED
        except (TypeError, ValueError) as error:
            raise CheckpointError(f"{checkpoint.folder / 'despin.json'}: {error}") from None
        self._ngrams = checkpoint.ngrams
        self._engine = Engine(checkpoint.folder, checkpoint.pieces, device, threads)

    def correct(self, text: str) -> Correction:
        """The restored text with its edits."""
        return self.correct_batch([text])[0]

    def correct_batch(self, texts: Sequence[str]) -> list[Correction]:
        """The same for several texts at once; their segments share batches."""
        edits: list[list[Edit]] = [[] for _ in texts]
        counts = [0] * len(texts)
        for batch in _batches(self._segments(texts), SEGMENTS_AT_ONCE):
            for number, segment, _ in batch:
                counts[number] += sum(is_word(t.text) for t in segment.tokens)
            ready = [part for part in batch if part[2].slots]
            asked = [(segment, marked) for _, segment, marked in ready]
            for (number, _, _), found in zip(ready, self._restore(asked)):
                edits[number].extend(self._pick(texts[number], found))
        return [self._settle(*parts) for parts in zip(texts, edits, counts)]

    def _settle(self, text: str, edits: list[Edit], word_count: int) -> Correction:
        """Judge the text as a whole: good prose is left alone, single doubtful places and all."""
        # By the checkpoint's own threshold, so that the score says the same whatever the user asks for.
        score = spun_score(
            [e.confidence for e in edits if e.confidence >= self._own], word_count, self._score
        )
        made = [e for e in edits if e.confidence >= self.min_confidence] if score >= self.min_score else []
        return Correction(apply_edits(text, made), made, score)

    def _segments(self, texts: Sequence[str]) -> Iterator[tuple[int, Segment, Marked]]:
        for number, text in enumerate(texts):
            shield = Shield(shielded(text))
            for segment in split(text, self._words):
                found = find_slots(text, segment.tokens, self._lexicon, self._hints)
                found = [(c, s) for c, s in found if not shield.covers(s.start, s.end)]
                yield number, segment, mark(text, segment.tokens, found, self._pieces)

    def _restore(self, asked: Sequence[tuple[Segment, Marked]]) -> list[list[Edit]]:
        """The likeliest edit of each slot, whatever its confidence, that no guard forbids."""
        firsts = [[[self._pieces.of_phrase(hint)[0] for hint in s.hints] for s in m.slots] for _, m in asked]
        questions = [Question(m.pieces, choices) for (_, m), choices in zip(asked, firsts)]
        restored: list[list[Edit]] = []
        for (segment, marked), choices, answers in zip(asked, firsts, self._engine.ask(questions)):
            judged = [
                (slot, self._chances(slot, logs, first))
                for slot, first, logs in zip(marked.slots, choices, answers)
                if logs is not None
            ]
            if self._ngrams is not None and self._context_weight:
                judged = in_context(segment, judged, self._ngrams, self._context_weight)
            restored.append([edit for edit in map(_likeliest, judged) if edit is not None])
        return restored

    def _chances(self, slot: Slot, logs: Logs, first: Sequence[str]) -> list[float]:
        fits = [agrees(slot.article, w) for w in (slot.source, *slot.hints)] if slot.article else ()
        found = posterior(logs, slot.keep, slot.shares, first, self._prior_weight, self._model_weight, fits)
        return [float(chance) for chance in found]

    def _pick(self, text: str, edits: Iterable[Edit]) -> Iterator[Edit]:
        """The edits with calibrated confidence and the text's own kind of apostrophe."""
        for edit in edits:
            replacement = copy_apostrophes(text, edit.replacement)
            if replacement != edit.source:
                confidence = round(calibrated(edit.confidence, self._calibration), 4)
                yield Edit(edit.start, edit.end, edit.source, replacement, confidence)


Judged = tuple[Slot, list[float]]
"""A slot with the chances of keeping its wording and of each of its hints."""


def _likeliest(judged: Judged) -> Edit | None:
    slot, chances = judged
    best = max(range(1, len(chances)), key=chances.__getitem__)
    hint = slot.hints[best - 1]
    if chances[best] > chances[0] and refuse(slot, hint) is None:
        return Edit(slot.start, slot.end, slot.source, hint, chances[best])
    return None


def in_context(segment: Segment, judged: Sequence[Judged], ngrams: NgramTable, weight: float) -> list[Judged]:
    """The slots' chances in view of the words around them, spun neighbours taken for what they may be."""
    places: list[list[Option]] = []
    waiting = list(reversed(judged))
    behind = segment.start
    for token in segment.tokens:
        if token.start < behind:
            continue  # within the slot before
        if waiting and token.start == waiting[-1][0].start:
            slot, chances = waiting.pop()
            wordings = (slot.source, *slot.hints)
            places.append([Option(_numbers(w, ngrams), c) for w, c in zip(wordings, chances)])
            behind = slot.end
        else:
            places.append([Option((ngrams.number(token.text),), 1.0)])
    found = (chances for chances in marginals(places, ngrams.ratio, weight) if len(chances) > 1)
    return [(slot, chances) for (slot, _), chances in zip(judged, found)]


def _numbers(wording: str, ngrams: NgramTable) -> tuple[int, ...]:
    return tuple(ngrams.number(word.text) for word in words(wording))


def _batches(
    items: Iterable[tuple[int, Segment, Marked]], size: int
) -> Iterator[list[tuple[int, Segment, Marked]]]:
    batch: list[tuple[int, Segment, Marked]] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
