"""Subtitles: only what is spoken is prose, and sentences go on over cues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.formats.subtitles import read_subtitles
from despin.infer.text.pieces import Kind, check_pieces

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>Officers stated it final yr,</i>
and the decrease

2
00:00:03,600 --> 00:00:05,000 X1:40 X2:600
{\\an8}<i>home</i> handed the invoice.

3
00:00:06,000 --> 00:00:08,000
- Who stated it?
- The officers &amp; teams.

4
00:00:08,500 --> 00:00:09,000
It was the final
"""
VTT = """WEBVTT - final yr
Kind: captions

STYLE
::cue(.final-yr) { color: home }

NOTE the final yr
of the decrease home

intro
00:01.000 --> 00:03.000 align:start line:0%
<v Officers>It was the <00:02.000><c>final</c>

00:03.000 --> 00:05.000
yr of the decrease home
"""


def shown(text: str) -> str:
    """The document as it is read."""
    pieces = read_subtitles(text)
    check_pieces(text, pieces)
    return "".join(text[p.start : p.end] if p.shown is None else p.shown for p in pieces)


def test_subrip_is_read_as_sentences() -> None:
    assert shown(SRT).split("\n") == [
        "",
        "Officers stated it final yr, and the decrease home handed the invoice.",
        "- Who stated it?",
        "- The officers & teams.",
        "It was the final",
        "",
    ]


def test_webvtt_is_read_as_sentences() -> None:
    assert shown(VTT) == "\nIt was the final yr of the decrease home\n"


def test_a_cue_that_goes_on_is_parted_by_one_break() -> None:
    pieces = read_subtitles(SRT)
    middle = next(p for p in pieces if p.kind is Kind.BREAK and "-->" in SRT[p.start : p.end])
    assert SRT[middle.start : middle.end].startswith("\n\n2\n") and middle.shown == " "
    assert SRT[middle.start : middle.end].endswith("<i>")
    after = next(p for p in pieces if p.start == middle.end)
    assert after.kind is Kind.PROSE and SRT[after.start : after.end] == "home"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\nfinal\n2\n00:00:02,000 --> 00:00:03,000\nyr\n", "\nfinal yr\n"),
        ("1\r\n00:00:01,000 --> 00:00:02,000\r\nfinal\r\nyr\r\n", "\nfinal yr\n"),
        ("1\n00:00:01,000 --> 00:00:02,000\nfinal\n\nyr\n", "\nfinal yr\n"),
        ("1\n00:00:01,000 --> 00:00:02,000\n12\n", "\n12\n"),
        ("1\n0:00:01.00 --> 0:00:02.00\nfinal.”\n\n2\n0:00:02.0 --> 0:00:03.0\nyr", "\nfinal.”\nyr"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nNOTE this final\nyr\n", "\nNOTE this final yr\n"),
        ("1\n00:00:01 --> 00:00:02\nfinal\n\n2\n00:02:03:400 --> 00:02:04:500\nyr", "\nfinal yr"),
        ("", ""),
        ("no cue at all", "\n"),
    ],
)
def test_variants(text: str, expected: str) -> None:
    assert shown(text) == expected


PARTS = [
    "1\n",
    "\n",
    "\r\n",
    "00:00:01,000 --> 00:00:02,000",
    "<i>",
    "</i>",
    "{\\an8}",
    "WEBVTT",
    "NOTE ",
    "a",
]
PARTS += ["Final yr. ", "- ", "&amp;", " ", "<", "{", "&", "\ufeff", "STYLE\n"]


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join) | st.text(max_size=30))
def test_pieces_cover_any_text(text: str) -> None:
    check_pieces(text, read_subtitles(text))
