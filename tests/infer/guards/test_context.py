"""What the guards read off a text: where sentences start, names, headlines, measures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.guards.context import LONGEST_HEADLINE, GuardContext, first_names

FILLER = "and so it went on until the end of the day "


def at(text: str, word: str) -> int:
    """The offset of the last occurrence of a word."""
    return text.rindex(word)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Home", True),
        ("It rained. Home", True),
        ("It rained! Home", True),
        ("It rained.” Home", True),
        ("It rained.\nHome", True),
        ("A heading\nHome", True),
        ("\n\nHome", True),
        ("- Home", True),
        ("He said “Home", True),
        ("the White Home", False),
        ("the U.S. Home", False),
        ("Mr. Home", False),
        ("J. Home", False),
        (FILLER + "with the White\nHome", False),
        (FILLER + "with the White\n\nHome", True),
    ],
)
def test_where_a_sentence_starts(text: str, starts: bool) -> None:
    assert GuardContext.of(text).starts_sentence(at(text, "Home")) is starts


def test_a_sentence_starts_where_the_text_says_however_long_it_is() -> None:
    text = FILLER * 40 + "at the White Home"
    context = GuardContext.of(text)
    assert not context.starts_sentence(at(text, "Home"))
    assert not GuardContext.of(text + "\n" + text).starts_sentence(at(text, "Home"))


@pytest.mark.parametrize(
    "text",
    [
        "Nora Lively left",
        "Mr. Lively left",
        "Dr Lively left",
        "President Lively left",
        "NORA LIVELY LEFT".replace("LIVELY", "Lively"),
        "Nora Q. Lively left",
        "Walter van Lively left",
        "Grant Lively left",
        "by J. Lively",
        "Nora\nLively left",
        "Nora Lively left. Later Lively came back",
        "Nora Lively left. Lively came back",
        "Nora Lively Wins the Big Race",
    ],
)
def test_what_stands_behind_a_first_name_or_a_title_is_a_surname(text: str) -> None:
    assert GuardContext.of(text).is_surname(at(text, "Lively"), "Lively")


@pytest.mark.parametrize(
    "text",
    [
        "The Lively left",
        "San Jose Lively",
        "Judge Lively Wins Big Race",
        "the U.S. Lively",
        "vitamin C. Lively people",
        "Nora. Then Lively",
        "Nora Lively left. It was lively. Lively people stayed",
        "the president Lively",
    ],
)
def test_what_is_no_surname(text: str) -> None:
    assert not GuardContext.of(text).is_surname(at(text, "Lively"), "Lively")


def test_names_of_the_part_before_are_known() -> None:
    first = GuardContext.of("Nora Lively left. ")
    second = "Later Lively came back"
    assert GuardContext.of(second, before=first).is_surname(6, "Lively")
    assert not GuardContext.of(second).is_surname(6, "Lively")


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("White Home Backs New Finances", True),
        ("White Home backs the new finances of the town", False),
        ("White Home", False),
        ("They Met President Home.", False),
        ("White Home Meets Steady Corp.", True),
        ("It rained.\nWhite Home Backs New Finances\nIt rained.", True),
        ("White Home Backs New Finances " * (LONGEST_HEADLINE // 15), False),
    ],
)
def test_headlines(text: str, headline: bool) -> None:
    assert GuardContext.of(text).is_headline(at(text, "Home")) is headline


@pytest.mark.parametrize(
    ("text", "neighbour"),
    [
        ("aboard the Lady Corrigan", True),
        ("aboard the Corrigan Lady", True),
        ("aboard the Lady Harbour", False),
        ("aboard the CBS Lady", False),
        ("the corrigan sails; the Lady Corrigan", False),
        ("Corrigan. Lady", False),
    ],
)
def test_a_name_is_what_no_dictionary_has(text: str, neighbour: bool) -> None:
    start = at(text, "Lady")
    context = GuardContext.of(text, lambda word: word == "harbour")
    assert context.names_neighbour(start, start + 4) is neighbour


@pytest.mark.parametrize(
    ("text", "measured"),
    [("12 pounds", True), ("12-pounds", True), ("ten pounds", True), ("several pounds", True),
     ("he pounds", False), ("pounds", False)],
)  # fmt: skip
def test_a_number_makes_a_measure(text: str, measured: bool) -> None:
    assert GuardContext.of(text).is_measured(at(text, "pounds")) is measured


@given(st.text("aA .,\n“-’é\u00adM", max_size=60), st.data())
def test_any_text_can_be_read_at_any_place(text: str, data: st.DataObject) -> None:
    context = GuardContext.of(text)
    offset = data.draw(st.integers(0, len(text)))
    word, start = context.word_before(offset)
    assert text[start : start + len(word)] == word
    context.starts_sentence(offset)
    context.is_headline(offset)
    context.is_surname(offset, "Home")
    context.names_neighbour(offset, offset)


def test_first_names_are_words_in_lower_case() -> None:
    names = first_names()
    assert len(names) > 1500 and all(name.isalpha() and name.islower() for name in names)
    assert names["nora"] is False and names["grant"] is True
    assert not names.keys() & {"virginia", "georgia", "will", "may"}
