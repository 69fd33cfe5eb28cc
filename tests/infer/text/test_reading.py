"""Reading documents: one view for each format, and how wordings are written in it."""

from __future__ import annotations

import pytest

from despin.infer.text.blocks import BLOCK_SIZE
from despin.infer.text.pieces import check_pieces
from despin.infer.text.protected import protected_spans
from despin.infer.text.reading import FORMATS, Format, escape, read_blocks, read_pieces, read_view


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", ["", "\n", "final yr", "the fi\u00adnal yr\n\nof mis-\nstated finances\n"])
def test_every_format_reads_every_text(format: Format, text: str) -> None:
    check_pieces(text, read_pieces(text, format))
    # Without a time code there is no subtitle.
    assert "final yr" in read_view(text, format).text or "yr" not in text or format == "subtitles"


PARAGRAPHS = {
    "text": "{}\n\n",
    "markdown": "- {}\n\n",
    "html": "<p class=x>{}</p>\n",
    "subtitles": "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n",
    "latex": "\\section{{{}}}\n",
    "rst": "* {}\n\n",
}


@pytest.mark.parametrize("format", FORMATS)
def test_blocks_read_as_the_whole_and_end_between_paragraphs(format: Format) -> None:
    sentence = "Officers stated it *final* yr, and the decrease home handed the invoice over. "
    text = "".join(PARAGRAPHS[format].format(f"{n} {sentence * 9}") for n in range(90))
    blocks = list(read_blocks([text[:7], text[7:]], format))
    assert "".join(block.source for block in blocks) == text and len(blocks) == 4
    assert all(len(block.text) < 1.2 * BLOCK_SIZE for block in blocks)
    assert "".join(b.text for b in blocks).split() == read_view(text, format).text.split()
    for block in blocks:
        assert block.text.lstrip()[0].isdigit()


@pytest.mark.parametrize(
    "unit", ["<b>word</b> ", "word ", "<b>x</b>", "x", "<br>", "word<br>", "<p translate=no>x "]
)
def test_blocks_are_bounded_whatever_is_read(unit: str) -> None:
    text = unit * (600_000 // len(unit))
    blocks = list(read_blocks([text], "html"))
    assert "".join(block.source for block in blocks) == text
    assert all(len(block.text) <= 4 * BLOCK_SIZE for block in blocks)


SENTENCES = "Officers stated it final yr, and the decrease home handed the invoice. " * 90 + "\n\n"


@pytest.mark.parametrize(
    ("format", "code"),
    [
        ("text", "```sh\n" + "# officers stated it final yr\nrun home\n\n" * 300 + "```\n"),
        ("text", "<pre>\n" + "officers stated it final yr\n\n" * 300 + "</pre>\n"),
        ("text", "{% raw %}\n" + "officers stated it final yr\n\n" * 300 + "{% endraw %}\n"),
        ("markdown", "[code]\n\n" + "officers stated it final yr\n\n" * 300 + "[/code]\n"),
        ("html", "<p>[code]</p>" + "<p>officers stated it final yr</p>" * 300 + "<p>[/code]</p>"),
        ("latex", "[code]\n\n" + "officers stated it final yr\n\n" * 300 + "[/code]\n"),
    ],
)
@pytest.mark.parametrize("before", [0, 1, 2, 3, 4, 5, 40])
def test_code_reaches_over_blocks_and_windows(format: Format, code: str, before: int) -> None:
    text = SENTENCES * before + code + "\n" + SENTENCES * 3
    blocks = list(read_blocks([text], format))
    assert "".join(block.source for block in blocks) == text
    assert len(blocks) > 1 or (format == "html" and before < 2)
    free = []
    for block in blocks:
        spans = block.protected if block.protected is not None else protected_spans(block.text)
        position = 0
        for start, end in [*spans, (len(block.text),) * 2]:
            free.append(block.text[position:start])
            position = end
    assert "".join(free).count("officers") == 0 and "".join(free).count("Officers") == 90 * (before + 3)


def test_a_formula_that_opens_a_paragraph_is_one_in_each_block() -> None:
    formula = "\\[ final\\; yr = decrease home - officers \\]\n\n"
    for block in read_blocks([(SENTENCES + formula) * 60], "markdown"):
        assert "officers" not in block.text and "Officers" in block.text


def test_an_element_reaches_over_blocks() -> None:
    page = "<div translate=no>" + "<p>the decrease home " * 4000 + "</div><p>final yr"
    *_, last = read_blocks([page], "html")
    assert last.text[slice(*last.fixed[-1])].strip() == "the decrease home"
    assert last.text.endswith("final yr") and last.fixed[-1][1] <= len(last.text) - len("final yr")


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
