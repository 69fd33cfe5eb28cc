"""Pairs: what stood at a place before spinning, and examples that hang on seed and number alone."""

from __future__ import annotations

import random
from itertools import islice
from typing import Any, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from despin.infer import Edit
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.segmentation import segment_text
from despin.infer.text.tokens import is_word
from despin.train import Entry, SpinConfig, Spinner
from despin.train.data.corpora import Corpora
from despin.train.data.examples import (
    Example,
    ExampleMaker,
    SpunSpan,
    original_at,
    spans_between,
    spun_spans,
)
from despin.train.recipe import PairsConfig
from despin.train.spin.spinner import SpinnerMix

ENTRIES = [
    Entry("house", "home", "N", "observed", 1),
    Entry("lower house", "decrease home", "N", "observed", 1),
    Entry("death", "loss of life", "N", "observed", 1),
    Entry("as soon as possible", "asap", "R", "observed", 1),
    Entry("didn't", "did not", "V", "observed", 1),
]
SPINNER = Spinner(SpinConfig(coverage={"observed": 0.8}, occurrence=0.9), entries=ENTRIES)
LEXICON = InverseLexicon((e.spun, e.original, 0.9) for e in ENTRIES)
WORD = st.sampled_from(
    [
        "house",
        "House",
        "lower house",
        "death",
        "as soon as possible",
        "didn’t",
        "home",
        "loss of life",
        "soon",
        ",",
        "é",
    ]
)
TEXT = st.lists(st.tuples(WORD, st.sampled_from([" ", " ", "  ", ". Then ", "\n", ""])), max_size=20).map(
    lambda parts: "".join(w + s for w, s in parts)
)
DOCUMENTS = [
    "The lower house voted on Monday. Officials didn't say more.\nThe house will meet as soon as possible.",
    "After the death of a man, “workers didn’t go home”, said the house of unions.\nLoss of life was feared.",
    "Nothing here is known to the dictionary, only plain words that stay as they are.",
]


class Fixed:
    """Corpora of a few documents."""

    def draw(self, rng: random.Random) -> str:
        return DOCUMENTS[int(rng.random() * len(DOCUMENTS))]


def maker(seed: int = 0, **values: Any) -> ExampleMaker:
    """A maker that draws from DOCUMENTS."""
    return ExampleMaker(
        cast(Corpora, Fixed()), SpinnerMix([(SPINNER, 1.0)]), LEXICON, PairsConfig(**values), seed
    )


def plain(text: str, spans: list[SpunSpan], limit: int, **values: Any) -> list[Example]:
    """The examples of a spun text, with nothing hidden or added unless told."""
    config: dict[str, Any] = {"hidden_hints": 0.0, "open_slots": 0.0, **values}
    return list(maker(**config).examples(text, spans, random.Random(0), limit))


def what_stood(clean: str, edits: list[Edit], start: int, end: int) -> str | None:
    """What stood at ``start:end`` of the spun text, character by character; None across an edit's border."""
    origin: list[tuple[str, int]] = []  # for each spun character, the clean text that it stands for
    last = 0
    for n, edit in enumerate(edits):
        origin += [(c, -1) for c in clean[last : edit.start]]
        origin += [(edit.source if k == 0 else "", n) for k in range(len(edit.replacement))]
        last = edit.end
    origin += [(c, -1) for c in clean[last:]]
    for border in (start, end):
        if 0 < border < len(origin) and origin[border - 1][1] == origin[border][1] != -1:
            return None
    return "".join(text for text, _ in origin[start:end])


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99))
def test_spans_are_the_edits_seen_from_the_spun_side(text: str, seed: int) -> None:
    spun = SPINNER.spin(text, seed)
    spans = spun_spans(spun.edits)
    assert [(spun.text[s.start : s.end], s.original) for s in spans] == [
        (e.replacement, e.source) for e in spun.edits
    ]
    assert original_at(spun.text, spans, 0, len(spun.text)) == text


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99), st.data())
def test_what_stood_at_any_place(text: str, seed: int, data: st.DataObject) -> None:
    spun = SPINNER.spin(text, seed)
    spans = spun_spans(spun.edits)
    start = data.draw(st.integers(0, len(spun.text)))
    end = data.draw(st.integers(start, len(spun.text)))
    assume(start < end)
    assert original_at(spun.text, spans, start, end) == what_stood(text, spun.edits, start, end)


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99), st.integers(1, 12))
def test_segments_put_together_are_the_clean_text(text: str, seed: int, limit: int) -> None:
    spun = SPINNER.spin(text, seed)
    spans = spun_spans(spun.edits)
    parts = [
        (s.start, s.end, original_at(spun.text, spans, s.start, s.end))
        for s in segment_text(spun.text, limit)
    ]
    assume(all(original is not None for _, _, original in parts))
    assert "".join(original or "" for _, _, original in parts) == text


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99), st.integers(1, 12))
def test_an_example_knows_its_original_unless_an_edit_was_cut(text: str, seed: int, limit: int) -> None:
    spun = SPINNER.spin(text, seed)
    for example in plain(spun.text, spun_spans(spun.edits), limit):
        start, end = example.segment.start, example.segment.end
        assert example.spun == spun.text[start:end]
        stood = what_stood(text, spun.edits, start, end)
        if stood is not None:
            assert example.original == stood


