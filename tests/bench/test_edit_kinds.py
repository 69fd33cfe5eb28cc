"""Kinds of changes, and that the counts by kind are those of the scores."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.bench.edit_kinds import KINDS, KindCounts, Kinds, by_kind, kinds_table
from despin.metrics.alignment import comparison_tokens, word_changes
from despin.metrics.edit_scores import score_text
from despin.train.spin.dictionary import Entry

ENTRIES = [
    Entry("said", "mentioned", "VERB", "observed", 1),
    Entry("house", "home", "NOUN", "observed", 1),
    Entry("house", "home", "VERB", "observed", 1),
    Entry("house", "dwelling", "NOUN", "observed", 1),
    Entry("lower", "decrease", "ADJ", "observed", 1),
    Entry("soon", "quickly", "ADV", "observed", 1),
    Entry("death", "loss of life", "PHRASE", "observed", 1),
]
LINE = st.lists(st.sampled_from(["the", "home", "house", "3", "Home", "said", ",", "x y"]), max_size=8)


@pytest.mark.parametrize(
    ("spun", "original", "kind"),
    [
        ("he mentioned so", "he said so", "verb"),
        ("the home met", "the house met", "noun"),
        ("a decrease rate", "a lower rate", "adjective or adverb"),
        ("he left quickly", "he left soon", "adjective or adverb"),
        ("it was via him", "it was by him", "function word"),
        ("at White Home now", "at White House now", "name or title"),
        ("Home left", "House left", "noun"),
        ("a loss of life here", "a death here", "phrase"),
        ("the 3rd one", "the third one", "number"),
        ("he left , then", "he left ; then", "other"),
        ("a blorp here", "a glomp here", "other"),
        ("it is is so", "it is so", "function word"),
    ],
)
def test_what_kind_a_change_is(spun: str, original: str, kind: str) -> None:
    source = comparison_tokens(spun)
    (change,) = word_changes(source, comparison_tokens(original))
    assert Kinds(ENTRIES).of(source, change) == kind


@settings(max_examples=60)
@given(LINE, LINE, LINE)
def test_counts_by_kind_add_up_to_the_scores(spun: list[str], got: list[str], wanted: list[str]) -> None:
    texts = (" ".join(spun), " ".join(got), " ".join(wanted))
    found = by_kind(*texts, Kinds(ENTRIES))
    whole = sum(found.values(), KindCounts())
    counts = score_text(*texts)
    assert (whole.correct, whole.proposed, whole.gold) == (counts.correct, counts.proposed, counts.gold)


def test_the_table_has_a_row_a_kind() -> None:
    counts = by_kind("the home mentioned it", "the house mentioned it", "the house said it", Kinds(ENTRIES))
    lines = kinds_table({"despin": counts}).splitlines()
    assert len(lines) == len(KINDS) + 2
    assert "| noun | 1 | 1.000 / 1.000 |" in lines and "| verb | 1 | – / 0.000 |" in lines
