"""Spinning documents with mark-up, and restoring them: all that is not prose stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.infer.despinner import Despinner
from despin.infer.text.pieces import Kind
from despin.infer.text.reading import Format, read_pieces
from despin.train.spin.document import spin_document
from despin.train.spin.spinner import Spinner

FOLDER = Path(__file__).resolve().parents[2] / "infer" / "text" / "formats" / "documents"
DOCUMENTS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".md", ".html"))


def not_prose(text: str, format: Format) -> list[str]:
    """All that an edit may neither change nor lose, in order."""
    kept = (Kind.MARKUP, Kind.FIXED, Kind.BOUNDARY, Kind.BREAK)
    # White space around mark-up may change places with it.
    return "".join(text[p.start : p.end] for p in read_pieces(text, format) if p.kind in kept).split()


@pytest.fixture(scope="module")
def spinner() -> Spinner:
    return Spinner()


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1, min_score=0.0)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_spun_and_restored_documents_keep_all_that_is_not_prose(
    path: Path, spinner: Spinner, despinner: Despinner
) -> None:
    text = path.read_bytes().decode("utf-8")
    format: Format = "markdown" if path.suffix == ".md" else "html"
    spun = spin_document(spinner, text, format)
    restored = despinner.correct(spun, format).text
    for changed in (spun, restored):
        assert not_prose(changed, format) == not_prose(text, format)


def test_prose_is_spun_and_addresses_stay(spinner: Spinner) -> None:
    text = "See [the lower house](/lower-house/officials.html) of the company; officials said it last year.\n"
    spun = spin_document(spinner, text * 20, "markdown", 3)
    assert spun.count("](/lower-house/officials.html)") == 20 and spun != text * 20
    assert "decrease home" in spun and spin_document(spinner, text * 20, "markdown", 3) == spun
