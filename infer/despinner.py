"""Despinner: text in, Correction out. The one way through from segments to edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from despin.errors import CheckpointError
from despin.infer.candidates.slots import MAX_HINTS, MarkedSegment, Slot, find_slots, mark_slots
from despin.infer.checkpoint import open_checkpoint
from despin.infer.decision.confidence import DEFAULT_SCORE_FIT, Logistic, apply_calibration, spun_score
from despin.infer.decision.lattice import Option, marginals
from despin.infer.decision.ngrams import NgramTable
from despin.infer.decision.posterior import posterior
from despin.infer.guards.rules import GUARDS, first_refusal
from despin.infer.model.engine import Engine, LogProbs, Question
from despin.infer.text.articles import article_agrees
from despin.infer.text.casing import copy_apostrophes
from despin.infer.text.edits import Edit, Refused, apply_edits
from despin.infer.text.markup import Format, ProseView, prose_view
from despin.infer.text.protected import ProtectedCursor, merge_spans, protected_spans
from despin.infer.text.segmentation import CONTEXT_TOKENS, MAX_TOKENS, Segment, segment_text
from despin.infer.text.tokens import is_word, tokenize

SEGMENTS_AT_ONCE = 512
"""Segments in flight: bounds memory on a text of any length, and is enough to sort by length."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A restored text, the edits that lead to it, and how spun the input is.

    ``score`` is in 0..1; 0 where nothing was found. It grows with the density of edits, sure ones
    above all, whatever threshold was asked for (see `despin.infer.decision.confidence`). ``refused`` are
    edits that would have been made had a guard not forbidden them.
    """

    text: str
    edits: list[Edit]
    score: float
    refused: list[Refused]


class _Ready(NamedTuple):
    """A segment to be asked about: of which text, and how the model sees it."""

    text: int
    segment: Segment
    marked: MarkedSegment


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
        alternatives: int = 0,
        guards: Collection[str] = tuple(GUARDS),
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Load a checkpoint folder, or the embedded checkpoint if none is given.

        ``device`` is ``cpu`` or ``cuda``; ``threads`` 0 takes all cores; ``min_confidence`` in 0..1
        drops edits below it, and a text whose score is below ``min_score`` is left alone, 0 restores
        whatever comes (None: the checkpoint's own). Each edit carries its ``alternatives`` likeliest
        other wordings, the kept one among them. ``guards`` are names in `despin.infer.guards.rules.GUARDS`.
        ``settings`` take the place of those of the same names in its ``despin.json``. Raises
        CheckpointError or ValueError.
        """
        for name, value in (("min_confidence", min_confidence), ("min_score", min_score)):
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name}: a number in 0..1 is needed, got {value}")
        if alternatives < 0:
            raise ValueError(f"alternatives: a number from 0 on is needed, got {alternatives}")
        if unknown := sorted(set(guards) - set(GUARDS)):
            raise ValueError(f"guards: no guard {unknown[0]!r}; there are {', '.join(GUARDS)}")
        self._guards, self._alternatives = frozenset(guards), alternatives
        checkpoint = open_checkpoint(path_or_name)
        self._pieces = checkpoint.pieces
        self._lexicon = checkpoint.lexicon
        own = {**checkpoint.settings, **(settings or {})}
        try:
            self._words = int(own.get("words", MAX_TOKENS))
            self._left = min(int(own.get("left", 0)), CONTEXT_TOKENS)
            self._hints = int(own.get("hints", MAX_HINTS))
            self._own = float(own.get("min_confidence", 0.0))
            self.min_confidence = self._own if min_confidence is None else min_confidence
            self.min_score = float(own.get("min_score", 0.0)) if min_score is None else min_score
            self._prior_weight = float(own.get("prior_weight", 1.0))
            self._model_weight = float(own.get("model_weight", 1.0))
            self._context_weight = float(own.get("context_weight", 0.0))
            self._calibration = Logistic.of(own, "calibration")
            self._score = Logistic.of(own, "score") or DEFAULT_SCORE_FIT
        except (TypeError, ValueError) as error:
            raise CheckpointError(f"{checkpoint.folder / 'despin.json'}: {error}") from None
        self._checkpoint = checkpoint
        compute = own.get("compute_type")
        self.engine = Engine(checkpoint.folder, checkpoint.pieces, device, threads, compute_type=compute)

    def correct(self, text: str, format: Format = "text") -> Correction:
        """The restored text with its edits. ``format`` tells how mark-up is known from prose.

        Raises ValueError for a format that is none of `despin.infer.text.markup.FORMATS`.
        """
        return self.correct_batch([text], format)[0]

    def correct_batch(self, texts: Sequence[str], format: Format = "text") -> list[Correction]:
        """The same for several texts at once; their segments share batches."""
        found: list[list[Edit | Refused]] = [[] for _ in texts]
        counts = [0] * len(texts)
        for batch in _batches(self._segments(texts, format), SEGMENTS_AT_ONCE):
            for number, segment, _ in batch:
                counts[number] += sum(is_word(t.text) for t in segment.tokens)
            ready = [part for part in batch if part.marked.slots]
            for part, edits in zip(ready, self._restore(ready)):
                found[part.text].extend(self._pick(texts[part.text], edits))
        return [self._settle(*parts) for parts in zip(texts, found, counts)]

    def _settle(self, text: str, found: Sequence[Edit | Refused], word_count: int) -> Correction:
        """Judge the text as a whole: good prose is left alone, single doubtful places and all."""
        edits = [e for e in found if isinstance(e, Edit)]
        # By the checkpoint's own threshold, so that the score says the same whatever the user asks for.
        score = spun_score(
            [e.confidence for e in edits if e.confidence >= self._own], word_count, self._score
        )
        if score < self.min_score:
            return Correction(text, [], score, [])
        made = [e for e in edits if e.confidence >= self.min_confidence]
        refused = [r for r in found if isinstance(r, Refused) and r.edit.confidence >= self.min_confidence]
        return Correction(apply_edits(text, made), made, score, refused)

    def _segments(self, texts: Sequence[str], format: Format) -> Iterator[_Ready]:
        for number, text in enumerate(texts):
            seen = prose_view(text, format)
            shield = ProtectedCursor(_protected(seen))
            for segment in segment_text(seen.text, self._words):
                found = find_slots(seen.text, segment.tokens, self._lexicon, self._hints, shield)
                # Where a wording holds blanked mark-up, it is not what stands in the text.
                found = [(c, s) for c, s in found if text.startswith(s.source, s.start)]
                left = segment.context[len(segment.context) - self._left :]
                yield _Ready(
                    number, segment, mark_slots(seen.text, segment.tokens, found, self._pieces, left=left)
                )

    def _restore(self, asked: Sequence[_Ready]) -> list[list[Edit | Refused]]:
        """The likeliest edit of each slot, whatever its confidence."""
        questions = [self._question(part.marked) for part in asked]
        restored: list[list[Edit | Refused]] = [[] for _ in asked]
        for place, answers in self.engine.ask(questions):
            ngrams = self._checkpoint.ngrams if self._context_weight else None
            part = asked[place]
            judged = [
                (slot, self._chances(slot, logs, first))
                for slot, first, logs in zip(part.marked.slots, questions[place].choices, answers)
                if logs is not None
            ]
            if ngrams is not None:
                judged = in_context(part.segment, judged, ngrams, self._context_weight)
            restored[place] = [edit for edit in map(self._likeliest, judged) if edit is not None]
        return restored

    def questions(self, texts: Sequence[str], format: Format = "text") -> list[Question]:
        """What the model is asked of texts, a question a segment with slots."""
        marked = (part.marked for part in self._segments(texts, format))
        return [self._question(m) for m in marked if m.slots]

    def _question(self, marked: MarkedSegment) -> Question:
        return Question(
            marked.pieces, [[self._pieces.encode_phrase(hint)[0] for hint in s.hints] for s in marked.slots]
        )

    def _chances(self, slot: Slot, logs: LogProbs, first: Sequence[str]) -> list[float]:
        fits = [article_agrees(slot.article, w) for w in (slot.source, *slot.hints)] if slot.article else ()
        found = posterior(logs, slot.keep, slot.shares, first, self._prior_weight, self._model_weight, fits)
        return [float(chance) for chance in found]

    def _likeliest(self, judged: ScoredSlot) -> Edit | Refused | None:
        slot, chances = judged
        best = max(range(1, len(chances)), key=chances.__getitem__)
        if chances[best] <= chances[0]:
            return None
        hint = slot.hints[best - 1]
        confidence = round(apply_calibration(chances[best], self._calibration), 4)
        edit = Edit(slot.start, slot.end, slot.source, hint, confidence)
        guard = first_refusal(slot, hint, self._guards)
        if guard is not None:
            return Refused(edit, guard, GUARDS[guard])
        if self._alternatives:
            # What the calibrated edit leaves is shared among the others as the judgement shares it.
            left = (1 - confidence) / max(1 - chances[best], 1e-9)
            others = [
                (w, round(c * left, 4))
                for n, (w, c) in enumerate(zip((slot.source, *slot.hints), chances))
                if n != best
            ]
            others.sort(key=lambda other: -other[1])
            edit = replace(edit, alternatives=tuple(others[: self._alternatives]))
        return edit

    def _pick(self, text: str, found: Iterable[Edit | Refused]) -> Iterator[Edit | Refused]:
        """What was found, with the text's own kind of apostrophe."""
        for edit in found:
            if isinstance(edit, Refused):
                yield edit
                continue
            replacement = copy_apostrophes(text, edit.replacement)
            if replacement != edit.source:
                yield replace(edit, replacement=replacement)


