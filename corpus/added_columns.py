"""The columns that are added to a document's own."""

from __future__ import annotations

from typing import Any

from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Finding
from despin.infer.text.edits import Edit


def column_names(settings: CorpusSettings) -> list[str]:
    """Their names: the score and the verdict, and in the mode ``correct`` the restored text and its edits."""
    names = ["spun_score", "spun_verdict"]
    if settings.mode == "correct":
        names += ["restored", "edits"]
    return [settings.prefix + name for name in names]


def added_values(finding: Finding, text: str, settings: CorpusSettings) -> list[Any]:
    """Their values for one document, in the order of `column_names`."""
    values: list[Any] = [finding.score, finding.verdict]
    if settings.mode == "correct":
        correction = finding.correction
        values.append(text if correction is None else correction.text)
        values.append([] if correction is None else [edit_values(edit) for edit in correction.edits])
    return values


def edit_values(edit: Edit) -> dict[str, Any]:
    """An edit as it is written: offsets in characters of the text, wordings and confidence."""
    return {
        "start": edit.start,
        "end": edit.end,
        "source": edit.source,
        "replacement": edit.replacement,
        "confidence": edit.confidence,
    }
