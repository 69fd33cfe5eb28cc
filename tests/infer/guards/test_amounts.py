"""Amounts by value, told in figures or in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.guards.amounts import parse_amounts, same_amounts


@pytest.mark.parametrize(
    ("wording", "found"),
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
def test_what_a_wording_tells(wording: str, found: list[Fraction | int]) -> None:
    assert parse_amounts(wording) == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
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
    ],
)
def test_which_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_amounts(one, other) is same is same_amounts(other, one)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_figures_are_the_same_only_if_they_are_equal(one: int, other: int) -> None:
    assert same_amounts(f"the {one:,} homes", f"{other} houses") == (one == other)


@given(st.text("0123456789.,/ adehmnorstuy'", max_size=12))
def test_no_figure_breaks_it(wording: str) -> None:
    assert same_amounts(wording, wording)
