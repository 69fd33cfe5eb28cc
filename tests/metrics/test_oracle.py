from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.candidates.inverse import InverseLexicon
from despin.metrics.alignment import comparison_tokens, word_changes
from despin.metrics.oracle import reachable_changes

TINY = InverseLexicon([("a", "b", 0.5), ("a", "c d", 0.2), ("b c", "a", 0.9), ("d", "d a", 0.3)])


def told(spun: str, original: str, lexicon: InverseLexicon) -> list[str]:
    return [" ".join(c.words) for c in sorted(reachable_changes(spun, comparison_tokens(original), lexicon))]


@pytest.mark.parametrize(
    ("spun", "original", "expected"),
    [
        ("his loss of life", "his death", ["death"]),
        ("his loss of life", "his departure", []),
        # Not only the likeliest option counts, and capitals are copied before it is compared.
        ("Quickly he went", "Fast he went", ["Fast"]),
        # Part of a longer candidate is looked up as what it is part of.
        ("come as quickly as potential", "come as soon as possible", ["soon", "possible"]),
        ("come as quickly as potential", "come as fast as potential", []),
        # Neighbours that the alignment joins to one change are found together, or not at all.
        ("loss of life quickly", "death soon", ["death soon"]),
        ("loss of life quickly", "death today", []),
        # Nothing but what is needed is counted.
        ("they purchase bread", "they purchase cake", []),
        ("they purchase bread", "they purchase bread", []),
        ("", "", []),
        # Growth and shrinking before a place do not lose it.
        ("new his loss of life and a decrease home", "his death and a quite lower house", ["death"]),
        ("his loss of life and one more decrease home", "his death and one lower house", ["death"]),
        ("very his loss of life was quickly felt", "his death was soon felt", ["death", "soon"]),
        ("he doesn’t purchase it", "he isn't buying it", ["isn't", "buying"]),
    ],
)
def test_what_the_dictionary_offers(
    spun: str, original: str, expected: list[str], lexicon: InverseLexicon
) -> None:
    assert told(spun, original, lexicon) == expected


def test_half_of_an_option_may_be_right() -> None:
    lexicon = InverseLexicon([("on the NIH", "at the nih", 1.0)])
    assert told("cuts on the NIH now", "cuts at the NIH now", lexicon) == ["at"]


@given(st.lists(st.sampled_from("abcd"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_only_needed_changes_are_offered(spun: list[str], original: list[str]) -> None:
    assert reachable_changes(" ".join(spun), original, TINY) <= set(word_changes(spun, original))


@given(st.lists(st.sampled_from(["x", "a", "b c", "d"]), max_size=8), st.data())
def test_all_that_the_dictionary_undoes_is_offered(parts: list[str], data: st.DataObject) -> None:
    # The figures between the parts are met once each, so that the alignment cannot go astray.
    may_be = {"x": ["x"], "a": ["b", "c d"], "b c": ["a"], "d": ["d a"]}
    spun = [w for n, part in enumerate(parts) for w in [*part.split(), f"1{n}", f"2{n}"]]
    chosen = [data.draw(st.sampled_from(may_be[part])) for part in parts]
    original = [w for n, part in enumerate(chosen) for w in [*part.split(), f"1{n}", f"2{n}"]]
    assert reachable_changes(" ".join(spun), original, TINY) == set(word_changes(spun, original))
