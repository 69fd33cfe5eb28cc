"""Capitalisation is copied, letters never change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.casing import copy_case

LOWER = st.lists(st.text("abcdefgh", min_size=2, max_size=5), min_size=1, max_size=3).map(" ".join)
ANY = st.text(max_size=20)


@pytest.mark.parametrize(
    ("source", "replacement", "cased"),
    [
        ("house", "home", "home"),
        ("House", "home", "Home"),
        ("HOUSE", "lower home", "LOWER HOME"),
        ("While", "at the same time as", "At the same time as"),
        ("Game Pass", "recreation go", "Recreation Go"),
        ("Game pass", "recreation go", "Recreation go"),
        ("GAME PASS", "recreation go", "RECREATION GO"),
        ("A", "one", "One"),
        ("I", "one more", "One more"),
        ("Loss of life", "death toll", "Death toll"),
        ("Loss of Life", "death toll", "Death Toll"),
        ("Department of Government", "the division of authorities", "The Division of Authorities"),
        ("On the other hand", "then again", "Then again"),
        ("Didn't", "did not", "Did not"),
        ("“House", "home", "Home"),
        ("U.S", "united states", "UNITED STATES"),
        ("america", "US", "US"),
        ("AMERICA", "iPhone", "iPhone"),
        ("iPhone", "phone", "phone"),
        ("3rd", "third", "third"),
        ("10", "ten", "ten"),
        ("House", "", ""),
        ("", "home", "home"),
        ("House", "3rd", "3rd"),
        ("Émile", "été", "Été"),
        ("Right Now", "at once’s", "At Once’s"),
    ],
)
def test_examples_of_copied_case(source: str, replacement: str, cased: str) -> None:
    assert copy_case(source, replacement) == cased


@settings(max_examples=50)
@given(ANY, st.text(st.characters(max_codepoint=127), max_size=20))
def test_only_case_changes(source: str, replacement: str) -> None:
    assert copy_case(source, replacement).lower() == replacement.lower()


@settings(max_examples=50)
@given(ANY, LOWER)
def test_copying_twice_changes_nothing(source: str, replacement: str) -> None:
    once = copy_case(source, replacement)
    assert copy_case(source, once) == once


@settings(max_examples=50)
@given(LOWER, LOWER)
def test_a_source_without_capitals_gives_none(source: str, replacement: str) -> None:
    assert copy_case(source, replacement) == replacement


@settings(max_examples=50)
@given(LOWER, LOWER, st.sampled_from([str.lower, str.upper, str.capitalize]))
def test_a_round_trip_restores_the_capitals(source: str, replacement: str, style: object) -> None:
    assert callable(style)
    cased = style(source)
    assert copy_case(copy_case(cased, replacement), source) == cased


@settings(max_examples=50)
@given(st.lists(st.text("abc", min_size=2, max_size=4), min_size=4, max_size=4))
def test_a_round_trip_restores_title_case_of_several_words(parts: list[str]) -> None:
    source, replacement = " ".join(parts[:2]), " ".join(parts[2:])
    assert copy_case(copy_case(source.title(), replacement), source) == source.title()
