"""Queries: runs of words, their chances, their spread and their addresses."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from despin.errors import ConfigError
from despin.infer.candidates.inverse import Origins
from despin.infer.candidates.slots import Slot
from despin.infer.correction import Correction
from despin.infer.decision.decide import SlotPosterior
from despin.infer.text.edits import Edit, apply_edits
from despin.trace.queries import (
    Query,
    QueryModel,
    check_template,
    choose_queries,
    phrase,
    query_model,
    restored_words,
    runs,
    word_bits,
)

SOURCE = "The decrease home of Port Averley met on Monday. It purchased ten Swedish ferries in that year."


def correction(*edits: tuple[str, str, float]) -> Correction:
    made = [Edit(SOURCE.index(a), SOURCE.index(a) + len(a), a, b, c) for a, b, c in edits]
    return Correction(apply_edits(SOURCE, made), made, 0.9, [])


def posterior(wording: str, keep: float) -> SlotPosterior:
    start = SOURCE.index(wording)
    slot = Slot(start, start + len(wording), wording, ("x",), Origins(("x",), (0.5,)))
    return SlotPosterior(slot, [keep, 1 - keep], [0.0, 0.0], [keep, 1 - keep])


@pytest.fixture
def words() -> list:  # type: ignore[type-arg]
    slots = [posterior("decrease home", 0.1), posterior("met", 0.7), posterior("purchased", 0.5)]
    edits = [("decrease home", "lower house", 0.9), ("purchased", "bought", 0.8)]
    return restored_words(correction(*edits), slots)


def test_the_words_of_the_restored_text(words: list) -> None:  # type: ignore[type-arg]
    text = correction(("decrease home", "lower house", 0.9), ("purchased", "bought", 0.8)).text
    assert [word.text for word in words[:4]] == ["The", "lower", "house", "of"]
    assert all(text[word.start : word.end] == word.text for word in words)
    known = {
        word.text: (round(math.exp(word.log_chance), 2), word.is_edited) for word in words if word.slot >= 0
    }
    assert known == {"lower": (0.9, True), "house": (0.9, True), "met": (0.7, False), "bought": (0.8, True)}
    assert words[1].slot == words[2].slot
    assert [word.text for word in words if word.opens] == ["The", "It"]


def test_runs_stay_in_a_sentence_and_count_a_slot_once(words: list) -> None:  # type: ignore[type-arg]
    found = {(run.first, run.end): run.features for run in runs(words)}
    assert all(5 <= end - first <= 10 for first, end in found)
    assert not any(first < 9 < end for first, end in found)  # "It" is word 9
    edited, kept, slots, free, names = found[1, 8]
    assert (edited, kept, slots) == (pytest.approx(math.log(0.9)), pytest.approx(math.log(0.7)), 2)
    assert (free, names) == (2, 2)


def test_the_surer_and_rarer_run_comes_first(words: list) -> None:  # type: ignore[type-arg]
    text = correction(("decrease home", "lower house", 0.9), ("purchased", "bought", 0.8)).text
    model = QueryModel([3.0, 3.0, 0.0, 0.0, 0.0, 2.0])
    queries = choose_queries(text, words, lambda word: 16.0 if word in ("port", "averley") else 4.0, model)
    assert "Port Averley" in queries[0].text
    assert all(text[query.start : query.end] == query.text for query in queries)
    spans = sorted((query.start, query.end) for query in queries)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert len(choose_queries(text, words, lambda word: 4.0, model, count=1)) == 1


def test_a_text_of_few_words_has_no_query() -> None:
    assert choose_queries("One two.", restored_words(Correction("One two.", [], 0.1, []), []), len) == []


def test_the_model_that_ships() -> None:
    model = query_model()
    sure, doubtful = model.chance((0.0, 0.0, 0, 6, 1)), model.chance((-0.5, -0.5, 2, 4, 1))
    assert 0.7 < sure < 1 and doubtful < sure - 0.2


def test_phrases_and_addresses() -> None:
    assert phrase('said “now”\nand "then"') == "said now and then"
    query = Query("struck a sandbar & sank", 0, 5, 0.9, 60.0)
    address = query.url("https://search.example/?q={query}&x=1")
    assert address == "https://search.example/?q=%22struck%20a%20sandbar%20%26%20sank%22&x=1"
    assert query.to_dict()["query"] == '"struck a sandbar & sank"' and "url" not in query.to_dict()


@pytest.mark.parametrize("template", ["", "https://search.example/", "javascript:{query}", "{query}"])
def test_addresses_that_are_refused(template: str) -> None:
    with pytest.raises(ConfigError, match="must start with https"):
        check_template(template)


def test_the_information_of_words() -> None:
    bits = word_bits({"the": 64, "ferry": 1}.get, 1024)  # type: ignore[arg-type]
    assert (bits("the"), bits("ferry"), bits("unknown")) == (4.0, 10.0, 18.0)


def test_no_phrase_is_asked_for_twice() -> None:
    text = "It purchased ten Swedish ferries. " * 9
    words = restored_words(Correction(text, [], 0.0, []), [])
    found = choose_queries(text, words, lambda word: 12.0)
    assert [query.text for query in found] == ["It purchased ten Swedish ferries"]


def test_a_phrase_has_nothing_that_is_not_seen() -> None:
    assert (
        phrase("the\u00a0har\u00adbour\u202e mas\x1bter\u2028“of”\nAverley\x00")
        == "the harbour master of Averley"
    )
