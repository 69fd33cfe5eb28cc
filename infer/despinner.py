"""Despinner: text in, Correction out. The one way through from segments to edits."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

from despin.infer.candidates.inverse import Candidate
from despin.infer.candidates.slots import MarkedSegment, Slot, find_slots, mark_slots
from despin.infer.candidates.subwords import MAX_SLOTS
from despin.infer.candidates.user_words import KeptPhrases, with_rows
from despin.infer.checkpoint import open_checkpoint
from despin.infer.correction import Correction, Passage
from despin.infer.cpu import check_threads
from despin.infer.decision.decide import SlotEvidence, SlotPosterior, decide
from despin.infer.decision.ngrams import NgramTable
from despin.infer.decision.page_decision import PageDecider, SlotDecision, mode_settings
from despin.infer.decision.points import MODES, POINTS, Mode, Point
from despin.infer.decision.selection import (
    least_risk_wording,
    likeliest_wording,
    make_edit,
    with_alternatives,
    with_evidence,
)
from despin.infer.decision.spun_score import (
    SEGMENT_SCORE,
    SegmentEvidence,
    carried_log_odds,
    segment_evidence,
    spun_probabilities,
    spun_score,
)
from despin.infer.guards.context import GuardContext
from despin.infer.guards.rules import GUARDS, first_refusal
from despin.infer.language_model import open_language_model
from despin.infer.long_text import Document, LongText, Part
from despin.infer.model.engine import Engine, Question
from despin.infer.settings import check_probability, parse_settings
from despin.infer.summary import Verdict
from despin.infer.text.apostrophes import Apostrophes
from despin.infer.text.edits import Edit, Refused, apply_edits
from despin.infer.text.language import foreign_spans, is_english
from despin.infer.text.mentions import mention_spans
from despin.infer.text.placement import GUARD, REASON, place_edits, unplaced_edit
from despin.infer.text.protected import ProtectedCursor, merge_spans, protected_spans
from despin.infer.text.reading import Format, read_view
from despin.infer.text.segmentation import Segment, segment_text, sentences_of
from despin.infer.text.tokens import fold, is_word
from despin.infer.text.view import View

__all__ = ["Correction", "Despinner", "LongText"]

PAGE_SEGMENTS = 256
"""Segments of a page. A text is decided page by page, which bounds memory; most texts are one page."""
_OPTIONS = frozenset(["min_confidence", "min_score", "alternatives", "evidence", "point", "mode"])
"""What may differ between Despinners that share what is loaded."""
SEGMENTS_AT_ONCE = 512
"""Segments in flight, in whole pages: enough to sort by length."""


class _Prepared(NamedTuple):
    """A segment to be restored, and how the model sees it."""

    text_index: int
    document: Document
    segment: Segment
    marked: MarkedSegment


class PageEvidence(NamedTuple):
    """A page of a text: its folded tokens and the posteriors of its slots, in order."""

    text_index: int
    tokens: list[str]
    posteriors: list[SlotPosterior]


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
        evidence: bool = False,
        guards: Collection[str] = tuple(GUARDS),
        settings: Mapping[str, Any] | None = None,
        mode: Mode = "fast",
        point: Point = "natural",
        language_model: str | Path | None = None,
        keep: Iterable[str] = (),
        also: Iterable[tuple[str, str]] = (),
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
        carries its ``alternatives`` likeliest other wordings, the source wording among them, and with
        ``evidence`` what dictionary and model say of it. ``guards`` are
        names in `despin.infer.guards.rules.GUARDS`. ``settings`` override those of the same names in its
        ``despin.json`` (`despin.infer.settings.Settings`).

        ``keep`` are words and phrases that are never changed, ``also`` further rows (spun, original) of the
        inverse dictionary (`despin.infer.candidates.user_words`). Raises CheckpointError or ValueError.
        """
        if isinstance(keep, (str, bytes)) or isinstance(also, (str, bytes)):
            raise ValueError("keep takes a list of phrases and also a list of pairs (spun, original), no str")
        keep, also = tuple(keep), tuple(also)
        check_threads(threads)
        if unknown := sorted(set(guards) - set(GUARDS)):
            raise ValueError(f"guards: unknown guard {unknown[0]!r}; known: {', '.join(GUARDS)}")
        options = {
            "min_confidence": min_confidence,
            "min_score": min_score,
            "alternatives": alternatives,
            "evidence": evidence,
            "point": point,
            "mode": mode,
        }
        _check_options(options)
        self._arguments: tuple[Any, dict[str, Any]] = (
            path_or_name,
            {
                "device": device,
                "threads": threads,
                "guards": tuple(guards),
                "settings": None if settings is None else dict(settings),
                "language_model": language_model,
                "keep": keep,
                "also": also,
                **options,
            },
        )
        self._guards = frozenset(guards)
        self._kept = KeptPhrases(keep)
        self._checkpoint = checkpoint = open_checkpoint(path_or_name)
        self._pieces, self._lexicon = checkpoint.pieces, with_rows(checkpoint.lexicon, also)
        self.settings = parse_settings({**checkpoint.settings, **(settings or {})}, checkpoint.folder)
        own = self.settings
        self._scorer = open_language_model(language_model, threads) if mode == "best" and own.modes else None
        self._set_options({**options, "mode": "best" if self._scorer is not None else "fast"})
        self.engine = Engine(
            checkpoint.folder, checkpoint.pieces, device, threads, compute_type=own.compute_type
        )

    def _set_options(self, options: Mapping[str, Any]) -> None:
        self.mode: Mode = options["mode"]
        self.point: Point = options["point"]
        self._alternatives: int = options["alternatives"]
        self._evidence: bool = options["evidence"]
        self._min_confidence: float | None = options["min_confidence"]
        min_score: float | None = options["min_score"]
        self.min_score = self.settings.min_score if min_score is None else min_score
        self._mode_settings = mode_settings(self.settings, self.mode)
        scorer = self._scorer if self.mode == "best" else None
        self._decider = PageDecider(self._lexicon, self.settings.modes, scorer)

    def with_options(self, **options: Any) -> Despinner:
        """A Despinner with other options than this one, which shares all that is loaded.

        ``options``: any of min_confidence, min_score, alternatives, evidence, point and mode, as in the
        constructor; the mode ``best`` only where this one has a language model. Raises ValueError.
        """
        if unknown := sorted(set(options) - _OPTIONS):
            raise ValueError(
                f"with_options: unknown option {unknown[0]!r}; known: {', '.join(sorted(_OPTIONS))}"
            )
        _check_options(options)
        if options.get("mode") == "best" and self._scorer is None:
            raise ValueError("with_options: this Despinner was loaded without a language model")
        source, keywords = self._arguments
        other = object.__new__(Despinner)
        other.__dict__.update(self.__dict__)
        other._arguments = (source, {**keywords, "mode": self.mode, **options})
        other._set_options(other._arguments[1])
        return other

    @property
    def checkpoint_folder(self) -> Path:
        """Where the checkpoint lies."""
        return self._checkpoint.folder

    @property
    def ngrams(self) -> NgramTable | None:
        """The checkpoint's table of n-grams, None where it has none."""
        return self._checkpoint.ngrams

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
        `despin.infer.text.reading.FORMATS`.
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
        return [self._finish(document) for document in self._read(_parts(texts, format))]

    def correct_blocks(self, chunks: Iterable[str], format: Format = "text") -> Iterator[Correction]:
        """Restore one long text, given in chunks of any size, block by block.

        The corrections' sources join to the text. Each block is judged with what is known of the blocks
        before it: how likely the text is to be spun there, and its names. Memory does not grow with a plain
        text, and little with others (`despin.infer.text.reading.read_blocks`). Raises as `correct`.
        """
        text = LongText(self, chunks, format)
        while (correction := self.correct_together([text])[0]) is not None:
            yield correction

    def correct_together(self, texts: Sequence[LongText]) -> list[Correction | None]:
        """The correction of the next block of each text, None for a text that is at its end.

        Their segments share batches. The texts may have been opened with other options (`with_options`), but
        for the mode, which is this one's.
        """
        parts = [text.next_part() for text in texts]
        documents = self._read([part for part in parts if part is not None and part.is_read])
        corrections: list[Correction | None] = []
        for text, part in zip(texts, parts):
            text.before = document = next(documents) if part is not None and part.is_read else None
            if document is not None:
                corrections.append(text.despinner._finish(document))
            else:
                corrections.append(None if part is None else Correction.unread(part.view.source))
        return corrections

    def _read(self, parts: Iterable[Part]) -> Iterator[Document]:
        """The documents with their segments and decisions, in order, each as soon as it is decided."""
        documents: deque[Document] = deque()
        for page, posteriors in self._answered_pages(self._prepare(parts, documents)):
            while documents[0] is not page[0].document:
                yield documents.popleft()
            self._decide_page(page, posteriors)
        yield from documents

    def page_evidence(self, texts: Sequence[str], format: Format = "text") -> Iterator[PageEvidence]:
        """The evidence of each page of the texts, in order: what the combination is fitted on.

        The offsets of its slots are those in the text.
        """
        for page, posteriors in self._answered_pages(self._prepare(_parts(texts, format), deque())):
            view = page[0].document.view
            flat = [_in_source(view, posterior) for of_segment in posteriors for posterior in of_segment]
            yield PageEvidence(page[0].text_index, _folded_tokens(page), flat)

    def questions(self, texts: Sequence[str], format: Format = "text") -> list[Question]:
        """The queries to the model for texts, one for each segment with slots."""
        marked = (part.marked for part in self._prepare(_parts(texts, format), deque()))
        return [self._question(m) for m in marked if m.slots]

    def _prepare(self, parts: Iterable[Part], documents: deque[Document]) -> Iterator[_Prepared]:
        """The segments of texts with their slots marked; each text is appended to ``documents``."""
        for index, (view, format, before, _) in enumerate(parts):
            context = GuardContext.of(view.text, self._lexicon.is_word, before.context if before else None)
            document = Document(view, format, context)
            if before is not None:
                document.before = carried_log_odds(before.segments, self.settings.score, before.before)
            documents.append(document)
            known = protected_spans(view.text) if view.protected is None else view.protected
            protected = ProtectedCursor(merge_spans([*known, *view.fixed]))
            kept = self._kept.cursor(view.text)
            for segment in segment_text(view.text, min(self.settings.words, MAX_SLOTS), is_wrapped=False):
                slots: list[tuple[Candidate, Slot]] = []
                if is_english(segment.tokens):
                    slots = find_slots(
                        view.text, segment.tokens, self._lexicon, self.settings.hints, protected
                    )
                slots = self._kept.without(slots, kept)
                if slots and (foreign := foreign_spans(sentences_of(segment.tokens))):
                    slots = [
                        (candidate, slot)
                        for candidate, slot in slots
                        if not any(start <= slot.start < end for start, end in foreign)
                    ]
                yield _Prepared(
                    index, document, segment, mark_slots(view.text, segment.tokens, slots, self._pieces)
                )

    def _question(self, marked: MarkedSegment) -> Question:
        first_pieces = [[self._pieces.encode_phrase(hint)[0] for hint in slot.hints] for slot in marked.slots]
        return Question(marked.pieces, first_pieces)

    def _answered_pages(
        self, segments: Iterable[_Prepared]
    ) -> Iterator[tuple[list[_Prepared], list[list[SlotPosterior]]]]:
        """Each page of the segments, with the posteriors of the slots of each of its segments."""
        for batch in _batches(_pages(segments), SEGMENTS_AT_ONCE):
            yield from zip(batch, self._posteriors(batch))

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

    def _decide_page(self, page: Sequence[_Prepared], posteriors: Sequence[Sequence[SlotPosterior]]) -> None:
        """Add a page's segments and decisions to its document."""
        document = page[0].document
        segments = [
            self._segment_evidence(part, slots, document.context) for part, slots in zip(page, posteriors)
        ]
        chances = spun_probabilities(segments, self.settings.score, document.before)
        is_spun = [chance >= self._segment_threshold for chance in chances]
        if spun_score(chances) < self.min_score:
            is_spun = [False] * len(page)
        text = document.view.text
        decisions = self._decider.decide(text, _folded_tokens(page), posteriors, is_spun)
        document.decisions += [[d for d in of_segment if _may_edit(d)] for of_segment in decisions]
        document.spans += [(part.segment.start, part.segment.end) for part in page]
        document.segments += segments
        document.unanswered += sum(
            len(part.marked.slots) - len(slots) for part, slots in zip(page, posteriors)
        )

    @property
    def _segment_threshold(self) -> float:
        """Segments of a spun text below this probability are left alone."""
        return min(SEGMENT_SCORE, self.min_score)

    def _segment_evidence(
        self, part: _Prepared, posteriors: Sequence[SlotPosterior], context: GuardContext
    ) -> SegmentEvidence:
        mentions = mention_spans(part.segment.tokens)
        confidences = (
            self._stand_alone_confidence(posterior, context)
            for posterior in posteriors
            if not any(start < posterior.slot.start < end for start, end in mentions)
        )
        words = sum(is_word(token.text) for token in part.segment.tokens)
        return segment_evidence((c for c in confidences if c is not None), words)

    def _stand_alone_confidence(self, posterior: SlotPosterior, context: GuardContext) -> float | None:
        """The confidence of a slot's most likely edit by its posterior; None without a permitted one."""
        slot, probabilities = posterior.slot, posterior.probabilities
        wording = likeliest_wording(probabilities)
        edit = make_edit(slot, probabilities, wording, self.settings.calibration)
        if edit is None:
            return None
        hint = slot.hints[wording - 1]
        if first_refusal(slot, hint, self._guards, edit.confidence, context) is not None:
            return None
        # By the checkpoint's own threshold, so that the score does not depend on what the user asks for.
        return edit.confidence if edit.confidence >= self.settings.min_confidence else None

    def _finish(self, document: Document) -> Correction:
        """Score a document and apply the edits of its spun segments, if it has any."""
        view = document.view
        chances = spun_probabilities(document.segments, self.settings.score, document.before)
        score = spun_score(chances)
        if score < self.min_score:
            verdict: Verdict = "clean" if score < self.settings.unsure_score else "unsure"
            return Correction(view.source, [], score, [], verdict, unanswered=document.unanswered)
        spun = [chance >= self._segment_threshold for chance in chances]
        proposals = (
            self._proposal(decision, self._is_natural(chance), document.context)
            for decisions, chance, is_spun in zip(document.decisions, chances, spun)
            if is_spun
            for decision in decisions
        )
        placed = list(_placed(view, document.format, [p for p in proposals if p is not None]))
        edits = [p for p in placed if isinstance(p, Edit)]
        refused = [p for p in placed if isinstance(p, Refused)]
        passages = _passages([view.source_span(*span) for span in document.spans], spun, chances)
        text = apply_edits(view.source, edits)
        return Correction(text, edits, score, refused, "spun", passages, document.unanswered)

    def _is_natural(self, chance: float) -> bool:
        """Whether a segment, spun with probability ``chance``, gets the likeliest wording everywhere."""
        # Without a learnt combination the posteriors are not good enough for edits at any confidence.
        own = self.settings
        return own.modes is not None and self.point == "natural" and chance >= own.natural_score

    def _proposal(
        self, decision: SlotDecision, is_natural: bool, context: GuardContext
    ) -> Edit | Refused | None:
        """The edit of a slot at the operating point, guards applied."""
        slot, probabilities, model = decision
        wording = least_risk_wording(slot, probabilities) if is_natural else likeliest_wording(probabilities)
        edit = make_edit(slot, probabilities, wording, self._mode_settings.calibration)
        threshold = self._min_confidence
        if threshold is None:
            threshold = 0.0 if is_natural else self._mode_settings.min_confidence
        if edit is None or edit.confidence < threshold:
            return None
        guard = first_refusal(slot, slot.hints[wording - 1], self._guards, edit.confidence, context)
        if self._evidence:
            edit = with_evidence(edit, slot, model, wording)
        if guard is not None:
            return Refused(edit, guard.name, guard.reason)
        if self._alternatives:
            return with_alternatives(edit, slot, probabilities, wording, self._alternatives)
        return edit


