"""A spun text as wordings with probabilities."""

from __future__ import annotations

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.correction import Correction
from despin.infer.text.edits import Edit
from despin.trace.query import UNEDITED_KEEP, Wording, plain_query, trace_query

ROWS = [("decrease home", "lower house", 0.9), ("home", "house", 0.5), ("swiftly", "quickly", 0.8)]


@pytest.fixture
def rows() -> InverseLexicon:
    return InverseLexicon(ROWS)


def wordings_of(correction: Correction, lexicon: InverseLexicon) -> dict[tuple[int, int, str], float]:
    query = trace_query(correction, lexicon)
    assert list(query.wordings) == sorted(query.wordings)
    return {(w.start, w.end, " ".join(w.terms)): w.probability for w in query.wordings}


def test_a_plain_text_stands_for_itself() -> None:
    query = plain_query("Target’s “2,300” stores, no more")
    assert list(query.words) == ["target", "2", "300", "stores", "no", "more"] or "'s" not in query.words
    assert all(w.probability == 1.0 for w in query.wordings)
    assert query.term_weights()["stores"] == 1.0


def test_words_that_no_row_knows_are_certain(rows: InverseLexicon) -> None:
    found = wordings_of(Correction("Averley voted swiftly", [], 0.0, []), rows)
    assert found[0, 1, "averley"] == found[1, 2, "voted"] == 1.0
    assert found[2, 3, "swiftly"] == UNEDITED_KEEP
    assert 0 < found[2, 3, "quickly"] < 0.5


def test_an_edit_weighs_by_its_confidence_and_its_alternatives(rows: InverseLexicon) -> None:
    edit = Edit(4, 17, "decrease home", "lower house", 0.8, (("decrease home", 0.15), ("lower home", 0.05)))
    found = wordings_of(Correction("The lower house voted", [edit], 1.0, []), rows)
    assert found[1, 3, "lower house"] > 0.6 > found[1, 2, "decrease"] == pytest.approx(0.15)
    assert found[1, 3, "lower home"] < 0.1
    assert found[2, 3, "house"] < found[1, 3, "lower house"]
    assert found[0, 1, "the"] == found[3, 4, "voted"] == 1.0


def test_pairs_join_wordings_that_may_follow_each_other(rows: InverseLexicon) -> None:
    edit = Edit(4, 17, "decrease home", "lower house", 0.8, (("decrease home", 0.2),))
    query = trace_query(Correction("The lower house voted", [edit], 1.0, []), rows)
    pairs = query.pair_weights()
    assert pairs["lower_house"] > 0.6 and pairs["the_lower"] > 0.6 and pairs["house_voted"] > 0.6
    assert pairs["decrease_home"] == pytest.approx(0.04)  # as if the words were kept one by one
    assert "the_house" not in pairs and "lower_voted" not in pairs
    assert plain_query("one").pair_weights() == {}


def test_an_edit_over_an_article_and_a_hyphen_finds_its_words(rows: InverseLexicon) -> None:
    edit = Edit(0, 11, "An e-letter", "A note", 0.7)
    found = wordings_of(Correction("A note came", [edit], 1.0, []), rows)
    assert (0, 3, "a note") in found
    assert found[1, 2, "e"] == pytest.approx(0.3)


def test_a_text_without_words_is_an_empty_query(rows: InverseLexicon) -> None:
    assert trace_query(Correction("…!", [], 0.0, []), rows).wordings == []
    assert Wording(0, 1, ("a",), 1.0) in trace_query(Correction("a!", [], 0.0, []), rows).wordings
