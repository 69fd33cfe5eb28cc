"""Edits as the matches of LanguageTool's ``/v2/check``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from despin.infer.text.edits import Edit
from despin.infer.text.language import is_english
from despin.infer.text.placement import place_edit
from despin.infer.text.segmentation import sentence_spans
from despin.infer.text.tokens import is_word, tokenize
from despin.infer.text.view import View
from despin.serve.code_units import Utf16Offsets, utf16_length
from despin.serve.languagetool_request import CATEGORY, RULE, CheckRequest

LANGUAGES = {
    "en": "English",
    "en-AU": "English (Australian)",
    "en-CA": "English (Canadian)",
    "en-GB": "English (GB)",
    "en-NZ": "English (New Zealand)",
    "en-ZA": "English (South African)",
    "en-US": "English (US)",
}
DEFAULT_VARIANT = "en-US"
UNKNOWN_LANGUAGE = {"code": "zz", "name": "not English"}
"""The code that LanguageTool gives a language for which it has no rules."""
CONTEXT = 40
"""Characters on both sides of a match in its context."""
MAX_REPLACEMENTS = 5
MAX_MATCHES = 2_000
"""Matches of one answer; further ones come when the client checks the text again."""
MAX_SENTENCE = 400
"""Characters of the sentence that a match repeats."""
MIN_CONFIDENCE = 0.02
"""Other wordings of a lower confidence are not offered."""


def matches(view: View, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """One match for each edit of ``view.text`` that has a place in the document, in order."""
    sentences = list(sentence_spans(view.text)) if edits else []
    offsets = Utf16Offsets(view.source)
    fixed = [bound for span in view.fixed for bound in span]
    found: list[dict[str, Any]] = []
    end = 0
    for edit in edits:
        if len(found) == MAX_MATCHES:
            break
        placed = None if _overlaps(fixed, edit.start, edit.end) else _placed(view, edit)
        if placed is not None and placed.start >= end:
            end = placed.end
            found.append(_match(view, edit, placed, offsets, _sentence(view.text, sentences, edit.start)))
    return found


def is_english_text(request: CheckRequest, english: float) -> bool:
    """Whether a text is said, or found, to be English; ``english``: its `english_share`."""
    return english >= 0.5 if request.language == "auto" else _base(request.language) == "en"


def language(request: CheckRequest, english: float) -> dict[str, Any]:
    """The language that was asked for, or found, and the one that was found."""
    variants = [code for code in request.preferred_variants if code in LANGUAGES]
    code = (variants or [DEFAULT_VARIANT])[0]
    if _base(request.language) == "en":
        asked = request.language.replace("_", "-")
        code = next((c for c in LANGUAGES if c.lower() == asked.lower()), "en")
    given = {"code": code, "name": LANGUAGES[code]}
    found = given if english >= 0.5 else UNKNOWN_LANGUAGE
    if request.language == "auto":
        given = found
    elif _base(request.language) != "en":
        given = {"code": request.language, "name": request.language}
    confidence = round(max(english, 1 - english), 3)
    return {**given, "detectedLanguage": {**found, "confidence": confidence}}


def english_share(text: str) -> float:
    """The share of the words of a text that stand in English sentences, 0..1."""
    words = english = 0
    for start, end in sentence_spans(text):
        tokens = tokenize(text, start, end)
        count = sum(is_word(token.text) for token in tokens)
        words += count
        english += count * is_english(tokens)
    return english / words if words else 1.0


def _base(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()


def _overlaps(bounds: Sequence[int], start: int, end: int) -> bool:
    """Whether a span overlaps one of those whose bounds are given in order."""
    first = bisect_right(bounds, start)
    return first % 2 == 1 or (first < len(bounds) and bounds[first] < end)


def _placed(view: View, edit: Edit) -> Edit | None:
    """An edit of ``view.text`` as an edit of the document; None where it would break the mark-up."""
    start, end = view.source_span(edit.start, edit.end)
    if view.source[start:end] == edit.source:
        return replace(edit, start=start, end=end)
    # A line break of the text and mark-up in one wording: no telling where each belongs.
    return None if len(edit.source.splitlines()) > 1 else place_edit(view, edit)


def _match(view: View, edit: Edit, placed: Edit, offsets: Utf16Offsets, sentence: str) -> dict[str, Any]:
    offset, length = offsets[placed.start], offsets[placed.end] - offsets[placed.start]
    replacements = [{"value": placed.replacement, "confidence": edit.confidence}]
    replacements += [{"value": value, "confidence": c} for value, c in _alternatives(view, edit, placed)]
    source, wording = " ".join(edit.source.split()), " ".join(edit.replacement.split())
    return {
        "message": f"“{source}” may be a spinner's wording for “{wording}” "
        f"(confidence {100 * edit.confidence:.0f} %).",
        "shortMessage": "Spun wording",
        "replacements": replacements[:MAX_REPLACEMENTS],
        "offset": offset,
        "length": length,
        "context": _context(view.source, placed.start, placed.end, length),
        "sentence": sentence,
        "type": {"typeName": "Other"},
        "rule": {
            "id": RULE,
            "description": "A wording that an article spinner puts in the place of another",
            "issueType": "style",
            "category": {"id": CATEGORY, "name": "Spun text"},
            "isPremium": False,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def _alternatives(view: View, edit: Edit, placed: Edit) -> Iterator[tuple[str, float]]:
    """The other wordings of an edit, without that of the source, as they would stand in the document."""
    seen = {edit.source, edit.replacement}
    for wording, confidence in edit.alternatives:
        if wording in seen or confidence < MIN_CONFIDENCE:
            continue
        seen.add(wording)
        other = _placed(view, replace(edit, replacement=wording))
        if other is not None and (other.start, other.end) == (placed.start, placed.end):
            yield other.replacement, confidence


def _context(text: str, start: int, end: int, length: int) -> dict[str, Any]:
    """The match with what stands around it, on one line."""
    first, last = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    before = ("..." if first > 0 else "") + text[first:start]
    shown = before + text[start:last] + ("..." if last < len(text) else "")
    return {"text": shown.replace("\n", " "), "offset": utf16_length(before), "length": length}


def _sentence(text: str, sentences: Sequence[tuple[int, int]], position: int) -> str:
    """The sentence around a position, cut where it is long: each match repeats it."""
    index = bisect_right(sentences, position, key=lambda span: span[0]) - 1
    if index < 0:
        return ""
    start, end = sentences[index]
    return text[max(start, position - MAX_SENTENCE // 2) : min(end, position + MAX_SENTENCE // 2)]
