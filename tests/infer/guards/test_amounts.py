"""Amounts by value, written in digits or in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.guards.amounts import Change, amount_change, parse_amounts, same_amounts


@pytest.mark.parametrize(
    ("wording", "amounts"),
    [
        ("1,000 homes", [1000]),
        ("$1.5 million", [Fraction(3, 2), 10**6]),
        ("1/4", [Fraction(1, 4)]),
        ("1 / 4", [Fraction(1, 4)]),
        ("twenty-sixth", [26]),
        ("ninety five homes", [95]),
        ("3rd", [3]),
        ("12 months", []),
        ("hundreds of homes", []),
        ("1000's of homes", []),
        ("once upon a second", []),
        ("1/0", [1]),
        ("", []),
    ],
)
def test_amounts_of_a_wording(wording: str, amounts: list[Fraction | int]) -> None:
    assert parse_amounts(wording) == amounts


@pytest.mark.parametrize(
    ("source", "replacement", "same"),
    [
        ("12 months", "a year", True),
        ("12 months", "two years", False),
        ("10 years", "a decade", True),
        ("1st", "first", True),
        ("2nd", "first", False),
        ("1 / 4", "quarter", True),
        ("four", "4", True),
        ("five", "4", False),
        ("20 years in the past", "20 years ago", True),
        ("1,000", "1000", True),
        ("1.5", "15", False),
        ("home", "house", True),
        ("second", "moment", True),
        ("24 hours", "standard", False),
        ("24 hours", "a day", True),
        ("ten years", "decades", False),
        ("thirty years", "three decades", True),
        ("two weeks", "a fortnight", True),
        ("half an hour", "30 minutes", True),
        ("hundreds of", "thousands of", False),
        ("tens of millions", "millions", False),
        ("tens of tens of millions", "tens of tens of millions", True),
        ("10 kilometer limit", "10 mile limit", False),
        ("kilos", "pounds", False),
        ("10 kilos", "10 pounds", False),
        ("yards", "gardens", True),
        ("dozens of", "scores of", False),
        ("the scores", "the ratings", True),
        ("a couple of", "a few", True),
        ("a couple of", "two", False),
        ("a few hundred dollars", "about a hundred dollars", False),
        ("a few hundred", "several hundred", True),
        ("5 percentage", "5 percent", True),
        ("5 percentage points", "5 percent", False),
        ("in years past", "years ago", True),
        ("a pair of", "three", False),
        ("half", "part", False),
        ("for the most half", "for the most part", True),
        ("twice", "often", False),
        ("two times", "twice", True),
        ("a quarter of", "a lot of", False),
        ("the banking quarter", "the banking sector", True),
        ("lots of", "hundreds of", False),
        ("many years", "decades", False),
        ("10 p.c", "10 percent", True),
        ("20 %", "20 percent", True),
        ("billions of bucks", "billions of dollars", True),
        ("$5", "5 dollars", True),
        ("5 a.m.", "5 p.m.", False),
        ("12 am", "midnight", True),
        ("autumn", "fall", True),
        ("Tuesday evening", "Tuesday night", True),
        ("Tuesday evening", "Tuesday morning", False),
        ("this evening", "tonight", True),
        ("final evening", "last night", True),
        ("monthly", "every month", True),
        ("monthly", "regular", False),
        ("at the eleventh hour", "at the last minute", True),
        ("the primary time", "the first time", True),
        ("final", "third", False),
    ],
)
def test_which_amounts_are_equal(source: str, replacement: str, same: bool) -> None:
    assert same_amounts(source, replacement) is same is same_amounts(replacement, source)


@pytest.mark.parametrize(
    ("source", "replacement", "change"),
    [
        ("12 months", "a year", Change.NONE),
        ("12 months", "a month", Change.STATED),
        ("two million", "two billion", Change.STATED),
        ("kilometer", "mile", Change.STATED),
        ("hundreds", "thousands", Change.LOOSE),
        ("ten years", "decades", Change.STATED),
        ("many years", "decades", Change.LOOSE),
        ("money", "dollars", Change.LOOSE),
        ("thousands and thousands", "millions", Change.LOOSE),
    ],
)
def test_what_is_stated_and_what_is_loose(source: str, replacement: str, change: Change) -> None:
    assert amount_change(source, replacement) is change


@pytest.mark.parametrize(
    ("source", "replacement"),
    [
        ("tens of tens of millions", "tens of millions"),
        ("tons of of hundreds", "hundreds of thousands"),
        ("a whole bunch of hundreds", "hundreds of thousands"),
        ("tens of hundreds", "tens of thousands"),
    ],
)
def test_a_garbled_magnitude_states_none(source: str, replacement: str) -> None:
    assert amount_change(source, replacement) is Change.NONE
    assert amount_change(source, "12") is Change.STATED


def test_a_number_before_makes_a_unit() -> None:
    assert amount_change("pounds", "beats") is Change.NONE
    assert amount_change("pounds", "beats", measured=True) is Change.STATED
    assert amount_change("yards", "gardens", measured=True) is Change.STATED


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_are_the_same_amount_only_if_equal(a: int, b: int) -> None:
    assert same_amounts(f"the {a:,} homes", f"{b} houses") == (a == b)


@given(st.text("0123456789.,/ adehmnorstuy'", max_size=12))
def test_any_figure_can_be_parsed(wording: str) -> None:
    assert same_amounts(wording, wording)
