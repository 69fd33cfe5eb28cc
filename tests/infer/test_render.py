"""Diff and JSON output: both texts can be recovered from the diff, and JSON holds every field."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer import Correction, Edit, apply_edits
from despin.infer.correction import Passage
from despin.infer.render import GREEN, RED, RESET, as_html, as_json, diff, file_as_json, percent, shade
from despin.infer.text.edits import Refused

PLAIN = st.text(st.characters(exclude_characters="[]{}\x1b"), max_size=6)
PARTS = st.lists(st.tuples(PLAIN, PLAIN, PLAIN), max_size=5)


def text_and_edits(parts: list[tuple[str, str, str]]) -> tuple[str, list[Edit]]:
    """A text and edits in it, from (unchanged, source, replacement) triples."""
    text, edits = "", []
    for unchanged, source, replacement in parts:
        text += unchanged
        edits.append(Edit(len(text), len(text) + len(source), source, replacement, 0.5))
        text += source
    return text + "\r\n", edits


def test_edits_are_shown_inline() -> None:
    edits = [Edit(3, 11, "decrease", "lower"), Edit(12, 16, "home", "house")]
    assert diff("of decrease home\n", edits) == "of [-decrease-]{+lower+} [-home-]{+house+}\n"
    assert diff("as it was\r\n", []) == "as it was\r\n"


@settings(max_examples=50)
@given(PARTS)
def test_both_texts_can_be_recovered_from_the_diff(parts: list[tuple[str, str, str]]) -> None:
    text, edits = text_and_edits(parts)
    marked = diff(text, edits)
    assert re.sub(r"\[-(.*?)-\]\{\+(.*?)\+\}", r"\1", marked, flags=re.DOTALL) == text
    assert re.sub(r"\[-(.*?)-\]\{\+(.*?)\+\}", r"\2", marked, flags=re.DOTALL) == apply_edits(text, edits)


@settings(max_examples=50)
@given(PARTS)
def test_colours_and_marks_show_the_same_edits(parts: list[tuple[str, str, str]]) -> None:
    text, edits = text_and_edits(parts)
    coloured = diff(text, edits, color=True)
    assert coloured.count(RESET) == 2 * len(edits)
    pattern = re.escape(RED) + "(.*?)" + re.escape(RESET) + re.escape(GREEN) + "(.*?)" + re.escape(RESET)
    assert re.sub(pattern, r"[-\1-]{+\2+}", coloured, flags=re.DOTALL) == diff(text, edits)


@settings(max_examples=50)
@given(PARTS, st.text(max_size=10), st.integers(0, 9))
def test_json_is_one_line_and_holds_everything(
    parts: list[tuple[str, str, str]], path: str, start: int
) -> None:
    text, edits = text_and_edits(parts)
    correction = Correction(
        apply_edits(text, edits), edits, 0.25, [Refused(Edit(0, 2, "10", "11"), "figures", "why")]
    )
    line = file_as_json(path, [(start, correction)])
    assert "\n" not in line and "\r" not in line
    values = json.loads(line)
    assert list(values) == [
        *["path", "start", "text", "edits", "refused", "score", "verdict", "passages", "unanswered"]
    ]
    assert (values["path"], values["start"], values["text"]) == (path, 0, correction.text)
    assert values["score"] == 0.25
    for item, edit in zip(values["edits"], edits, strict=True):
        assert Edit(**{**item, "start": item["start"] - start, "end": item["end"] - start}) == edit
    (refused,) = values["refused"]
    assert (refused["guard"], refused["reason"], refused["source"]) == ("figures", "why", "10")


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ("clean clean", "clean"),
        ("clean unsure clean", "unsure"),
        ("unsure spun clean", "spun"),
        ("spun", "spun"),
    ],
)
def test_the_blocks_of_a_file_are_one_object(verdicts: str, verdict: str) -> None:
    blocks, start = [], 1
    for number, each in enumerate(verdicts.split()):
        edits = [Edit(0, 4, "home", "house", 0.8)] if each == "spun" else []
        passages = [Passage(0, 4, 0.9)] if each == "spun" else []
        text = "house" if each == "spun" else "home"
        blocks.append((start, Correction(text, edits, number / 10, [], each, passages)))  # type: ignore[arg-type]
        start += 4
    values = json.loads(file_as_json("a", blocks, "\ufeff"))
    assert values["verdict"] == verdict and values["score"] == (len(blocks) - 1) / 10
    source = "\ufeff" + "home" * len(blocks)
    edits = [Edit(**item) for item in values["edits"]]
    assert apply_edits(source, edits) == values["text"]
    assert [p["start"] for p in values["passages"]] == [e.start for e in edits]


def test_alternatives_are_part_of_the_json() -> None:
    edit = Edit(0, 4, "home", "house", 0.8, (("home", 0.15), ("homes", 0.05)))
    (item,) = json.loads(as_json("-", Correction("house", [edit], 0.5, [])))["edits"]
    assert item["alternatives"] == [
        {"wording": "home", "confidence": 0.15},
        {"wording": "homes", "confidence": 0.05},
    ]


def test_json_does_not_escape_letters() -> None:
    assert "café 漢" in as_json("-", Correction("café 漢", [], 0.0, []))


@settings(max_examples=50)
@given(PARTS)
def test_both_texts_can_be_recovered_from_the_html(parts: list[tuple[str, str, str]]) -> None:
    text, edits = text_and_edits(parts)
    marked = as_html(text, edits)
    body = re.sub(r"^<div [^>]*>|</div>$|</?span[^>]*>", "", marked)
    before = re.sub(r"<del [^>]*>(.*?)</del> <ins .*?</ins>", r"\1", body, flags=re.DOTALL)
    after = re.sub(r"<del .*?</del> <ins [^>]*>(.*?)</ins>", r"\1", body, flags=re.DOTALL)
    assert html.unescape(before) == text and html.unescape(after) == apply_edits(text, edits)


def test_a_surer_edit_has_a_deeper_shade() -> None:
    assert [shade(c) for c in (0.0, 0.05, 0.1, 0.55, 0.999, 1.0)] == [0, 0, 1, 5, 9, 9]
    shades = []
    for confidence in (0.2, 0.5, 0.9):
        fragment = as_html("home", [Edit(0, 4, "home", "house", confidence)])
        shades += [int(found) for found in re.findall(r"/ (\d+)%\)", fragment)]
    assert shades == sorted(set(shades)) and len(shades) == 3


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0"),
        (0.004, "under 1"),
        (0.005, "1"),
        (0.855, "86"),
        (0.994, "99"),
        (0.9951, "over 99"),
        (1, "100"),
    ],
)
def test_no_percentage_is_rounded_to_certainty(share: float, shown: str) -> None:
    assert percent(share) == f"{shown}\u00a0%"
