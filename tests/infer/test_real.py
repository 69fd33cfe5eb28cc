"""Real spun and clean articles through the public interface: no text lost, numbers and addresses intact."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from despin.infer import Despinner, revert_edits
from despin.infer.guards.amounts import Change, amount_change
from despin.infer.guards.rules import CERTAIN

_ADDRESS = re.compile(r"https?://\S+|\S+@\S+\.\w+|(?<!\w)[@#]\w+")


@pytest.fixture(scope="module")
def texts(evidence: Path) -> list[str]:
    lines = (evidence / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines][:12]
    lines = (evidence / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    return [p[side] for p in pairs for side in ("spun", "original")] + [
        json.loads(line)["text"] for line in lines[::6]
    ]


def test_no_text_is_lost_and_every_number_and_address_is_kept(texts: list[str]) -> None:
    despinner = Despinner(min_score=0.0)
    for text, correction in zip(texts, despinner.correct_batch(texts), strict=True):
        assert revert_edits(correction.text, correction.edits) == text
        assert correction.text.count("\n") == text.count("\n")
        assert _ADDRESS.findall(correction.text) == _ADDRESS.findall(text)
        for edit in correction.edits:
            change = amount_change(edit.source, edit.replacement)
            assert change is Change.NONE or (change is Change.LOOSE and edit.confidence >= CERTAIN), edit


def test_the_format_does_not_change_edits_of_plain_prose(texts: list[str]) -> None:
    # Prose without mark-up is the same in Markdown, with each line as a paragraph.
    despinner = Despinner(min_score=0.0)
    for text in texts[:4]:
        prose = re.sub(r"[^\w\s.,;:?!'’-]", "", text).replace("\n", "\n\n")
        plain = despinner.correct(prose)
        marked = despinner.correct(prose, "markdown")
        assert [e.start for e in plain.edits] == [e.start for e in marked.edits]
