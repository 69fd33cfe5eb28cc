"""Despinner: text in, Correction out. The one way through from segments to edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

from despin.infer.candidates.inverse import Candidate
from despin.infer.candidates.slots import MarkedSegment, Slot, find_slots, mark_slots
from despin.infer.candidates.subwords import MAX_SLOTS
from despin.infer.checkpoint import open_checkpoint
from despin.infer.correction import Correction, Passage, Verdict
from despin.infer.decision.decide import SlotEvidence, SlotPosterior, decide
from despin.infer.decision.page_decision import PageDecider, SlotDecision, mode_settings
from despin.infer.decision.points import MODES, POINTS, Mode, Point
from despin.infer.decision.selection import (
    least_risk_wording,
    likeliest_wording,
    make_edit,
    with_alternatives,
)
from despin.infer.decision.spun_score import (
    SEGMENT_SCORE,
    SegmentEvidence,
    segment_evidence,
    spun_probabilities,
    spun_score,
)
from despin.infer.guards.rules import GUARDS, first_refusal
from despin.infer.language_model import open_language_model
from despin.infer.model.engine import Engine, Question
from despin.infer.settings import check_probability, parse_settings
from despin.infer.text.casing import copy_apostrophes
from despin.infer.text.edits import Edit, Refused, apply_edits
from despin.infer.text.language import is_english
from despin.infer.text.markup import Format, ProseView, prose_view
from despin.infer.text.protected import ProtectedCursor, merge_spans, protected_spans
from despin.infer.text.segmentation import Segment, segment_text
from despin.infer.text.tokens import fold, is_word

__all__ = ["Correction", "Despinner"]

PAGE_SEGMENTS = 256
"""Segments of a page. A text is decided page by page, which bounds memory; most texts are one page."""
SEGMENTS_AT_ONCE = 512
"""Segments in flight, in whole pages: enough to sort by length."""


class _Prepared(NamedTuple):
    """A segment to be restored, and how the model sees it."""

    text_index: int
    segment: Segment
    marked: MarkedSegment


class PageEvidence(NamedTuple):
    """A page of a text: its folded tokens and the posteriors of its slots, in order."""

    text_index: int
    tokens: list[str]
    posteriors: list[SlotPosterior]


class _Evidence(NamedTuple):
    """What was found in a text: its segments, and the decisions for their slots."""

    spans: list[tuple[int, int]]
    segments: list[SegmentEvidence]
    """What each segment says about the text, by the edits that the posteriors alone suggest."""
    decisions: list[list[SlotDecision]]
    """For each segment, of the slots that may be edited."""
    unanswered: list[int]
    """For each segment the slots for which the model gave no answer."""

    def extend(self, other: _Evidence) -> None:
        """Add the segments of the next page."""
        self.spans.extend(other.spans)
        self.segments.extend(other.segments)
        self.decisions.extend(other.decisions)
        self.unanswered.extend(other.unanswered)


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
        mode: Mode = "fast",
        point: Point = "natural",
        language_model: str | Path | None = None,
    ) -> None:
        """Load a checkpoint folder or hub repository (``hf://owner/name``), by default the embedded one.

        ``mode``: ``fast`` uses the embedded weights alone, ``best`` also a language model that was installed
        with ``despin lm add`` (``language_model``: its name or folder, None for the default one; without
        one, a warning says how to get it and the mode is ``fast``). ``point``: at ``natural`` a text that
        is surely spun gets the wording with the fewest expected wrong words at each slot; at ``careful``
        only edits above a threshold chosen for the highest F0.5 are made, as in all other texts.

        ``device`` is ``cpu`` or ``cuda``; ``threads`` 0 takes all cores; ``min_confidence`` in 0..1
        drops edits below it (None: the point's own threshold), and a text whose score is below
        ``min_score`` is left alone, 0 restores whatever comes (None: the checkpoint's own). Each edit
        carries its ``alternatives`` likeliest other wordings, the source wording among them. ``guards`` are
        names in `despin.infer.guards.rules.GUARDS`. ``settings`` override those of the same names in its
        ``despin.json`` (`despin.infer.settings.Settings`). Raises CheckpointError or ValueError.
        """
        for name, value in (("min_confidence", min_confidence), ("min_score", min_score)):
            if value is not None:
                check_probability(name, value)
        if alternatives < 0:
            raise ValueError(f"alternatives must be at least 0, got {alternatives}")
        if unknown := sorted(set(guards) - set(GUARDS)):
            raise ValueError(f"guards: unknown guard {unknown[0]!r}; known: {', '.join(GUARDS)}")
        for name, choice, known in (("mode", mode, MODES), ("point", point, POINTS)):
            if choice not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, got {choice!r}")
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
                "mode": mode,
                "point": point,
                "language_model": language_model,
            },
        )
        self._guards, self._alternatives = frozenset(guards), alternatives
        self._checkpoint = checkpoint = open_checkpoint(path_or_name)
        self._pieces, self._lexicon = checkpoint.pieces, checkpoint.lexicon
        self.settings = parse_settings({**checkpoint.settings, **(settings or {})}, checkpoint.folder)
        own = self.settings
        scorer = open_language_model(language_model, threads) if mode == "best" and own.modes else None
        self.mode: Mode = "best" if scorer is not None else "fast"
        self.point: Point = point
        self._mode_settings = mode_settings(own, self.mode)
        self._min_confidence = min_confidence
        self._decider = PageDecider(self._lexicon, own.modes, scorer)
        self.min_score = own.min_score if min_score is None else min_score
        self.engine = Engine(
            checkpoint.folder, checkpoint.pieces, device, threads, compute_type=own.compute_type
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _reload, self._arguments

    @property
    def min_confidence(self) -> float:
        """The threshold of an edit's confidence at the point ``careful``."""
        own = self._mode_settings.min_confidence
        return own if self._min_confidence is None else self._min_confidence

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
        evidence = [_Evidence([], [], [], []) for _ in texts]
        pages = _pages(self._prepare(texts, format))
        for batch in _batches(pages, SEGMENTS_AT_ONCE):
            for page, posteriors in zip(batch, self._posteriors(batch)):
                index = page[0].text_index
                evidence[index].extend(self._decide_page(texts[index], page, posteriors))
        return [self._finish(*parts) for parts in zip(texts, evidence)]

    def page_evidence(self, texts: Sequence[str], format: Format = "text") -> Iterator[PageEvidence]:
        """The evidence of each page of the texts, in order: what the combination is fitted on."""
        for batch in _batches(_pages(self._prepare(texts, format)), SEGMENTS_AT_ONCE):
            for page, posteriors in zip(batch, self._posteriors(batch)):
                flat = [posterior for of_segment in posteriors for posterior in of_segment]
                yield PageEvidence(page[0].text_index, _folded_tokens(page), flat)

    def questions(self, texts: Sequence[str], format: Format = "text") -> list[Question]:
        """The queries to the model for texts, one for each segment with slots."""
        marked = (part.marked for part in self._prepare(texts, format))
        return [self._question(m) for m in marked if m.slots]

    def _prepare(self, texts: Sequence[str], format: Format) -> Iterator[_Prepared]:
        """The segments of texts with their slots marked."""
        for index, text in enumerate(texts):
            view = prose_view(text, format)
            protected = ProtectedCursor(_not_prose(view))
            for segment in segment_text(view.text, min(self.settings.words, MAX_SLOTS)):
                slots: list[tuple[Candidate, Slot]] = []
                if is_english(segment.tokens):
                    slots = find_slots(
                        view.text, segment.tokens, self._lexicon, self.settings.hints, protected
                    )
                slots = list(_as_in_text(text, slots))
                yield _Prepared(index, segment, mark_slots(view.text, segment.tokens, slots, self._pieces))

    def _question(self, marked: MarkedSegment) -> Question:
        first_pieces = [[self._pieces.encode_phrase(hint)[0] for hint in slot.hints] for slot in marked.slots]
        return Question(marked.pieces, first_pieces)

    def _posteriors(self, pages: Sequence[Sequence[_Prepared]]) -> list[list[list[SlotPosterior]]]:
        """For each page and each of its segments the posteriors of the slots, in order."""
        parts = [part for page in pages for part in page if part.marked.slots]
        questions = [self._question(part.marked) for part in parts]
        ngrams = self._checkpoint.ngrams if self.settings.context_weight else None
        of_segment: dict[int, list[SlotPosterior]] = {}
        for index, answers in self.engine.ask(questions):
            part = parts[index]
            evidence = [
                SlotEvidence(slot, first_pieces, log_probs)
                for slot, first_pieces, log_probs in zip(part.marked.slots, questions[index].choices, answers)
                if log_probs is not None
            ]
            of_segment[id(part)] = decide(part.segment, evidence, self.settings, ngrams)
        return [[of_segment.get(id(part), []) for part in page] for page in pages]

    def _decide_page(
        self, text: str, page: Sequence[_Prepared], posteriors: Sequence[Sequence[SlotPosterior]]
    ) -> _Evidence:
        segments = [self._segment_evidence(part, slots) for part, slots in zip(page, posteriors)]
        chances = spun_probabilities(segments, self.settings.score)
        is_spun = [chance >= self._segment_threshold for chance in chances]
        if spun_score(chances) < self.min_score:
            is_spun = [False] * len(page)
        decisions = self._decider.decide(text, _folded_tokens(page), posteriors, is_spun)
        unanswered = [len(part.marked.slots) - len(slots) for part, slots in zip(page, posteriors)]
        spans = [(part.segment.start, part.segment.end) for part in page]
        kept = [[decision for decision in of_segment if self._may_edit(decision)] for of_segment in decisions]
        return _Evidence(spans, segments, kept, unanswered)

    def _may_edit(self, decision: SlotDecision) -> bool:
        """Whether a slot becomes an edit, or a refused one, if its segment is spun. The others are not kept
        in memory until the whole text is scored."""
        return any(self._proposal(decision, is_natural) is not None for is_natural in (False, True))

    @property
    def _segment_threshold(self) -> float:
        """Segments of a spun text below this probability are left alone."""
        return min(SEGMENT_SCORE, self.min_score)

    def _segment_evidence(self, part: _Prepared, posteriors: Sequence[SlotPosterior]) -> SegmentEvidence:
        confidences = (self._stand_alone_confidence(posterior) for posterior in posteriors)
        words = sum(is_word(token.text) for token in part.segment.tokens)
        return segment_evidence((c for c in confidences if c is not None), words)

    def _stand_alone_confidence(self, posterior: SlotPosterior) -> float | None:
        """The confidence of a slot's most likely edit by its posterior; None without a permitted one."""
        slot, probabilities = posterior.slot, posterior.probabilities
        wording = likeliest_wording(probabilities)
        edit = make_edit(slot, probabilities, wording, self.settings.calibration)
        if edit is None or first_refusal(slot, slot.hints[wording - 1], self._guards) is not None:
            return None
        # By the checkpoint's own threshold, so that the score does not depend on what the user asks for.
        return edit.confidence if edit.confidence >= self.settings.min_confidence else None

    def _finish(self, text: str, evidence: _Evidence) -> Correction:
        """Score the text and apply the edits of its spun segments, if it has any."""
        chances = spun_probabilities(evidence.segments, self.settings.score)
        score = spun_score(chances)
        unanswered = sum(evidence.unanswered)
        if score < self.min_score:
            verdict: Verdict = "clean" if score < self.settings.unsure_score else "unsure"
            return Correction(text, [], score, [], verdict, unanswered=unanswered)
        spun = [chance >= self._segment_threshold for chance in chances]
        proposals = (
            self._proposal(decision, self._is_natural(chance))
            for decisions, chance, is_spun in zip(evidence.decisions, chances, spun)
            if is_spun
            for decision in decisions
        )
        permitted = list(_with_apostrophes_of(text, (p for p in proposals if p is not None)))
        edits = [p for p in permitted if isinstance(p, Edit)]
        refused = [p for p in permitted if isinstance(p, Refused)]
        passages = _passages(evidence.spans, spun, chances)
        return Correction(apply_edits(text, edits), edits, score, refused, "spun", passages, unanswered)

    def _is_natural(self, chance: float) -> bool:
        """Whether a segment, spun with probability ``chance``, gets the likeliest wording everywhere."""
        # Without a learnt combination the posteriors are not good enough for edits at any confidence.
        own = self.settings
        return own.modes is not None and self.point == "natural" and chance >= own.natural_score

    def _proposal(self, decision: SlotDecision, is_natural: bool) -> Edit | Refused | None:
        """The edit of a slot at the operating point, guards applied."""
        slot, probabilities = decision
        wording = least_risk_wording(slot, probabilities) if is_natural else likeliest_wording(probabilities)
        edit = make_edit(slot, probabilities, wording, self._mode_settings.calibration)
        threshold = self._min_confidence
        if threshold is None:
            threshold = 0.0 if is_natural else self._mode_settings.min_confidence
        if edit is None or edit.confidence < threshold:
            return None
        guard = first_refusal(slot, slot.hints[wording - 1], self._guards)
        if guard is not None:
            return Refused(edit, guard.name, guard.reason)
        if self._alternatives:
            return with_alternatives(edit, slot, probabilities, wording, self._alternatives)
        return edit


def _reload(path_or_name: str | Path | None, keywords: Mapping[str, Any]) -> Despinner:
    return Despinner(path_or_name, **keywords)


def _as_in_text(text: str, slots: Iterable[tuple[Candidate, Slot]]) -> Iterator[tuple[Candidate, Slot]]:
    """The slots whose wording stands in the text as in the view of its prose, without blanked mark-up.

    An article with mark-up behind it is no part of an edit.
    """
    for candidate, slot in slots:
        if text.startswith(slot.source, slot.start):
            if not text.startswith(slot.lead, slot.start - len(slot.lead)):
                slot = replace(slot, lead="")
            yield candidate, slot


def _passages(
    spans: Sequence[tuple[int, int]], spun: Sequence[bool], chances: Sequence[float]
) -> list[Passage]:
    """The runs of spun segments."""
    passages = []
    for is_spun, run in groupby(range(len(spans)), key=spun.__getitem__):
        if is_spun:
            numbers = list(run)
            score = spun_score([chances[n] for n in numbers])
            passages.append(Passage(spans[numbers[0]][0], spans[numbers[-1]][1], score))
    return passages


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


def _pages(items: Iterable[_Prepared]) -> Iterator[list[_Prepared]]:
    """The segments of each text in pages of at most PAGE_SEGMENTS."""
    for _, of_text in groupby(items, key=lambda item: item.text_index):
        yield from _batched(of_text, PAGE_SEGMENTS)


def _folded_tokens(page: Sequence[_Prepared]) -> list[str]:
    return [fold(token.text) for part in page for token in part.segment.tokens]


def _batched(items: Iterable[_Prepared], size: int) -> Iterator[list[_Prepared]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _batches(pages: Iterable[list[_Prepared]], size: int) -> Iterator[list[list[_Prepared]]]:
    """Whole pages, together of at least ``size`` segments except for the last batch."""
    batch: list[list[_Prepared]] = []
    for page in pages:
        batch.append(page)
        if sum(map(len, batch)) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
