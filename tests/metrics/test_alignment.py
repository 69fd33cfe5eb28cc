from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.quotes import straighten_quotes
from despin.metrics.alignment import Change, comparison_tokens, paired_lines, word_changes


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("a b c", "a b c", []),
        ("", "", []),
        # A run of as many words is as many changes.
        ("the decrease home met", "the lower house met", [(1, 2, "lower"), (2, 3, "house")]),
        # Any other run is one change.
        ("his loss of life came", "his death came", [(1, 4, "death")]),
        ("he can not go", "he cannot go", [(1, 3, "cannot")]),
        ("it went nicely", "it went very well", [(2, 3, "very well")]),
        # Runs with a word between them stay apart.
        ("a x b y c", "a u b v c", [(1, 2, "u"), (3, 4, "v")]),
        # Insertion and deletion, at the ends too.
        ("a b", "x a b", [(0, 0, "x")]),
        ("a b", "a b x", [(2, 2, "x")]),
        ("a b c", "a c", [(1, 2, "")]),
        ("", "a b", [(0, 0, "a b")]),
        ("a b", "", [(0, 2, "")]),
        # Capitals count.
        ("Us", "US", [(0, 1, "US")]),
    ],
)
def test_changes(source: str, target: str, expected: list[tuple[int, int, str]]) -> None:
    wanted = [Change(start, end, tuple(new.split())) for start, end, new in expected]
    assert word_changes(source.split(), target.split()) == wanted


words_of = st.lists(st.sampled_from("abc"), max_size=12)


@given(words_of, words_of)
def test_changes_lead_from_source_to_target(source: list[str], target: list[str]) -> None:
    made: list[str] = []
    last = 0
    for change in word_changes(source, target):
        made += [*source[last : change.start], *change.words]
        last = change.end
    assert made + source[last:] == target


@given(words_of, words_of)
def test_changes_are_in_order_and_each_changes_something(source: list[str], target: list[str]) -> None:
    last = 0
    for change in word_changes(source, target):
        assert last <= change.start <= change.end
        assert tuple(source[change.start : change.end]) != change.words
        last = change.end


def test_quotes_and_spaces_make_no_difference() -> None:
    assert comparison_tokens("“It’s  here,”\tshe said") == comparison_tokens('"It\'s here," she said')
    assert comparison_tokens("It's here.") == ["It", "'s", "here", "."]


@given(st.text())
def test_straightening_moves_nothing(text: str) -> None:
    straight = straighten_quotes(text)
    assert len(straight) == len(text)
    assert all(a == b or a in "‘’“”" for a, b in zip(text, straight))


def test_lines_stand_together_only_where_all_texts_have_as_many() -> None:
    assert paired_lines("a\nb", "c\nd") == [("a", "c"), ("b", "d")]
    assert paired_lines("a\nb", "c d", "e\nf") == [("a\nb", "c d", "e\nf")]
