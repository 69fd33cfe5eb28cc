"""Guards: what no model may do, and what a hint allows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.guard import LONGEST, refuse
from despin.infer.slots import Slot

BIT = st.sampled_from(
    ["not", "n't", "don't", "5", "50", "3rd", "home", "House", ",", "’", "no", "north", "never"]
)
WORDING = st.lists(BIT, min_size=1, max_size=10).map(" ".join)


def slot(source: str, *hints: str) -> Slot:
    """A slot that holds ``source``."""
    return Slot(0, len(source), source, hints)


@pytest.mark.parametrize(
    ("source", "replacement", "guard"),
    [
        ("home", "", "empty"),
        ("home", " ", "empty"),
        ("home", "…", "empty"),
        ("home", "house <unk>", "unknown"),
        ("home", "hou\ufffde", "unknown"),
        ("home", "hou ⁇", "unknown"),
        ("home", "Home", "same"),
        ("don't", "don’t", "same"),
        ("loss of life", "loss  of life", "same"),
        ("home", "a b c d e f g h i", "length"),
        ("home", "a b c d e f g h", None),
        ("ten", "10", "figures"),
        ("10 homes", "11 houses", "figures"),
        ("10", "ten", "figures"),
        ("3rd", "third", "figures"),
        ("3rd home", "3rd house", None),
        ("home", "not a house", "negation"),
        ("did not go", "went", "negation"),
        ("didn't go", "went", "negation"),
        ("didn’t go", "did not go", None),
        ("neither", "no", None),
        ("notion", "idea", None),
        ("north", "up", None),
        ("home", "house", None),
    ],
)
def test_what_is_refused(source: str, replacement: str, guard: str | None) -> None:
    assert refuse(slot(source), replacement) == guard


@pytest.mark.parametrize(("source", "hint"), [("ten", "10"), ("fails to", "does not"), ("no more", "gone")])
def test_a_hint_may_change_figures_and_negation(source: str, hint: str) -> None:
    assert refuse(slot(source), hint) is not None
    assert refuse(slot(source, "other", hint), hint) is None
    assert refuse(slot(source, "other"), hint) is not None


def test_a_hint_excuses_nothing_else() -> None:
    assert refuse(slot("home", "…"), "…") == "empty"
    assert refuse(slot("home", "<b>"), "<b>") == "unknown"
    assert refuse(slot("home", "Home"), "Home") == "same"
    long = " ".join("a" * (LONGEST + 1))
    assert refuse(slot("home", long), long) == "length"


@settings(max_examples=40)
@given(WORDING, WORDING)
def test_what_passes_without_a_hint_brings_no_new_figure_and_keeps_the_sense(
    source: str, replacement: str
) -> None:
    if refuse(slot(source), replacement) is None:
        assert set(re.findall(r"\d+", replacement)) <= set(re.findall(r"\d+", source))
        denies = [
            any(w in ("not", "no", "never") or "n't" in w for w in t.split()) for t in (source, replacement)
        ]
        assert denies[0] == denies[1]
        assert source.lower() != replacement.lower()


@settings(max_examples=40)
@given(WORDING, st.lists(WORDING, max_size=3))
def test_the_wording_itself_is_never_an_edit(source: str, hints: list[str]) -> None:
    assert refuse(slot(source, *hints), source) is not None
