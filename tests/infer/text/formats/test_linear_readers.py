"""The readers' steps grow with the length of a document, whatever it holds."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from despin.infer.text.formats.latex import read_latex
from despin.infer.text.formats.rst import read_rst
from despin.infer.text.formats.subtitles import read_subtitles
from despin.infer.text.pieces import Piece, check_pieces

SIGNS = {
    read_latex: [
        "\\emph{",
        "{",
        "}",
        "[",
        "]",
        "$",
        "$$",
        "\\(",
        "\\begin{math}",
        "\\href{",
        "\\url{%",
        "\\verb|",
        "\\iffalse ",
        "\\else ",
        "\\fi ",
        "%",
        "a",
        "\n",
    ],
    read_rst: [
        "`",
        "``",
        "<a>",
        "_",
        ":a:",
        "|",
        "*",
        "\n",
        "\n\n",
        "    ",
        ".. ",
        "a",
        "::",
        "=== ===",
        "+--+\n",
        "::\n\n> ",
        "- ",
        ">>> ",
    ],
    read_subtitles: [
        "1\n",
        "\n",
        "00:00:01,000 --> 00:00:02,000\n",
        "<i>",
        "<",
        "{\\",
        "&",
        "a",
        "- ",
        "NOTE",
    ],
}


def _steps(read: Callable[[str], list[Piece]], text: str) -> int:
    """The lines of Python that reading a text executes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        pieces = read(text)
    finally:
        sys.settrace(before)
    check_pieces(text, pieces)
    return count


@pytest.mark.parametrize("read", SIGNS)
def test_steps_are_linear(read: Callable[[str], list[Piece]]) -> None:
    for unit in map("".join, itertools.product(SIGNS[read], repeat=2)):
        small, large = _steps(read, unit * 20), _steps(read, unit * 80)
        # Four times the text: about four times the steps, where a quadratic reader takes sixteen times.
        assert small > 0 and large <= 5 * small + 500, unit


def test_a_table_with_many_columns_is_linear() -> None:
    small, large = (_steps(read_rst, "= " * n + "=\n" + "a\n" * n) for n in (50, 200))
    assert large <= 5 * small


@pytest.mark.parametrize("read", SIGNS)
def test_a_long_run_of_blanks_is_read(read: Callable[[str], list[Piece]]) -> None:
    text = "a" + " " * 200_000 + "b"  # minutes where each blank begins a search of the rest
    assert "".join(text[p.start : p.end] for p in read(text)) == text
