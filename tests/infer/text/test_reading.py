"""Reading documents: one view for each format, and how wordings are written in it."""

from __future__ import annotations

import pytest

from despin.infer.text.pieces import check_pieces
from despin.infer.text.reading import FORMATS, Format, escape, read_pieces, read_view


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", ["", "\n", "final yr", "the fi\u00adnal yr\n\nof mis-\nstated finances\n"])
def test_every_format_reads_every_text(format: Format, text: str) -> None:
    check_pieces(text, read_pieces(text, format))
    # Without a time code there is no subtitle.
    assert "final yr" in read_view(text, format).text or "yr" not in text or format == "subtitles"


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match=r"format must be one of text, markdown, html.*got 'docx'"):
        read_pieces("x", "docx")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wording", "format", "written"),
    [
        ("research & development", "html", "research &amp; development"),
        ("less than 5%", "latex", r"less than 5\%"),
        ("research & development", "latex", r"research \& development"),
        ("research & development", "markdown", "research & development"),
        ("don't", "html", "don't"),
    ],
)
def test_what_a_format_gives_a_meaning_is_escaped(wording: str, format: Format, written: str) -> None:
    assert escape(wording, format) == written
