"""Edits found in the view, placed in the document: what stands between the words is kept."""

from __future__ import annotations

import random
import re

import pytest

from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.pieces import Kind, Piece
from despin.infer.text.placement import place_edit
from despin.infer.text.view import View

_PART = re.compile(
    r"(?P<m><[^>]*>)|(?P<c>&\w+;)|(?P<b>[ ]*\n(?:>[ ])?)|(?P<h>\u00ad)|[^<&\n\u00ad]+", re.VERBOSE
)
_CHARACTERS = {"&eacute;": "é", "&nbsp;": "\u00a0"}


def view_of(text: str) -> View:
    """A view of a small language: tags, two entities, soft line breaks with quotation marks, soft hyphens."""
    pieces = []
    for match in _PART.finditer(text):
        if match["m"]:
            shown = " " if match["m"] == "<br>" else ""
            pieces.append(Piece(*match.span(), Kind.MARKUP, shown))
        elif match["c"]:
            pieces.append(Piece(*match.span(), Kind.CHARACTER, _CHARACTERS[match["c"]]))
        elif match["b"]:
            pieces.append(Piece(*match.span(), Kind.BREAK, " "))
        elif match["h"]:
            pieces.append(Piece(*match.span(), Kind.HIDDEN, ""))
        else:
            pieces.append(Piece(*match.span(), Kind.PROSE))
    return View(text, pieces)


def placed(text: str, source: str, replacement: str) -> str | None:
    view = view_of(text)
    start = view.text.index(source)
    edit = place_edit(view, Edit(start, start + len(source), source, replacement))
    return None if edit is None else apply_edits(text, [edit])


@pytest.mark.parametrize(
    ("text", "source", "replacement", "expected"),
    [
        ("the final yr was", "final yr", "last year", "the last year was"),
        # line breaks
        ("the loss of\nlife toll", "loss of life", "death", "the death\ntoll"),
        ("the loss of\nlife.", "loss of life", "death", "the\ndeath."),
        ("the loss of\n> life toll", "loss of life", "death", "the death\n> toll"),
        ("the final\nyr was", "final yr", "last year", "the last\nyear was"),
        ("a get\ntogether of all", "get together", "big social meeting", "a big social\nmeeting of all"),
        ("loss of\nlife.", "loss of life", "death", None),
        # mark-up
        ("a <b>decrease</b> home", "decrease home", "lower house", "a <b>lower</b> house"),
        ("a <b>decrease home</b>.", "decrease home", "lower house", "a <b>lower house</b>."),
        ("the loss of <b>life toll</b>", "loss of life", "death", "the <b>death toll</b>"),
        ("the loss of <b>life</b> toll", "loss of life", "death", "the <b>death</b> toll"),
        ("the <a>loss of</a> life toll", "loss of life", "death", "the <a>death</a> toll"),
        ("the <a>loss</a> <b>of</b> life", "loss of life", "death", None),
        ("the <a>loss</a> of <b>life</b> x", "loss of life", "sad death", None),
        ("<b>the loss</b> of life x", "loss of life", "death", "<b>the death</b> x"),
        ("final<br>yr", "final yr", "last year", "last<br>year"),
        # inside a word
        ("the down<b>town</b> plan", "downtown", "central", None),
        ("<b>O</b>fficers said", "Officers", "Officials", "<b>O</b>fficials said"),
        ("offi\u00adcers said", "officers", "officials", "officials said"),
        ("re<b>s</b>um\u00aded", "resumed", "went on", None),
        # entities and spaces of a kind
        ("the pr&eacute;cis yr", "précis", "summary", "the summary yr"),
        ("final&nbsp;yr was", "final\u00a0yr", "last year", "last&nbsp;year was"),
        ("the final\u00a0yr was", "final\u00a0yr", "last year", "the last\u00a0year was"),
        ("the final\u2009yr of it", "final\u2009yr of", "last year", "the last\u2009year it"),
        ("final\t yr of it", "final\t yr", "last year", "last\t year of it"),
        ("final \ryr of it", "final \ryr", "last year", "last \ryear of it"),
        ("final\x0c yr of it", "final\x0c yr", "last year", "last\x0c year of it"),
        ("final yr\u2028of it", "final yr", "last year", "last year\u2028of it"),
        ("final\u2028yr of it", "final\u2028yr", "last year", "last\u2028year of it"),
    ],
)
def test_the_replacement_stands_where_the_words_stood(
    text: str, source: str, replacement: str, expected: str | None
) -> None:
    assert placed(text, source, replacement) == expected


def test_nothing_but_words_is_ever_lost() -> None:
    """Whatever the text and the number of words: tags in order and balanced runs, line breaks, words."""
    rng = random.Random(5)
    count = 0
    for _ in range(4000):
        words = [f"w{i}" for i in range(rng.randint(2, 7))]
        text = words[0] + "".join(
            rng.choice([" ", " ", " ", "\n", "\n> ", " <b>", "</b> ", "\u00ad", "<br>"]) + w
            for w in words[1:]
        )
        view = view_of(text)
        shown = view.text.split(" ")
        first = rng.randrange(len(shown))
        last = rng.randrange(first, len(shown))
        source = " ".join(shown[first : last + 1])
        start = len(" ".join(shown[:first])) + (first > 0)
        replacement = " ".join("r" * rng.randint(1, 3) for _ in range(rng.randint(1, 4)))
        edit = place_edit(view, Edit(start, start + len(source), source, replacement))
        if edit is None:
            continue
        count += 1
        out = apply_edits(text, [edit])
        after = view_of(out)
        assert re.findall(r"<[^>]*>", out) == re.findall(r"<[^>]*>", text)
        assert out.count("\n") == text.count("\n") and out.count(">") == text.count(">")
        assert after.text.split() == [*shown[:first], *replacement.split(), *shown[last + 1 :]]
        assert not re.search(r"<b>\s*</b>", out) or re.search(r"<b>\s*</b>", text)
    assert count > 2000
