"""Despinner: text in, Correction out. The one way through from segments to edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from despin.infer.candidates.slots import MarkedSegment, find_slots, mark_slots
from despin.infer.checkpoint import open_checkpoint
from despin.infer.correction import Correction
from despin.infer.decision.decide import SlotEvidence, SlotPosterior, decide
from despin.infer.decision.selection import likeliest_edit, with_alternatives
from despin.infer.decision.spun_score import DEFAULT_SCORE_FIT, spun_score
from despin.infer.guards.rules import GUARDS, first_refusal
from despin.infer.model.engine import Engine, Question
from despin.infer.settings import check_probability, parse_settings
from despin.infer.text.casing import copy_apostrophes
from despin.infer.text.edits import Edit, Refused, apply_edits
from despin.infer.text.markup import Format, ProseView, prose_view
from despin.infer.text.protected import ProtectedCursor, merge_spans, protected_spans
from despin.infer.text.segmentation import Segment, segment_text
from despin.infer.text.tokens import is_word

__all__ = ["Correction", "Despinner"]

SEGMENTS_AT_ONCE = 512
"""Segments in flight: bounds memory on a text of any length, and is enough to sort by length."""


class _Prepared(NamedTuple):
    """A segment to be restored, and how the model sees it."""

    text_index: int
    segment: Segment
    marked: MarkedSegment


class Despinner:
    """Restores spun English. Loads once, is then used from any number of threads.

    Pickling and copying store the arguments and load the checkpoint again.
    """

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
        """Load a checkpoint folder or hub repository (``hf://owner/name``), by default the embedded one.

        ``device`` is ``cpu`` or ``cuda``; ``threads`` 0 takes all cores; ``min_confidence`` in 0..1
        drops edits below it, and a text whose score is below ``min_score`` is left alone, 0 restores
        whatever comes (None: the checkpoint's own). Each edit carries its ``alternatives`` likeliest
        other wordings, the source wording among them. ``guards`` are names in
        `despin.infer.guards.rules.GUARDS`. ``settings`` override those of the same names in its
        ``despin.json`` (`despin.infer.settings.Settings`). Raises CheckpointError or ValueError.
        """
        for name, value in (("min_confidence", min_confidence), ("min_score", min_score)):
            if value is not None:
                check_probability(name, value)
        if alternatives < 0:
            raise ValueError(f"alternatives must be at least 0, got {alternatives}")
        if unknown := sorted(set(guards) - set(GUARDS)):
            raise ValueError(f"guards: unknown guard {unknown[0]!r}; known: {', '.join(GUARDS)}")
        self._arguments = (
            path_or_name,
            {
                "device": device,
                "threads": threads,
                "min_confidence": min_confidence,
                "min_score": min_score,
                "alternatives": alternatives,
                "guards": tuple(guards),
                "settings": None if settings is None else dict(settings),
            },
        )
        self._guards, self._alternatives = frozenset(guards), alternatives
        self._checkpoint = checkpoint = open_checkpoint(path_or_name)
        self._pieces, self._lexicon = checkpoint.pieces, checkpoint.lexicon
        self.settings = parse_settings({**checkpoint.settings, **(settings or {})}, checkpoint.folder)
        own = self.settings
        self.min_confidence = own.min_confidence if min_confidence is None else min_confidence
        self.min_score = own.min_score if min_score is None else min_score
        self.engine = Engine(
            checkpoint.folder, checkpoint.pieces, device, threads, compute_type=own.compute_type
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _reload, self._arguments

    def correct(self, text: str, format: Format = "text") -> Correction:
        """Restore one text. ``format``: how mark-up is recognized.

        Raises TypeError if ``text`` is no str, and ValueError for a format that is none of
        `despin.infer.text.markup.FORMATS`.
        """
        if not isinstance(text, str):
            raise TypeError(f"correct: text must be str, got {type(text).__name__}")
        return self.correct_batch([text], format)[0]

    def correct_batch(self, texts: Iterable[str], format: Format = "text") -> list[Correction]:
        """Restore several texts at once; their segments share batches.

        Raises TypeError if ``texts`` is a single str or holds anything but str, and ValueError as `correct`.
        """
        if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
            raise TypeError(
                f"correct_batch: texts must be an iterable of str, got {type(texts).__name__}; "
                "use correct() for a single text"
            )
        texts = list(texts)
        for index, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"correct_batch: texts[{index}] must be str, got {type(text).__name__}")
        proposals: list[list[Edit | Refused]] = [[] for _ in texts]
        word_counts = [0] * len(texts)
        for batch in _batches(self._prepare(texts, format), SEGMENTS_AT_ONCE):
            for index, segment, _ in batch:
                word_counts[index] += sum(is_word(t.text) for t in segment.tokens)
            with_slots = [part for part in batch if part.marked.slots]
            for part, edits in zip(with_slots, self._propose(with_slots)):
                proposals[part.text_index].extend(_with_apostrophes_of(texts[part.text_index], edits))
        return [self._finish(*parts) for parts in zip(texts, proposals, word_counts)]

    def questions(self, texts: Sequence[str], format: Format = "text") -> list[Question]:
        """The queries to the model for texts, one for each segment with slots."""
        marked = (part.marked for part in self._prepare(texts, format))
        return [self._question(m) for m in marked if m.slots]

    def _prepare(self, texts: Sequence[str], format: Format) -> Iterator[_Prepared]:
        """The segments of texts with their slots marked."""
        for index, text in enumerate(texts):
            view = prose_view(text, format)
            protected = ProtectedCursor(_not_prose(view))
            for segment in segment_text(view.text, self.settings.words):
                slots = find_slots(view.text, segment.tokens, self._lexicon, self.settings.hints, protected)
                # Where a wording holds blanked mark-up, it is not what stands in the text.
                slots = [(c, s) for c, s in slots if text.startswith(s.source, s.start)]
                yield _Prepared(index, segment, mark_slots(view.text, segment.tokens, slots, self._pieces))

    def _question(self, marked: MarkedSegment) -> Question:
        first_pieces = [[self._pieces.encode_phrase(hint)[0] for hint in slot.hints] for slot in marked.slots]
        return Question(marked.pieces, first_pieces)

    def _propose(self, segments: Sequence[_Prepared]) -> list[list[Edit | Refused]]:
        """The likeliest edit of each slot, whatever its confidence, guards applied."""
        questions = [self._question(part.marked) for part in segments]
        proposals: list[list[Edit | Refused]] = [[] for _ in segments]
        for index, answers in self.engine.ask(questions):
            ngrams = self._checkpoint.ngrams if self.settings.context_weight else None
            part = segments[index]
            evidence = [
                SlotEvidence(slot, first_pieces, log_probs)
                for slot, first_pieces, log_probs in zip(part.marked.slots, questions[index].choices, answers)
                if log_probs is not None
            ]
            posteriors = decide(part.segment, evidence, self.settings, ngrams)
            proposals[index] = [edit for edit in map(self._guarded_edit, posteriors) if edit is not None]
        return proposals

    def _guarded_edit(self, posterior: SlotPosterior) -> Edit | Refused | None:
        edit = likeliest_edit(posterior, self.settings.calibration)
        if edit is None:
            return None
        guard = first_refusal(posterior.slot, edit.replacement, self._guards)
        if guard is not None:
            return Refused(edit, guard.name, guard.reason)
        return with_alternatives(edit, posterior, self._alternatives) if self._alternatives else edit

    def _finish(self, text: str, proposals: Sequence[Edit | Refused], word_count: int) -> Correction:
        """Score the text as a whole and apply the edits: a text that scores as clean is left alone."""
        edits = [e for e in proposals if isinstance(e, Edit)]
        # By the checkpoint's own threshold, so that the score does not depend on what the user asks for.
        confidences = [e.confidence for e in edits if e.confidence >= self.settings.min_confidence]
        score = spun_score(confidences, word_count, self.settings.score or DEFAULT_SCORE_FIT)
        if score < self.min_score:
            return Correction(text, [], score, [])
        accepted = [e for e in edits if e.confidence >= self.min_confidence]
        refused = [
            r for r in proposals if isinstance(r, Refused) and r.edit.confidence >= self.min_confidence
        ]
        return Correction(apply_edits(text, accepted), accepted, score, refused)


def _reload(path_or_name: str | Path | None, keywords: Mapping[str, Any]) -> Despinner:
    return Despinner(path_or_name, **keywords)


def _with_apostrophes_of(text: str, proposals: Iterable[Edit | Refused]) -> Iterator[Edit | Refused]:
    """The proposals with the text's own kind of apostrophe; an edit that then changes nothing is dropped."""
    for proposal in proposals:
        if isinstance(proposal, Refused):
            yield proposal
            continue
        replacement = copy_apostrophes(text, proposal.replacement)
        if replacement != proposal.source:
            yield replace(proposal, replacement=replacement)


def _not_prose(view: ProseView) -> list[tuple[int, int]]:
    """Spans where no edit may be made: addresses and the like, and all that is not prose."""
    spans = protected_spans(view.text)
    if view.prose is not None:
        borders = [0, *(offset for span in view.prose for offset in span), len(view.text)]
        spans += [gap for gap in zip(borders[::2], borders[1::2]) if gap[0] < gap[1]]
    return merge_spans(spans)


def _batches(items: Iterable[_Prepared], size: int) -> Iterator[list[_Prepared]]:
    batch: list[_Prepared] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
