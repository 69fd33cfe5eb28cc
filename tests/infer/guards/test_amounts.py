"""Amounts by value, written in digits or in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.guards.amounts import parse_amounts, same_amounts


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
    ],
)
def test_which_amounts_are_equal(source: str, replacement: str, same: bool) -> None:
    assert same_amounts(source, replacement) is same is same_amounts(replacement, source)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_are_the_same_amount_only_if_equal(a: int, b: int) -> None:
    assert same_amounts(f"the {a:,} homes", f"{b} houses") == (a == b)


@given(st.text("0123456789.,/ adehmnorstuy'", max_size=12))
def test_any_figure_can_be_parsed(wording: str) -> None:
    assert same_amounts(wording, wording)