ScoredSlot = tuple[Slot, list[float]]
"""A slot with the chances of keeping its wording and of each of its hints."""


def _protected(seen: ProseView) -> list[tuple[int, int]]:
    """Places where no edit may be made: addresses and the like, and all that is not prose."""
    found = protected_spans(seen.text)
    if seen.prose is not None:
        ends = [0, *(n for span in seen.prose for n in span), len(seen.text)]
        found += [gap for gap in zip(ends[::2], ends[1::2]) if gap[0] < gap[1]]
    return merge_spans(found)


def in_context(
    segment: Segment, judged: Sequence[ScoredSlot], ngrams: NgramTable, weight: float
) -> list[ScoredSlot]:
    """The slots' chances in view of the words around them, spun neighbours taken for what they may be."""
    places = [[Option((ngrams.word_id(token.text),), 1.0)] for token in segment.context[-2:]]
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
            places.append([Option((ngrams.word_id(token.text),), 1.0)])
    found = (chances for chances in marginals(places, ngrams.ratio, weight) if len(chances) > 1)
    return [(slot, chances) for (slot, _), chances in zip(judged, found)]


def _numbers(wording: str, ngrams: NgramTable) -> tuple[int, ...]:
    return tuple(ngrams.word_id(word.text) for word in tokenize(wording))


def _batches(items: Iterable[_Ready], size: int) -> Iterator[list[_Ready]]:
    batch: list[_Ready] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