def test_a_cut_substitution_costs_only_itself() -> None:
    clean = "the house and the house after death"
    spun = Spinner(SpinConfig(coverage={}, occurrence=1.0), entries=ENTRIES[:3]).spin(clean)
    assert spun.text == "the home and the home after loss of life"
    first, _ = plain(spun.text, spun_spans(spun.edits), 8)
    assert first.spun == "the home and the home after loss of "
    assert first.original.startswith("the house and the house after ")


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), max_size=8),
    st.integers(0, 50),
    st.integers(1, 20),
)
def test_spans_between_two_places(gaps: list[tuple[int, int]], start: int, length: int) -> None:
    spans, at = [], 0
    for gap, size in gaps:
        spans.append(SpunSpan(at + gap, at + gap + size, "x"))
        at += gap + size
    end = start + length
    assert list(spans_between(spans, start, end)) == [s for s in spans if s.start < end and s.end > start]


@settings(max_examples=40)
@given(TEXT, st.integers(0, 99), st.integers(4, 40))
def test_answers_are_what_stood_in_each_slot(text: str, seed: int, limit: int) -> None:
    spun = SPINNER.spin(text, seed)
    for example in plain(spun.text, spun_spans(spun.edits), limit):
        answers = example.answers()
        assert len(answers) == len(example.slots)
        for (_, slot), answered in zip(example.slots, answers):
            assert spun.text[slot.start : slot.end] == slot.source
            stood = what_stood(text, spun.edits, slot.start, slot.end)
            assert answered == (None if stood in (None, slot.source) else stood)


def test_natural_forms_are_kept_and_replaced_ones_answered() -> None:
    text = "decrease home and home"
    spans = [SpunSpan(0, 13, "Lower house")]
    (example,) = plain(text, spans, 64)
    assert [slot.source for _, slot in example.slots] == ["decrease home", "home"]
    assert example.answers() == ["Lower house", None]


def test_a_substitution_that_crosses_a_slot_is_kept() -> None:
    # "decrease home" is one slot, yet only "home an" was put in.
    (example,) = plain("decrease home an", [SpunSpan(9, 16, "house")], 64)
    assert [slot.source for _, slot in example.slots] == ["decrease home"]
    assert example.answers() == [None]


def test_segments_without_words_make_no_example() -> None:
    assert [e.spun for e in plain("house\n\n***\n, .\nhome", [], 64)] == ["house\n\n", "home"]


@pytest.mark.parametrize(("share", "hidden"), [(0.0, 0), (1.0, 1)])
def test_hints_are_hidden_but_the_slot_stays(share: float, hidden: int) -> None:
    for example in plain("home decrease home loss of life", [], 64, hidden_hints=share):
        assert [slot.source for _, slot in example.slots] == ["home", "decrease home", "loss of life"]
        assert all((slot.hints == ()) == bool(hidden) for _, slot in example.slots)


def test_words_without_an_entry_are_opened_in_order() -> None:
    (example,) = plain("An odd home it is, 12 naïve cats.", [], 64, open_slots=1.0)
    assert [slot.source for _, slot in example.slots] == ["odd", "home", "naïve", "cats"]
    assert [c.start for c, _ in example.slots] == [1, 2, 7, 8]
    assert [bool(slot.hints) for _, slot in example.slots] == [False, True, False, False]
    assert example.answers() == [None] * 4


@pytest.mark.parametrize("number", range(12))
def test_a_document_hangs_on_seed_and_number_alone(number: int) -> None:
    one, other = maker(7), maker(7)
    for n in range(number):
        list(other.document(n))
    assert list(one.document(number)) == list(other.document(number))


