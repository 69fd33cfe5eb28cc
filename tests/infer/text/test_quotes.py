"""Straight quotation marks: which characters are mapped, and that offsets stay the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.quotes import straighten_apostrophes, straighten_quotes

TEXT = st.text(st.one_of(st.characters(), st.sampled_from("'\"‘’“”")), max_size=40)


def test_curly_quotation_marks_become_straight() -> None:
    assert straighten_quotes("‘a’ “b” 'c'") == "'a' \"b\" 'c'"
    assert straighten_apostrophes("‘a’ “b” didn’t") == "‘a' “b” didn't"


@settings(max_examples=50)
@given(TEXT)
def test_only_quotation_marks_change_and_offsets_stay(text: str) -> None:
    straight = straighten_quotes(text)
    assert len(straight) == len(text) and not set(straight) & set("‘’“”")
    assert all(a == b or a in "‘’“”" for a, b in zip(text, straight))
    assert straighten_quotes(straighten_apostrophes(text)) == straight
