"""Quantities that no figure states: which wordings are alike, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.guards.quantities import is_garbled_selection, same_quantities


@pytest.mark.parametrize(
    ("source", "replacement"),
    [
        ("at least one", "one"),
        ("at least", "at most"),
        ("up to 40", "40"),
        ("more than ten", "ten"),
        ("more than", "less than"),
        ("no more than", "no less than"),
        ("nearly all", "all"),
        ("over 200", "under 200"),
        ("over 200", "about 200"),
        ("a maximum of", "a minimum of"),
        ("as much as", "as little as"),
        ("for a few years", "for many years"),
        ("few", "many"),
        ("few", "a few"),
        ("most of the", "all of the"),
        ("many of the", "most of the"),
        ("some of", "all of"),
        ("every other", "any other"),
        ("each", "any"),
        ("everyone", "someone"),
        ("no doubt", "little doubt"),
        ("either", "both"),
        ("always", "often"),
        ("sometimes", "always"),
        ("rarely", "often"),
        ("optimum", "maximum"),
        ("minimum", "maximum"),
        ("the maximum", "the usual"),
        ("one of the best", "the best"),
    ],
)
def test_what_differs_either_way(source: str, replacement: str) -> None:
    differs = not same_quantities(source, replacement)
    assert differs
    if source != "either":  # the dictionary has "both" for "either"
        assert not same_quantities(replacement, source)


@pytest.mark.parametrize(
    ("source", "replacement"),
    [
        ("at the least", "at least"),
        ("no less than", "at least"),
        ("a minimum of", "at least"),
        ("as much as", "up to"),
        ("greater than", "more than"),
        ("extra than", "more than"),
        ("lower than", "fewer than"),
        ("practically all", "nearly all"),
        ("two to at least one", "two to one"),
        ("multiple", "more than one"),
        ("brought about", "caused"),
        ("a number of", "several"),
        ("numerous", "a number of"),
        ("several", "numerous"),
        ("quite a few", "numerous"),
        ("a lot of", "a number of"),
        ("a few of the", "some of the"),
        ("a couple of years", "a few years"),
        ("previous couple of years", "last few years"),
        ("the primary few", "the first few"),
        ("each", "every"),
        ("every", "each"),
        ("Each", "Both"),
        ("both", "either"),
        ("on either side", "on both sides"),
        ("the entire", "all the"),
        ("every little thing", "everything"),
        ("the whole lot", "everything"),
        ("all the time", "always"),
        ("after all", "of course"),
        ("in all probability", "most likely"),
        ("in any other case", "otherwise"),
        ("something", "anything"),
        ("there are not any", "there are no"),
        ("with none", "without any"),
        ("one another", "each other"),
        ("another", "any other"),
        ("most of", "maximum of"),
        ("minimal", "minimum"),
        ("the most important", "the largest"),
        ("one of many", "one of the"),
        ("one of the vital", "one of the most"),
        ("probably the most", "one of the most"),
        ("among the", "some of the"),
        ("usually", "often"),
        ("not often", "rarely"),
    ],
)
def test_what_the_dictionary_writes_for_another(source: str, replacement: str) -> None:
    assert same_quantities(source, replacement)


@pytest.mark.parametrize(
    ("source", "replacement"),
    [("over", "about"), ("up to", "to"), ("under", "over"), ("about", "exactly"), ("near", "about")],
)
def test_a_number_behind_makes_a_bound(source: str, replacement: str) -> None:
    assert same_quantities(source, replacement)
    assert not same_quantities(source, replacement, counted=True)


@pytest.mark.parametrize(
    ("source", "text", "garbled"),
    [
        ("one of the best", "one of the best entry within", True),
        ("one of the best", "one of the best combating sport I've played", True),
        ("one of the best", "one of the best schools in the state", False),
        ("one of the best", "one of the best", False),
        ("Many of the", "Many of the discount was", True),
        ("Many of the", "Many of the people were", False),
        ("the best", "the best entry", False),
    ],
)
def test_a_single_thing_is_no_selection(source: str, text: str, garbled: bool) -> None:
    assert is_garbled_selection(source, text, len(source)) is garbled


BIT = st.sampled_from(
    ["at least", "few", "a", "every", "both", "each", "one of", "the best", "over", "12", "maximum"]
)


@given(st.lists(BIT, max_size=6).map(" ".join), st.booleans())
def test_a_wording_is_like_itself(wording: str, counted: bool) -> None:
    assert same_quantities(wording, wording, counted)
