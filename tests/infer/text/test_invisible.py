"""Words are read through invisible and combining characters."""

from __future__ import annotations

import pytest

from despin.infer.text.invisible import read_invisible
from despin.infer.text.pieces import Kind, Piece, check_pieces
from despin.infer.text.view import View


def read(text: str) -> View:
    pieces = list(read_invisible(text, [Piece(0, len(text), Kind.PROSE)] if text else []))
    check_pieces(text, pieces)
    return View(text, pieces)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("play\u00adground", "playground"),
        ("fin\u200bal y\u200br", "final yr"),
        ("fi\u200dnal \u2060yr", "final yr"),
        ("\ufefffinal yr", "final yr"),
        ("\u202afinal yr\u202c", "final yr"),
        ("re\u0301sume\u0301", "résumé"),
        ("x\u0338y", "\u01c0y"),
        ("final yr", "final yr"),
    ],
)
def test_what_is_read(text: str, shown: str) -> None:
    assert read(text).text == shown


def test_spans_lie_around_what_is_invisible_inside_and_not_at_the_ends() -> None:
    view = read("\u200bfi\u00adnal\u200b yr")
    start, end = view.source_span(0, 5)
    assert view.source[start:end] == "fi\u00adnal"


def test_a_composed_letter_is_one_span() -> None:
    view = read("cafe\u0301 yr")
    assert view.source_span(3, 4) == (3, 5)
    assert view.source_span(0, 4) == (0, 5)
