"""Which documents and blocks the model reads, and what the threshold decides."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from despin.corpus.corpus_settings import CorpusSettings, Reading
from despin.corpus.document_reader import Document, DocumentReader, _words_of, score_of
from despin.infer.decision.first_look import FirstLook

CLEAN, LIKELY, SUSPECT = "clean", "likely", "suspect"


@pytest.fixture
def read_by_model(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that the model, which a stand-in replaces, is given; the first look goes by names."""
    given: list[str] = []

    def look(text: str) -> Any:
        score = {CLEAN: 0.001, LIKELY: 0.9, SUSPECT: 0.99}[text]
        return SimpleNamespace(words=1, score=score, is_suspect=text == SUSPECT, spans=())

    def restored(self: DocumentReader, suspects: Sequence[tuple[Document, Any]]) -> Any:
        for document, look in suspects:
            given.append(document.text)
            yield SimpleNamespace(score=look.score, verdict="spun"), 1

    monkeypatch.setattr(FirstLook, "load", lambda: SimpleNamespace(look=look))
    monkeypatch.setattr(DocumentReader, "_restored", restored)
    return given


@pytest.mark.parametrize(
    ("read", "threshold", "expected"),
    [
        ("suspects", None, [SUSPECT]),
        ("suspects", 0.99, [SUSPECT]),
        ("suspects", 0.05, [LIKELY, SUSPECT]),
        ("suspects", 0.0, [CLEAN, LIKELY, SUSPECT]),
        ("all", None, [CLEAN, LIKELY, SUSPECT]),
        ("none", 0.0, []),
    ],
)
def test_what_the_model_reads(
    read: Reading, threshold: float | None, expected: list[str], read_by_model: list[str]
) -> None:
    reader = DocumentReader(CorpusSettings(read=read, threshold=threshold))
    findings = reader.read([Document(text) for text in (CLEAN, LIKELY, SUSPECT)])
    assert read_by_model == expected
    for finding in findings:  # no document is left that the threshold would take for spun
        if threshold is not None and finding.score >= threshold:
            assert finding.verdict == "spun"


def test_the_score_has_the_prior_of_the_model_s() -> None:
    look: Any = SimpleNamespace(score=0.9)
    assert 0.05 <= score_of(look) < 0.9


def test_a_bare_angle_bracket_hides_no_words() -> None:
    page = "<p class='x'>If a < b, the <b>decrease</b> home <!-- no --> met.</p> 3 <4 <i>"
    seen = _words_of(Document(page, "html"))
    assert len(seen) == len(page)
    assert " ".join(seen.split()) == "If a < b, the decrease home met. 3 <4"
    assert _words_of(Document(page)) == page
