"""Abstracts with tortured phrases: replacement, hold-out, outcomes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from despin.bench.tortured import (
    PhraseResult,
    TorturedCase,
    is_held_out,
    judge,
    read_abstracts,
    result_row,
    term_table,
    torture,
    tortured_cases,
    without_held_out,
)
from despin.infer import Edit
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.phrases import PhraseTable, phrase_key
from despin.infer.text.articles import article_agrees, article_before
from despin.infer.text.edits import apply_edits
from despin.infer.text.tokens import tokenize
from despin.train.spin.dictionary import load_entries

TABLE = PhraseTable(
    {
        "random forest": ("random forest", ["irregular woodland"]),
        "learning": ("learning", ["getting to know"]),
        "deep learning": ("deep learning", ["profound learning"]),
        "error rate": ("error rate", ["blunder rate"]),
    }
)
ORIGINAL = "Deep learning beats a random forest. An error rate of 4% follows."
TORTURED = "Profound learning beats an irregular woodland. A blunder rate of 4% follows."


@pytest.fixture
def case() -> TorturedCase:
    """A text with three terms, two of them after an article."""
    return torture("x", ORIGINAL, TABLE, random.Random(0))


def edit(source: str, replacement: str) -> Edit:
    start = TORTURED.index(source)
    return Edit(start, start + len(source), source, replacement)


def test_terms_are_replaced_with_case_and_article(case: TorturedCase) -> None:
    assert case.text == TORTURED == apply_edits(ORIGINAL, case.edits)
    assert case.terms == ["deep learning", "random forest", "error rate"]
    assert [e.source for e in case.edits] == ["Deep learning", "a random forest", "An error rate"]


def test_each_phrase_has_its_outcome(case: TorturedCase) -> None:
    edits = [
        edit("Profound", "Deep"),
        edit("an irregular woodland", "a random forest"),
        edit("rate", "ratio"),
    ]
    assert judge(case, edits) == [
        PhraseResult("deep learning", "restored", None),
        PhraseResult("random forest", "restored", True),
        PhraseResult("error rate", "changed", None),
    ]
    assert {result.outcome for result in judge(case, [])} == {"left alone"}


def test_an_article_that_disagrees_is_wrong_and_the_term_restored(case: TorturedCase) -> None:
    (_, forest, rate) = judge(case, [edit("irregular woodland", "random forest")])
    assert forest == PhraseResult("random forest", "restored", False)
    assert rate.outcome == "left alone"


def test_an_edit_beyond_the_phrase_is_compared_as_a_whole(case: TorturedCase) -> None:
    wide = edit("beats an irregular woodland", "beats a random forest")
    assert judge(case, [wide])[1] == PhraseResult("random forest", "restored", True)
    wrong = replace(wide, replacement="pulses a random forest")
    assert judge(case, [wrong])[1].outcome == "changed"


def test_an_edit_of_the_words_before_does_not_count(case: TorturedCase) -> None:
    before = edit("beats an", "defeats a")
    assert judge(case, [before])[1] == PhraseResult("random forest", "left alone", None)
    after = edit("irregular woodland", "random forest")
    assert judge(case, [before, after])[1] == PhraseResult("random forest", "restored", True)


def test_the_row_counts_outcomes_and_articles(case: TorturedCase) -> None:
    results = judge(case, [edit("irregular woodland", "random forest"), edit("blunder", "mistake")])
    assert result_row("seen", results) == ["seen", "3", "1", "0.333", "1", "1", "0 of 1"]
    assert result_row("none", []) == ["none", "0", "0", "–", "0", "0", "0 of 0"]


def test_terms_with_the_same_last_word_are_on_one_side() -> None:
    sides: dict[str, set[bool]] = {}
    phrases = [entry.original for entry in load_entries("tortured")]
    for term in phrases:
        sides.setdefault(term.lower().split()[-1], set()).add(is_held_out(term))
    assert all(len(side) == 1 for word, side in sides.items() if word.isalpha())
    assert is_held_out("Neural Networks") == is_held_out("social network")
    assert 0.28 < sum(map(is_held_out, phrases)) / len(phrases) < 0.39


def test_only_listed_rows_of_held_out_terms_are_dropped() -> None:
    assert is_held_out("deep learning") and not is_held_out("random forest")
    rows = [
        ("profound learning", "deep learning", 0.9),
        ("profound learning", "deep study", 0.1),  # not a row of the list
        ("irregular woodland", "random forest", 0.9),
        ("home learning", "house learning", 0.5),  # held out, but not a row of the list
    ]
    reduced, dropped = without_held_out(InverseLexicon(rows))
    assert dropped == 1
    assert reduced.forms == InverseLexicon(rows[1:]).forms


def test_the_abstracts_have_enough_terms_on_both_sides() -> None:
    cases = tortured_cases()
    assert len(cases) == 16 and len({case.id for case in cases}) == 16
    for case in cases:
        assert 9 <= len(set(case.terms)) <= 14, case.id
        assert 90 <= len(case.original.split()) <= 130, case.id
    terms = {term for case in cases for term in case.terms}
    assert len(terms) >= 120
    assert 0.2 < sum(map(is_held_out, terms)) / len(terms) < 0.5
    assert tortured_cases() == cases
    assert [case.text for case in tortured_cases(1)] != [case.text for case in cases]


def test_articles_agree_before_and_after() -> None:
    articles = []
    for case in tortured_cases():
        for text in (case.original, case.text):
            for token in tokenize(text):
                article = article_before(text, token.start)
                articles.append(article)
                following = text[token.start : token.start + 20]
                assert article is None or article_agrees(article.strip().lower(), following), following
    assert sum(article is not None for article in articles) > 100
    changed = [e for case in tortured_cases() for e in case.edits if e.source.split()[0].lower() == "a"]
    assert any(e.replacement.split()[0].lower() == "an" for e in changed)


def test_the_abstracts_have_no_tortured_phrase() -> None:
    table = term_table()
    phrases = [
        (spun, spun)
        for entry in load_entries("tortured")
        if (found := table.get(entry.original)) is not None
        for spun in found[1]
    ]
    tortured = PhraseTable(phrases)
    for id, text in read_abstracts().items():
        assert [value for *_, value in tortured.find(text, tokenize(text))] == [], id
    assert all(len(phrase_key(spun)) > 1 for spun, _ in phrases)
