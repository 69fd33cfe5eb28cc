"""Terms and pairs of a text."""

from __future__ import annotations

from despin.trace.terms import MAX_LENGTH, pairs, term_spans, terms


def test_terms_and_their_spans_agree() -> None:
    text = "Target’s 2,300 stores_now: İstanbul, ΣΑΣ, e-mail Straße"
    found = terms(text)
    assert found[:6] == ["target", "s", "2", "300", "stores", "now"]
    spans = list(term_spans(text))
    assert [text[start:end].lower() for start, end in spans] == found
    assert terms("… —") == terms("") == []


def test_pairs_are_neighbours() -> None:
    assert pairs(["a", "b", "c"]) == ["a_b", "b_c"]
    assert pairs(["a", "x" * MAX_LENGTH, "b", "c"]) == ["b_c"]
    assert pairs(["a"]) == pairs([]) == []
