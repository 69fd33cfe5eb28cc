"""Derivations: every word accounted for, the spinner's own edits found again, likelihoods by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from despin.infer.candidates.phrases import phrase_key
from despin.infer.text.tokens import fold, tokenize
from despin.metrics.alignment import Change
from despin.train import Entry, SpinConfig, Spinner
from despin.train.observe.derivation import (
    BAND_WIDTH,
    MIN_SKIP_PROBABILITY,
    UNKNOWN_COST,
    Derivation,
    Deriver,
    Step,
)

ALWAYS = SpinConfig(
    coverage={}, occurrence=1.0, protect_capitalised=0.0, protect_quoted=0.0, protect_bracketed=0.0,
    compounds=1.0, contractions=1.0, figures=1.0, braces=0.0, twice=0.0,
)  # fmt: skip
ENTRIES = [
    Entry("house", "home", "N", "observed", 4),
    Entry("house", "residence", "N", "observed", 1),
    Entry("home", "house", "N", "thesaurus", 1),
    Entry("lower house", "decrease home", "N", "inferred", 1),
    Entry("death", "loss of life", "N", "typical", 2),
    Entry("as soon as possible", "asap", "R", "thesaurus", 1),
    Entry("didn't", "did not", "V", "observed", 1),
    Entry("cannot", "can't", "V", "observed", 1),
    Entry("third", "3rd", "A", "observed", 1),
    Entry("US", "united states", "N", "observed", 1),
    Entry("many", "a great many", "A", "observed", 1),
    Entry("in order to", "to", "P", "observed", 1),
]
SMALL = st.text("abc", min_size=1, max_size=1)
PHRASE = st.lists(SMALL, min_size=1, max_size=3).map(" ".join)
SMALL_ENTRIES = st.lists(
    st.builds(
        Entry, PHRASE, PHRASE, st.just("X"), st.just("observed"), st.floats(0.1, 9),
        st.one_of(st.none(), st.floats(0, 1)),
    ).filter(lambda e: e.original != e.spun),
    max_size=5,
)  # fmt: skip
TEXT = st.one_of(
    st.lists(st.one_of(SMALL, st.sampled_from(["A", ".", "b’c", "\n"])), max_size=14).map(" ".join),
    st.text(max_size=20),
)
# Figures between the phrases hold the plain alignment of the two texts in place.
PHRASES = st.lists(
    st.lists(
        st.sampled_from([*(e.original for e in ENTRIES), "Death", "House", "Lower House", "CANNOT", "the"]),
        min_size=1,
        max_size=3,
    ).map(" ".join),
    max_size=8,
).map(lambda parts: " ".join(f"{part} {number}" for number, part in enumerate(parts)))


def deriver(*pairs: tuple[str, str], occurrence: float = 1.0, **rates: float) -> Deriver:
    """A deriver whose substitutions are equally likely, and made with the rate given for the original."""
    entries = [Entry(o, s, "X", "observed", 1.0, rates.get(o.replace(" ", "_"))) for o, s in pairs]
    return Deriver(Spinner(SpinConfig(coverage={}, occurrence=occurrence), entries=entries))


def kinds(derivation: Derivation) -> list[str]:
    """The kinds of the steps in order."""
    return [step.kind for step in derivation.steps]


def nats(*chances: float) -> float:
    """The cost of what happens with these probabilities, one after the other."""
    return -sum(math.log(c) for c in chances)


@settings(max_examples=40)
@given(entries=SMALL_ENTRIES, occurrence=st.floats(0, 1), original=TEXT, spun=TEXT)
def test_the_steps_cover_both_texts_without_gap_or_overlap(
    entries: list[Entry], occurrence: float, original: str, spun: str
) -> None:
    made = Deriver(Spinner(SpinConfig(occurrence=occurrence), entries=entries)).derive(original, spun)
    assert made.original == [w.text for w in tokenize(original)]
    assert made.spun == [w.text for w in tokenize(spun)]
    pairs = {(phrase_key(e.original), phrase_key(e.spun)) for e in entries}
    at = there = 0
    for kind, start, end, first, last in made.steps:
        assert (start, first) == (at, there)
        before = tuple(fold(w) for w in made.original[start:end])
        after = tuple(fold(w) for w in made.spun[first:last])
        assert {
            "copy": len(before) == 1 and before == after,
            "entry": (before, after) in pairs,
            "unknown": before != after and max(len(before), len(after)) == 1,
        }[kind]
        at, there = end, last
    assert (at, there) == (len(made.original), len(made.spun))
    assert made.cost >= 0 and made.bits == pytest.approx(made.cost / math.log(2))


@settings(max_examples=40)
@given(text=PHRASES, seed=st.integers(0, 10_000))
def test_the_spinners_own_edits_are_found_again(text: str, seed: int) -> None:
    spinner = Spinner(ALWAYS, entries=ENTRIES)
    spun = spinner.spin(text, seed)
    made = Deriver(spinner).derive(text, spun.text)
    steps = [
        (tuple(made.original[s.start : s.end]), tuple(made.spun[s.first : s.last]))
        for s in made.steps
        if s.kind != "copy"
    ]
    assert steps == [
        (tuple(w.text for w in tokenize(e.source)), tuple(w.text for w in tokenize(e.replacement)))
        for e in spun.edits
    ]
    assert "unknown" not in kinds(made)
    assert all(made.explained().values())
    assert bool(made.explained()) == bool(spun.edits)


@settings(max_examples=40)
@given(original=st.lists(SMALL, max_size=10), spun=st.lists(SMALL, max_size=10))
def test_without_a_dictionary_the_unknown_steps_are_the_word_distance(
    original: list[str], spun: list[str]
) -> None:
    made = Deriver(Spinner(entries=[])).derive(" ".join(original), " ".join(spun))
    unknown = [s for s in made.steps if s.kind == "unknown"]
    assert len(unknown) == Levenshtein.distance(original, spun)
    uneven = sum((s.end - s.start) != (s.last - s.first) for s in unknown)
    assert made.cost == pytest.approx(len(unknown) * UNKNOWN_COST + uneven)


@settings(max_examples=25)
@given(text=TEXT)
def test_words_that_the_dictionary_lacks_are_copied_for_nothing(text: str) -> None:
    made = deriver(("house", "home")).derive(text, text)
    assert made.cost == 0 and made.bits == 0 and made.explained() == {}
    assert kinds(made) == ["copy"] * len(tokenize(text))


@pytest.mark.parametrize(
    ("original", "spun", "explained"),
    [
        ("the house grew", "the home shrank", {(1, 2, "home"): True, (2, 3, "shrank"): False}),
        ("grew the house", "shrank the residence", {(0, 1, "shrank"): False, (2, 3, "residence"): True}),
        ("the house grew fast", "the home grew", {(1, 2, "home"): True, (3, 4, ""): False}),
        ("fast grew the house", "grew the home", {(0, 1, ""): False, (3, 4, "home"): True}),
        ("the house grew", "the home grew fast", {(1, 2, "home"): True, (3, 3, "fast"): False}),
        ("the house grew", "the home soon grew", {(1, 2, "home soon"): False}),
        ("the city grew", "the city soon grew", {(2, 2, "soon"): False}),
        ("the house", "the big home", {(1, 2, "big home"): False}),
        ("death came", "loss of life came", {(0, 1, "loss of life"): True}),
        ("death came", "loss of lives came", {(0, 1, "loss of lives"): False}),
        ("death came", "loss of came", {(0, 1, "loss of"): False}),
        ("the lower house", "the decrease home", {(1, 2, "decrease"): True, (2, 3, "home"): True}),
        ("he said many came", "he said a great many came", {(2, 2, "a great"): True}),
        ("came in order to see", "came to see", {(1, 3, ""): True}),
        ("He DIDN’T see", "He Did not see", {(1, 2, "Did not"): True}),
        ("Third HOUSE", "3rd RESIDENCE", {(0, 1, "3rd"): True, (1, 2, "RESIDENCE"): True}),
    ],
)
def test_a_change_is_explained_where_the_dictionary_makes_it(
    original: str, spun: str, explained: Mapping[tuple[int, int, str], bool]
) -> None:
    made = Deriver(Spinner(entries=ENTRIES)).derive(original, spun)
    assert made.explained() == {
        Change(start, end, tuple(text.split())): known for (start, end, text), known in explained.items()
    }


def test_an_added_word_is_not_explained_by_taking_the_next_one_for_it() -> None:
    made = deriver(("house", "old house")).derive("old house", "big old house")
    assert kinds(made) == ["unknown", "entry"]
    assert made.explained() == {Change(0, 0, ("big",)): False}


def test_the_likelihood_of_a_line_reckoned_by_hand() -> None:
    spinner = Spinner(
        SpinConfig(coverage={"observed": 0.8, "typical": 0.5}, occurrence=0.5),
        entries=[
            Entry("house", "home", "N", "observed", 4),
            Entry("house", "residence", "N", "observed", 1),
            Entry("death", "loss of life", "N", "typical", 1),
        ],
    )
    made = Deriver(spinner).derive("A house met death; the House", "A home met loss of life; the House")
    # Replaced with 0.8 · 0.5, by the likelier of two (2 to 1); with 0.5 · 0.5; copied with 1 - 0.8 · 0.5.
    assert made.cost == pytest.approx(nats(0.4, 2 / 3, 0.25, 0.6))
    assert made.bits == pytest.approx(math.log2(25))
    assert made.steps == [
        Step("copy", 0, 1, 0, 1),
        Step("entry", 1, 2, 1, 2),
        Step("copy", 2, 3, 2, 3),
        Step("entry", 3, 4, 3, 6),
        Step("copy", 4, 5, 6, 7),
        Step("copy", 5, 6, 7, 8),
        Step("copy", 6, 7, 8, 9),
    ]


@pytest.mark.parametrize(
    ("original", "spun", "cost"),
    [
        ("death", "loss", nats(0.4)),
        ("death", "death", nats(0.6)),
        ("death death", "death loss", nats(0.6, 0.4)),
        ("lower", "decrease", nats(0.2)),
        ("lower house", "parliament", nats(0.45)),
        # A shorter key is tried, and a word copied, once the longer key is refused.
        ("lower house", "decrease house", nats(0.55, 0.2)),
        ("lower house", "lower house", nats(0.55, 0.8)),
        ("death", "life", UNKNOWN_COST),
        ("death", "", UNKNOWN_COST + 1),
        ("", "death", UNKNOWN_COST + 1),
        ("no more", "ever less", 2 * UNKNOWN_COST),
    ],
)
def test_the_cost_of_a_step(original: str, spun: str, cost: float) -> None:
    made = deriver(
        ("death", "loss"), ("lower", "decrease"), ("lower house", "parliament"), ("no more", "ever less"),
        occurrence=0.5, death=0.8, lower=0.4, lower_house=0.9, no_more=0.0,
    )  # fmt: skip
    assert made.derive(original, spun).cost == pytest.approx(cost)


def test_a_certain_replacement_costs_nothing_and_its_absence_much() -> None:
    certain = deriver(("house", "home"), ("death", "loss"))
    assert certain.derive("house death", "home loss").cost == 0
    missed = certain.derive("house death", "house loss")
    assert missed.cost == pytest.approx(nats(MIN_SKIP_PROBABILITY)) and kinds(missed) == ["copy", "entry"]


@pytest.mark.parametrize(("rate", "kind", "cost"), [(0.9, "entry", nats(0.9)), (0.3, "copy", nats(0.7))])
def test_a_word_that_stays_may_have_been_replaced_by_itself(rate: float, kind: str, cost: float) -> None:
    made = deriver(("us", "US"), us=rate).derive("with us", "with us")
    assert kinds(made) == ["copy", kind] and made.cost == pytest.approx(cost)


@pytest.mark.parametrize(
    ("rate", "steps", "cost"),
    [
        (0.9, [Step("entry", 0, 2, 0, 2)], nats(0.9)),
        (0.1, [Step("entry", 0, 1, 0, 1), Step("entry", 1, 2, 1, 2)], nats(0.9, 0.5, 0.6)),
    ],
)
def test_the_likelier_of_two_ways_is_taken(rate: float, steps: list[Step], cost: float) -> None:
    made = deriver(
        ("lower house", "decrease home"), ("lower", "decrease"), ("house", "home"),
        lower_house=rate, lower=0.5, house=0.6,
    ).derive("lower house", "decrease home")  # fmt: skip
    assert made.steps == steps and made.cost == pytest.approx(cost)


@pytest.mark.parametrize("place", [0, 20, 40])
def test_a_long_passage_added_or_dropped_leaves_the_rest_copied(place: int) -> None:
    kept = [f"word{n}" for n in range(40)]
    more = [*kept[:place], *(f"new{n}" for n in range(2 * BAND_WIDTH)), *kept[place:]]
    made = Deriver(Spinner(entries=[]))
    for original, spun in ((kept, more), (more, kept)):
        done = made.derive(" ".join(original), " ".join(spun))
        assert kinds(done).count("copy") == 40
        assert done.cost == pytest.approx(2 * BAND_WIDTH * (UNKNOWN_COST + 1))
        assert list(done.explained().values()) == [False]


def test_empty_texts() -> None:
    made = deriver(("house", "home"))
    assert made.derive("", " \n") == Derivation([], [], [], 0.0)
    assert made.derive("", "").explained() == {} and made.derive("", "").bits == 0
    assert made.derive("a house", "").explained() == {Change(0, 2, ()): False}
    assert made.derive("", "a home").explained() == {Change(0, 0, ("a", "home")): False}


def test_an_unknown_word_beside_a_key_s_own_is_not_explained() -> None:
    made = deriver(("p", "p w")).derive("p w k", "p w x k")
    assert made.explained() == {Change(2, 2, ("x",)): False}


def test_keys_told_apart_by_capitals_alone_are_all_tried() -> None:
    made = deriver(("US", "united states"), ("us", "me"))
    assert kinds(made.derive("us", "me")) == kinds(made.derive("US", "united states")) == ["entry"]