def test_documents_and_seeds_differ() -> None:
    def shown(seed: int, clean: float) -> list[str]:
        return [e.spun for n in range(10) for e in maker(seed, clean=clean).document(n)]

    for clean in (0.0, 1.0):
        assert shown(0, clean) == shown(0, clean) != shown(1, clean)
    spun = {e.spun for n in range(60) for e in maker(clean=0.0, words=(64, 64)).document(n)}
    assert len(spun) > 6  # each pass over the same three documents sees them spun anew


def test_examples_undo_to_the_documents() -> None:
    lines = {straighten_quotes(line) for document in DOCUMENTS for line in document.split("\n")}
    for number in range(40):
        for example in maker(words=(64, 64)).document(number):
            assert straighten_quotes(example.original.rstrip("\n")) in lines


@pytest.mark.parametrize(("clean", "spun"), [(1.0, False), (0.0, True)])
def test_a_share_of_documents_stays_clean(clean: float, spun: bool) -> None:
    made = [e for n in range(30) for e in maker(clean=clean).document(n)]
    assert any(e.spun != e.original for e in made) == spun
    assert any(a is not None for e in made for a in e.answers()) == spun


def test_limits_are_drawn_between_both_ends() -> None:
    longest = set()
    for number in range(60):
        sizes = [len(e.segment.tokens) for e in maker(words=(3, 5)).document(number)]
        longest.add(max(sizes))
    assert longest == {3, 4, 5}


def test_spinners_are_drawn_by_document() -> None:
    shouting = Spinner(
        SpinConfig(coverage={}, occurrence=1.0), entries=[Entry("house", "barn", "N", "observed", 1)]
    )
    mixed = ExampleMaker(
        cast(Corpora, Fixed()), SpinnerMix([(SPINNER, 1.0), (shouting, 1.0)]), LEXICON, PairsConfig(clean=0.0)
    )
    texts = [" ".join(e.spun for e in mixed.document(n)) for n in range(40)]
    assert any("barn" in t for t in texts) and any("home" in t and "barn" not in t for t in texts)


def test_quotes_are_made_straight_in_some_documents() -> None:
    drawn = [e.original for n in range(200) for e in islice(maker(clean=1.0).document(n), 1)]
    workers = [t for t in drawn if "workers" in t]
    straight = [t for t in workers if "’" not in t]
    assert straight and len(straight) < len(workers) / 2
    assert all("“" not in t for t in straight)


@settings(max_examples=40)
@given(TEXT)
def test_every_example_holds_a_word(text: str) -> None:
    for example in plain(text, [], 5):
        assert any(is_word(t.text) for t in example.segment.tokens)


class Drawn:
    """Corpora that give a plain text or a tempting one, as the random numbers say."""

    plain = "The river rose for three days and then fell again."
    tempting = "At home there was loss of life; the home did not open, and home is home."

    def draw(self, rng: random.Random) -> str:
        return self.tempting if rng.random() < 0.3 else self.plain


@pytest.mark.parametrize(("among", "least", "most"), [(1, 0.2, 0.4), (5, 0.75, 0.92)])
def test_clean_text_is_the_most_tempting_of_those_drawn(among: int, least: float, most: float) -> None:
    config = PairsConfig(clean=1.0, clean_among=among)
    maker = ExampleMaker(cast(Corpora, Drawn()), SpinnerMix([(SPINNER, 1.0)]), LEXICON, config)
    texts = [next(maker.document(n)).text for n in range(300)]
    assert least < texts.count(Drawn.tempting) / 300 < most  # 0.3 and 1 - 0.7 ** 5


def test_noise_reaches_the_examples_and_is_answered_with_what_stood_there() -> None:
    entries = [
        Entry("house", "home", "N", "observed", 1),
        Entry("dwelling", "home", "N", "observed", 1),
        Entry("dwelling", "abode", "N", "observed", 1),
    ]
    spinner = Spinner(SpinConfig(coverage={"observed": 1.0}, occurrence=1.0), entries=entries)
    lexicon = InverseLexicon([("home", "house", 0.5), ("abode", "dwelling", 0.9)])

    class House:
        def draw(self, rng: random.Random) -> str:
            return "The house was sold. " * 5

    config = PairsConfig(clean=0.0, noise=1.0, hidden_hints=0.0, open_slots=0.0)
    maker = ExampleMaker(cast(Corpora, House()), SpinnerMix([(spinner, 1.0)]), lexicon, config)
    example = next(maker.document(0))
    assert "abode" in example.spun and "home" not in example.spun
    assert set(example.answers()) == {"house"}
    assert {hint for _, slot in example.slots for hint in slot.hints} == {"dwelling"}
