"""Plain text: soft line breaks are read through, hard ones are not."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.formats.plain import read_divided_words, read_plain
from despin.infer.text.pieces import check_pieces
from despin.infer.text.view import View

PROSE = (
    "The council said on Monday that the plan, which President Alice Moore had announced in May, would bring "
    "new homes to the Harbour District and that nobody who lives there now would have to leave it."
)


def read(text: str) -> str:
    """What is read of a plain text."""
    return View(text, read_divided_words(text, read_plain(text))).text


@pytest.mark.parametrize("width", [30, 40, 60, 72, 100])
@pytest.mark.parametrize("prefix", ["", "> ", ">> ", "  "])
def test_a_filled_paragraph_is_read_as_one_line(width: int, prefix: str) -> None:
    lines = textwrap.wrap(PROSE, width)
    shown = read("".join(f"{prefix}{line}\n" for line in lines)).strip()
    # The last line but one may be followed by a word that would have fitted after a shorter widest line.
    assert shown == PROSE


@pytest.mark.parametrize(
    "text",
    [
        "Prices rose\nOfficials said so\nMore on Monday\n",
        "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you.\n",
        "- one thing that is long enough to be taken for a line that was wrapped\n- another thing\n- third\n",
        "1. The first of the points that were made on Monday by the council\n2. The second one\n",
        "A paragraph that ends here.\n\nanother one that starts in lower case\n",
        "Name:\nAlice Moore\n\nTown:\nHarbour\n",
    ],
)
def test_hard_line_breaks_stay(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The sum was mis-\nstated by them.\n", "The sum was misstated by them.\n"),
        ("> The sum was mis-\n> stated by them.\n", "The sum was misstated by them.\n"),
        ("The sum was mis-\r\n    stated by them.\n", "The sum was misstated by them.\n"),
        ("a mis\u00ad\nstated sum\n", "a misstated sum\n"),
        ("a mis\u200b\nstated sum\n", "a misstated sum\n"),
        ("a mis\u2011\nstated sum\n", "a misstated sum\n"),
        ("a mis-\u00ad\nstated sum\n", "a misstated sum\n"),
        ("a mis\u2010\nstated sum\n", "a misstated sum\n"),
        ("from 10-\n12 of them\n", "from 10-\n12 of them\n"),
        ("the Harbour-\nTown line\n", "the Harbour-\nTown line\n"),
        ("he paused -\nand went on\n", "he paused -\nand went on\n"),
    ],
)
def test_a_word_divided_at_a_line_end_is_read_whole(text: str, shown: str) -> None:
    assert read(text) == shown


def test_quoted_lines_of_another_depth_are_another_paragraph() -> None:
    text = "> The council said on Monday that the plan would bring\n>> new homes to the town\nand more\n"
    assert (
        read(text)
        == "The council said on Monday that the plan would bring\nnew homes to the town\nand more\n"
    )


def test_a_short_paragraph_is_as_wide_as_its_neighbours() -> None:
    long = "\n".join(textwrap.wrap(PROSE, 60))
    short = "The plan of the council was announced in the spring by\nAlice Moore.\n"
    assert read(f"{long}\n\n{short}").endswith("spring by Alice Moore.\n")
    assert read(short) == short


@given(st.text(alphabet="ab A>-.\n\r\t\u00ad’é", max_size=80))
def test_pieces_cover_any_text(text: str) -> None:
    check_pieces(text, read_divided_words(text, read_plain(text)))