def _reload(path_or_name: str | Path | None, keywords: Mapping[str, Any]) -> Despinner:
    return Despinner(path_or_name, **keywords)


def _check_options(options: Mapping[str, Any]) -> None:
    """Raise ValueError for a value out of range."""
    for name in ("min_confidence", "min_score"):
        if options.get(name) is not None:
            check_probability(name, options[name])
    if options.get("alternatives", 0) < 0:
        raise ValueError(f"alternatives must be at least 0, got {options['alternatives']}")
    for name, known in (("mode", MODES), ("point", POINTS)):
        if name in options and options[name] not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {options[name]!r}")


def _parts(texts: Iterable[str], format: Format) -> Iterator[Part]:
    return (Part(read_view(text, format), format) for text in texts)


def _may_edit(decision: SlotDecision) -> bool:
    """Whether a slot may become an edit; the others need not be kept until the whole text is scored.

    A wording that is as likely as all others together is the likeliest one, and has the lowest expected
    distance too, by the triangle inequality.
    """
    return decision.probabilities[0] < 0.5


def _in_source(view: View, posterior: SlotPosterior) -> SlotPosterior:
    """A posterior whose slot has its offsets in the source of the view."""
    start, end = view.source_span(posterior.slot.start, posterior.slot.end)
    return posterior._replace(slot=replace(posterior.slot, start=start, end=end))


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


def _placed(view: View, format: Format, proposals: Sequence[Edit | Refused]) -> Iterator[Edit | Refused]:
    """The proposals, made in the view, as edits of its source. An edit that changes nothing is dropped."""
    edits = (proposal for proposal in proposals if isinstance(proposal, Edit))
    placed = place_edits(view, format, edits, Apostrophes(view.text))
    for proposal in proposals:
        if isinstance(proposal, Refused):
            yield replace(proposal, edit=unplaced_edit(view, proposal.edit))
            continue
        edit = next(placed)
        if edit is None:
            yield Refused(unplaced_edit(view, proposal), GUARD, REASON)
        elif edit.replacement != edit.source:
            yield edit


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
