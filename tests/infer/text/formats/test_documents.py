"""Whole documents, written for these tests: prose is read, and nothing else may be changed.

``documents/expected.json`` lists, for each document, strings that no edit may touch, wherever they stand, and
passages that are read (with white space made even).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from despin.infer.text.formats.html import read_html
from despin.infer.text.formats.markdown import read_markdown

sys.path.insert(0, str(Path(__file__).parent))
from piece_text import may_change, shown

FOLDER = Path(__file__).parent / "documents"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def test_every_document_is_expected() -> None:
    assert sorted(EXPECTED) == sorted(p.name for p in FOLDER.iterdir() if p.suffix in (".md", ".html"))
    assert all(len(EXPECTED[name]["keep"]) > 0 and len(EXPECTED[name]["prose"]) > 0 for name in EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_prose_is_read_and_all_else_stays(name: str) -> None:
    text = (FOLDER / name).read_bytes().decode("utf-8")
    pieces = (read_markdown if name.endswith(".md") else read_html)(text)
    editable = may_change(text, pieces)
    for kept in EXPECTED[name]["keep"]:
        start = text.find(kept)
        assert start >= 0, kept
        while start >= 0:
            assert not any(editable[start : start + len(kept)]), kept
            start = text.find(kept, start + 1)
    read = " ".join(shown(text, pieces).split())
    for passage in EXPECTED[name]["prose"]:
        assert passage in read, passage
    for word in ("officers", "finances", "decrease"):
        for start in (n for n in range(len(text)) if text.startswith(word, n)):
            # A word is all prose or not at all, so that no edit can reach from prose into mark-up.
            assert len(set(editable[start : start + len(word)])) == 1
