"""The spinner: deterministic for a seed, reverted by its edits, and without effect on protected text."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.errors import ConfigError
from despin.infer import Edit, apply_edits, revert_edits
from despin.infer.candidates.phrases import phrase_key
from despin.infer.config import read_yaml
from despin.train import Entry, SpinConfig, Spinner, load_entries
from despin.train.spin.compose import compose_edits
from despin.train.spin.spinner import SpinnerMix

ALWAYS = SpinConfig(
    coverage=dict.fromkeys(("observed", "inferred", "typical", "thesaurus"), 1.0),
    occurrence=1.0,
    protect_capitalised=0.0,
    protect_quoted=0.0,
    protect_bracketed=0.0,
    compounds=1.0,
    contractions=1.0,
    figures=1.0,
    braces=0.0,
    twice=0.0,
)
ENTRIES = [
    Entry("house", "home", "N", "observed", 4),
    Entry("house", "residence", "N", "observed", 1),
    Entry("lower house", "decrease home", "N", "inferred", 1),
    Entry("death", "loss of life", "N", "typical", 2),
    Entry("as soon as possible", "asap", "R", "thesaurus", 1),
    Entry("didn't", "did not", "V", "observed", 1),
    Entry("cannot", "can't", "V", "observed", 1),
    Entry("US", "united states", "N", "observed", 1),
]
PROTECTED = [
    "https://house.example/death",
    "www.house.com/lower",
    "@house",
    "#death",
    "a.house@death.org",
    "house.com",
]
WORD = st.sampled_from(
    ["house", "House", "HOUSE", "lower house", "Death", "as soon as possible", "didn’t", "didn't", "US",
     "us", "cannot", "1,234", "3.5%", "7th", "soon", "“", "”", '"', ".", "é", "漢", "\u2028", "(",
     "U.S.", *PROTECTED]
)  # fmt: skip
PROSE = st.lists(st.tuples(WORD, st.sampled_from([" ", " ", "  ", "\n", "\r\n", "\t"])), max_size=25).map(
    lambda parts: "".join(w + s for w, s in parts)
)
SEED = st.integers(0, 10_000)
ARTICLE = """The minister didn't say why the lower house would vote on Monday, but officials expect
a close result.

“We cannot wait,” said one of them. Prices rose by 3.5% in 2016, according to the company's own report;
workers found that many people had moved to other cities as soon as possible. See https://example.org/report.
"""
PAPER = (
    "The neural network learns from big data by deep learning; artificial intelligence needs random forests."
)
SITES = sorted((Path(__file__).parents[3] / "configs" / "spin").glob("*.yaml"))
SHARES = [f.name for f in fields(SpinConfig) if isinstance(f.default, float)]


def site(*pairs: tuple[str, str], **config: Any) -> Spinner:
    """A spinner that always replaces these pairs; ``config`` overrides settings."""
    return Spinner(replace(ALWAYS, **config), entries=[Entry(o, s, "X", "observed", 1) for o, s in pairs])


@st.composite
def edits_in(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits of ``text``, sorted and disjoint, none of them an identity."""
    part = st.tuples(st.integers(0, 3), st.integers(1, 4), st.text("ab é漢\n", max_size=4))
    edits: list[Edit] = []
    end = 0
    for gap, length, replacement in draw(st.lists(part, max_size=6)):
        start, end = end + gap, end + gap + length
        if end <= len(text) and text[start:end] != replacement:
            edits.append(Edit(start, end, text[start:end], replacement))
    return edits


@pytest.fixture(scope="module")
def small() -> Spinner:
    """A spinner with few entries and default settings, except for coverage."""
    coverage = {"observed": 0.97, "inferred": 0.9, "typical": 0.5, "thesaurus": 0.4}
    return Spinner(SpinConfig(coverage=coverage), entries=ENTRIES)


@pytest.fixture(scope="module")
def always() -> Spinner:
    """A spinner that replaces every match."""
    return Spinner(ALWAYS, entries=ENTRIES)


@pytest.fixture(scope="module")
def half() -> Spinner:
    """A spinner with every share at one half."""
    entries = [
        *ENTRIES,
        Entry("home", "abode", "N", "observed", 1),
        Entry("of life", "alive", "R", "observed", 1),
    ]
    return Spinner(SpinConfig(coverage={}, **dict.fromkeys(SHARES, 0.5)), entries=entries)


@pytest.fixture(scope="module")
def builtin() -> Spinner:
    """A spinner with the built-in dictionary."""
    return Spinner()


@settings(max_examples=40)
@given(text=st.one_of(PROSE, st.text(max_size=40)), seed=SEED)
def test_reverting_the_edits_gives_the_clean_text(small: Spinner, text: str, seed: int) -> None:
    spun = small.spin(text, seed)
    assert revert_edits(spun.text, spun.edits) == text
    assert all(e.source != e.replacement and e.confidence == 1.0 for e in spun.edits)


@settings(max_examples=40)
@given(text=PROSE, seed=SEED)
def test_a_seed_determines_the_result(small: Spinner, text: str, seed: int) -> None:
    first = small.spin(text, seed)
    small.spin(text, seed + 1)
    assert small.spin(text, seed) == Spinner(small.config, entries=ENTRIES).spin(text, seed) == first
    assert small.spin(text, str(seed)) == first


@pytest.mark.parametrize("seed", range(8))
def test_reverting_with_the_builtin_dictionary(builtin: Spinner, seed: int) -> None:
    spun = builtin.spin(ARTICLE, seed)
    assert len(spun.edits) > 10
    assert revert_edits(spun.text, spun.edits) == ARTICLE
    assert spun == builtin.spin(ARTICLE, seed)
    assert "https://example.org/report" in spun.text and "3.5%" in spun.text and "2016" in spun.text


def test_draws_are_the_same_on_every_platform(small: Spinner) -> None:
    text = "The house, the lower house and the house: death cannot come as soon as possible to the House."
    assert [small.spin(text, seed).text for seed in range(3)] == [
        "The home, the decrease home and the home: loss of life can't come asap to the Home.",
        "The home, the decrease home and the home: death cannot come as soon as possible to the Residence.",
        "The residence, the decrease home and the home: loss of life can't come as soon as possible "
        "to the Residence.",
    ]


def test_different_seeds_give_different_texts(builtin: Spinner) -> None:
    assert len({builtin.spin(ARTICLE, seed).text for seed in range(8)}) == 8


@settings(max_examples=40)
@given(text=PROSE, seed=SEED)
def test_addresses_handles_and_numbers_are_unchanged(small: Spinner, text: str, seed: int) -> None:
    spun = small.spin(text, seed).text
    pattern = "|".join(rf"(?<!\S){re.escape(u)}(?!\S)" for u in PROTECTED)
    assert re.findall(pattern, spun) == re.findall(pattern, text)
    assert re.findall(r"\d+", spun) == re.findall(r"\d+", text)


@settings(max_examples=40)
@given(text=PROSE, seed=SEED)
def test_each_edit_is_an_entry_with_the_case_of_its_source(small: Spinner, text: str, seed: int) -> None:
    pairs = {(phrase_key(e.original), phrase_key(e.spun)) for e in ENTRIES}
    for edit in small.spin(text, seed).edits:
        assert (phrase_key(edit.source), phrase_key(edit.replacement)) in pairs
        assert edit.source[0].isupper() == edit.replacement[0].isupper() or edit.source == "US"


@settings(max_examples=40)
@given(text=PROSE)
def test_line_breaks_and_tabs_are_unchanged(always: Spinner, text: str) -> None:
    spun = always.spin(text).text
    assert [c for c in spun if c in "\r\n\t"] == [c for c in text if c in "\r\n\t"]


def test_the_longest_phrase_wins(always: Spinner) -> None:
    assert always.spin("the lower house").text == "the decrease home"
    assert always.spin("as soon as Possible, LOWER HOUSE").text == "asap, DECREASE HOME"


def test_each_occurrence_draws_a_form_by_weight(always: Spinner) -> None:
    counts = Counter(always.spin("house " * 3000).text.split())
    assert set(counts) == {"home", "residence"}
    # Weights are the square roots of the counts: 2 to 1.
    assert 1850 < counts["home"] < 2150


def test_an_original_is_active_in_a_whole_document_or_not_at_all() -> None:
    spinner = Spinner(
        SpinConfig(coverage={"typical": 0.5}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=0.0),
        entries=[Entry("death", "loss", "N", "typical", 1), Entry("house", "home", "N", "typical", 1)],
    )
    seen = Counter(spinner.spin("death house death house death", seed).text for seed in range(400))
    assert set(seen) == {
        "death house death house death", "loss house loss house loss",
        "death home death home death", "loss home loss home loss",
    }  # fmt: skip
    assert all(60 < n < 140 for n in seen.values())


def test_coverage_and_occurrence_of_zero_and_one() -> None:
    def edits(coverage: float, occurrence: float) -> int:
        config = SpinConfig(coverage={"observed": coverage}, occurrence=occurrence)
        return len(Spinner(config, entries=[Entry("a", "b", "X", "observed", 1)]).spin("a " * 50, 5).edits)

    assert (edits(1, 1), edits(0, 1), edits(1, 0)) == (50, 0, 0)
    assert 15 < edits(1, 0.5) < 35


def test_coverage_is_the_highest_among_provenances() -> None:
    config = SpinConfig(coverage={"observed": 1.0, "thesaurus": 0.0}, occurrence=1.0)
    both = [Entry("a", "b", "X", "thesaurus", 100), Entry("a", "c", "X", "observed", 1)]
    assert len(Spinner(config, entries=both).spin("a " * 20).edits) == 20
    assert Spinner(config, entries=both[:1]).spin("a " * 20).edits == []


def test_coverage_defaults_to_one() -> None:
    spinner = Spinner(SpinConfig(coverage={}, occurrence=1.0), entries=[Entry("a", "b", "X", "typical", 1)])
    assert spinner.spin("a a").text == "b b"


def test_the_style_of_apostrophes_is_copied(always: Spinner) -> None:
    assert always.spin("It’s said he cannot").text == "It’s said he can’t"
    assert always.spin("It's said he cannot").text == "It's said he can't"
    assert always.spin("he cannot").text == "he can't"
    assert always.spin("he didn’t").text == "he did not"


def test_articles_are_not_repaired_by_default() -> None:
    spinner = Spinner(ALWAYS, entries=[Entry("house", "abode", "N", "observed", 1)])
    assert spinner.spin("a house").text == "a abode"


def test_an_unchanged_replacement_is_not_an_edit() -> None:
    spinner = Spinner(ALWAYS, entries=[Entry("us", "US", "X", "observed", 1)])
    assert [e.source for e in spinner.spin("US us Us").edits] == ["us", "Us"]


def test_initials_are_not_replaced() -> None:
    spinner = Spinner(
        ALWAYS, entries=[Entry("a", "one", "X", "observed", 1), Entry("u", "you", "X", "observed", 1)]
    )
    assert spinner.spin("U.S. and a.m. A. B. a").text == "U.S. and a.m. One. B. one"


def test_markup_is_not_replaced(always: Spinner) -> None:
    page = '<p class="house"><!-- death --> house `house` <code>house</code> &house; </p>'
    assert always.spin(page, 1).text in (
        page.replace(" house ", f" {form} ") for form in ("home", "residence")
    )


@pytest.mark.parametrize(("share", "protected"), [(1.0, True), (0.0, False)])
def test_protection_of_quotations(share: float, protected: bool) -> None:
    spinner = Spinner(
        SpinConfig(coverage={}, occurrence=1.0, protect_quoted=share, protect_capitalised=0.0),
        entries=[Entry("death", "loss", "N", "observed", 1)],
    )
    quoted = "death" if protected else "loss"
    text = 'Death “a death” death "a death" death “a\ndeath'
    assert spinner.spin(text).text == f'Loss “a {quoted}” loss "a {quoted}" loss “a\nloss'


@pytest.mark.parametrize(("share", "protected"), [(1.0, True), (0.0, False)])
def test_protection_of_capitalised_words(share: float, protected: bool) -> None:
    spinner = Spinner(
        SpinConfig(coverage={}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=share),
        entries=[Entry("death", "loss", "N", "observed", 1)],
    )
    name = "Death" if protected else "Loss"
    text = "Death of Death.\n“Death and Death? (Death death"
    assert spinner.spin(text).text == f"Loss of {name}.\n“Loss and {name}? (Loss loss"


def test_a_quotation_at_the_start_opens_a_sentence() -> None:
    config = SpinConfig(coverage={}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=1.0)
    spinner = Spinner(config, entries=[Entry("death", "loss", "N", "observed", 1)])
    assert spinner.spin("“Death came").text == "“Loss came"


def test_a_long_run_of_quotation_marks_is_handled() -> None:
    config = SpinConfig(coverage={}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=1.0)
    spinner = Spinner(config, entries=[Entry("death", "loss", "N", "observed", 1)])
    assert spinner.spin("a " + '"' * 5000 + "Death").text.endswith("Death")


def test_config_can_be_a_file_mapping_or_object(tmp_path: Path) -> None:
    file = tmp_path / "spin.yaml"
    file.write_text("occurrence: 0.25\ncoverage: {observed: 1}\n", encoding="utf-8")
    expected = SpinConfig(occurrence=0.25, coverage={"observed": 1.0})
    for config in (file, str(file), {"occurrence": 0.25, "coverage": {"observed": 1}}, expected):
        assert Spinner(config, entries=ENTRIES).config == expected
    assert Spinner(entries=ENTRIES).config == SpinConfig()


def test_the_dictionary_of_the_config_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "own.tsv"
    file.write_text("original\tspun\tpos\tprovenance\tweight\na\tb\tX\tobserved\t1\n", encoding="utf-8")
    spinner = Spinner({"dictionary": str(file), "coverage": {}, "occurrence": 1})
    assert spinner.spin("a house").text == "b house"
    with pytest.raises(FileNotFoundError):
        Spinner({"dictionary": str(tmp_path / "missing.tsv")})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"occurrence": 1.5}, "occurrence must be between 0 and 1, got 1.5"),
        ({"protect_quoted": -0.1}, "protect_quoted"),
        ({"protect_capitalised": 2}, "protect_capitalised"),
        ({"coverage": {"observed": 97}}, r"coverage\.observed"),
        ({"coverage": {"typical": -0.1}}, r"coverage\.typical must be between 0 and 1, got -0.1"),
        ({"occurence": 1}, "unknown setting 'occurence'"),
        ({"phrases_first": 1}, "phrases_first must be true or false, got 1"),
        ({"copy_capitals": "yes"}, "copy_capitals must be true or false, got 'yes'"),
        ({"fixed_choice": True}, "fixed_choice must be a number, got True"),
        ({"compounds": "often"}, "compounds must be a number, got 'often'"),
        ({"braces": None}, "braces must be a number, got None"),
        ({"dictionary": 3}, "dictionary must be a string, got 3"),
        ({"coverage": {"typical": "half"}}, r"coverage\.typical must be a number, got 'half'"),
        ({"coverage": ["observed"]}, "coverage must be a mapping"),
    ],
)
def test_invalid_settings_are_named(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Spinner(values, entries=ENTRIES)


@pytest.mark.parametrize("name", SHARES)
def test_every_share_must_be_between_0_and_1(name: str) -> None:
    for share in (0, 1):
        assert getattr(Spinner({name: share}, entries=ENTRIES).config, name) == share
    for invalid in (1.01, -0.01, float("nan")):
        with pytest.raises(ConfigError, match=f"^{name} must be between 0 and 1, got {invalid}"):
            Spinner({name: invalid}, entries=ENTRIES)
        with pytest.raises(ValueError, match=f"^{name} must be between 0 and 1"):
            SpinConfig(**{name: invalid})


def test_config_errors_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    for content in ("twice: 3\n", "twice: often\n", "thrice: 0.5\n", "- twice\n"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError) as failure:
            Spinner(file, entries=ENTRIES)
        assert str(failure.value).startswith(str(file))


def test_phrases_are_replaced_only_with_phrases_first() -> None:
    pairs = [("lower house", "decrease home"), ("house", "home"), ("loss of life", "death")]
    text = "The lower house and the house saw a loss of life"
    assert site(*pairs).spin(text).text == "The decrease home and the home saw a death"
    assert (
        site(*pairs, phrases_first=False).spin(text).text == "The lower home and the home saw a loss of life"
    )


def test_fixed_choice_draws_one_form_per_original_and_document() -> None:
    pairs = [("house", "home"), ("house", "abode"), ("death", "loss"), ("death", "end")]
    fixed, independent = site(*pairs, fixed_choice=1.0), site(*pairs)
    assert {fixed.spin("house death House death", seed).text for seed in range(30)} == {
        "home loss Home loss", "home end Home end", "abode loss Abode loss", "abode end Abode end",
    }  # fmt: skip
    assert len({independent.spin("house death House death", seed).text for seed in range(80)}) == 16


def test_copy_capitals() -> None:
    pairs = [("house", "home"), ("lower house", "decrease home"), ("america", "US")]
    text = "House HOUSE Lower House house America"
    assert site(*pairs).spin(text).text == "Home HOME Decrease Home home US"
    assert site(*pairs, copy_capitals=False).spin(text).text == "home home decrease home home US"


DOCUMENT_SETTINGS = [
    ("contractions", "didn't house, cannot", "did not abode, can't", "didn't abode, cannot"),
    ("figures", "third house, third", "3rd abode, 3rd", "third abode, third"),
    ("repair_articles", "a house, a house", "an abode, an abode", "a abode, a abode"),
    ("protect_bracketed", "house (house) [house]", "abode (house) [house]", "abode (abode) [abode]"),
    ("protect_quoted", "house “a house” “a house”", "abode “a house” “a house”", "abode “a abode” “a abode”"),
    ("protect_capitalised", "house House House", "abode House House", "abode Abode Abode"),
    ("twice", "house house", "dwelling dwelling", "abode abode"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "text", "on", "off"), DOCUMENT_SETTINGS, ids=[row[0] for row in DOCUMENT_SETTINGS]
)
def test_document_settings_apply_to_a_whole_document_or_not_at_all(
    setting: str, text: str, on: str, off: str
) -> None:
    def counts(share: float) -> Counter[str]:
        spinner = site(
            ("house", "abode"), ("abode", "dwelling"), ("didn't", "did not"), ("cannot", "can't"),
            ("third", "3rd"), **{setting: share},
        )  # fmt: skip
        return Counter(spinner.spin(text, seed).text for seed in range(100))

    assert counts(1.0) == {on: 100} and counts(0.0) == {off: 100}
    half = counts(0.5)
    assert set(half) == {on, off} and 30 < half[on] < 70


def test_only_closed_brackets_on_one_line_are_protected() -> None:
    spinner = site(("death", "loss"), protect_bracketed=1.0)
    assert spinner.spin("(a death) death [a death] (death\ndeath) [death").text == (
        "(a death) loss [a death] (loss\nloss) [loss"
    )
    assert spinner.spin(f"({'x' * 594} death) ({'x' * 595} death)").text.endswith(
        " death) (" + "x" * 595 + " loss)"
    )


def test_overlapping_quotations_and_brackets_are_protected() -> None:
    spinner = site(("death", "loss"), protect_bracketed=1.0, protect_quoted=1.0)
    assert spinner.spin("death “a (death” death) death (death “a) death” death").text == (
        "loss “a (death” death) loss (death “a) death” loss"
    )


def test_share_of_compounds() -> None:
    pairs = [("house", "home"), ("long-term", "lasting")]
    text = "house-hold in-house house - house house--x -house long-term very-long-term house-"
    assert site(*pairs).spin(text).text == (
        "home-hold in-home home - home home--x -house lasting very-lasting home-"  # "-house" is an option
    )
    assert site(*pairs, compounds=0.0).spin(text).text == (
        "house-hold in-house home - home home--x -house lasting very-long-term home-"
    )
    counts = Counter(site(*pairs, compounds=0.3).spin("house-x " * 1000).text.split())
    assert set(counts) == {"house-x", "home-x"} and 250 < counts["home-x"] < 350


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a house and an orange", "an abode and a pear"),
        ("A house. An orange.", "An abode. A pear."),
        ("A HOUSE, AN ORANGE", "An ABODE, A PEAR"),
        ("an old house, a new orange", "an aged abode, a fresh pear"),
        ("an new house", "a fresh abode"),
        ("a  house, a\nhouse", "an  abode, an\nabode"),
        ("data house, Indiana       house", "data abode, Indiana       abode"),
        ("a “house” a, house", "a “abode” a, abode"),
        ("a red house", "a red abode"),
    ],
)  # fmt: skip
def test_a_repaired_article_agrees_with_the_next_letter(text: str, expected: str) -> None:
    pairs = [("house", "abode"), ("orange", "pear"), ("old", "aged"), ("new", "fresh")]
    spinner = site(*pairs, repair_articles=1.0)
    spun = spinner.spin(text)
    assert spun.text == expected
    assert revert_edits(spun.text, spun.edits) == text


def test_an_article_inside_a_replacement_is_not_repaired() -> None:
    spinner = site(("such a", "so great a"), ("house", "abode"), repair_articles=1.0)
    assert spinner.spin("such a house, a house").text == "so great a abode, an abode"


def test_share_of_braces() -> None:
    pairs = [("house", "abode"), ("loss of life", "death")]
    always = site(*pairs, braces=1.0, repair_articles=1.0).spin("A House, a loss of life, a house")
    assert always.text == "An {Abode}, a {death}, an {abode}"
    counts = Counter(site(*pairs, braces=0.2).spin("house " * 1000).text.split())
    assert set(counts) == {"abode", "{abode}"} and 160 < counts["{abode}"] < 240


def test_edits_of_a_text_spun_twice_refer_to_the_clean_text() -> None:
    twice = site(("house", "home of life"), ("life", "being"), ("death", "end"), ("end", "death"), twice=1.0)
    spun = twice.spin("A house, a life, a death, an end.")
    assert spun.text == "A home of being, a being, a death, an end."
    assert spun.edits == [Edit(2, 7, "house", "home of being"), Edit(11, 15, "life", "being")]


@pytest.mark.parametrize(
    ("rate", "coverage", "replaced"),
    [(1.0, 0.0, True), (0.0, 1.0, False), (None, 1.0, True), (None, 0.0, False)],
)
def test_the_rate_of_an_entry_overrides_the_coverage(
    rate: float | None, coverage: float, replaced: bool
) -> None:
    config = replace(ALWAYS, coverage={"observed": coverage})
    spinner = Spinner(config, entries=[Entry("a", "b", "X", "observed", 1, rate)])
    assert spinner.spin("a " * 50).text == ("b " if replaced else "a ") * 50


def test_a_rate_is_a_share_of_documents() -> None:
    spinner = Spinner(ALWAYS, entries=[Entry("a", "b", "X", "observed", 1, 0.3)])
    seen = Counter(spinner.spin("a a a", seed).text for seed in range(400))
    assert set(seen) == {"a a a", "b b b"} and 90 < seen["b b b"] < 150


def test_coverage_is_the_highest_rate_or_coverage_of_an_original() -> None:
    config = replace(ALWAYS, coverage={"observed": 0.0, "typical": 1.0})
    low = Entry("a", "b", "X", "observed", 1, 0.0)
    for high in (Entry("a", "c", "X", "typical", 1), Entry("a", "c", "X", "observed", 1, 1.0)):
        for entries in ([low, high], [high, low]):
            assert set(Spinner(config, entries=entries).spin("a " * 40).text.split()) == {"b", "c"}
    assert Spinner(config, entries=[low]).spin("a " * 40).edits == []


@pytest.mark.parametrize(
    ("values", "text", "expected"),
    [
        ({}, "the lower house", "the decrease home"),
        ({"protect_capitalised": 1.0}, "the Lower house", "the Lower residence"),
        ({"compounds": 0.0}, "a loss of life-long", "a damage of life-long"),
        ({}, "the lower house.com", "the under house.com"),
        ({}, "never ever", "never always"),
        ({}, "on and on", "upon and upon"),
    ],
)
def test_a_rejected_longer_key_falls_back_to_shorter_ones(
    values: dict[str, Any], text: str, expected: str
) -> None:
    entries = [
        Entry("lower house", "decrease home", "X", "observed", 1),
        Entry("lower", "under", "X", "observed", 1),
        Entry("house", "residence", "X", "observed", 1),
        Entry("loss of life", "death", "X", "observed", 1),
        Entry("loss", "damage", "X", "observed", 1),
        Entry("never ever", "not once", "X", "observed", 1, 0.0),
        Entry("ever", "always", "X", "observed", 1),
        Entry("on and on", "without end", "X", "thesaurus", 1),
        Entry("on", "upon", "X", "observed", 1),
    ]
    config = replace(ALWAYS, coverage={"thesaurus": 0.0}, **values)
    assert Spinner(config, entries=entries).spin(text).text == expected


def test_each_matching_key_is_drawn_independently() -> None:
    spinner = site(
        ("lower house", "decrease home"), ("lower", "under"), ("house", "residence"), occurrence=0.5
    )
    seen = Counter(spinner.spin("lower house", seed).text for seed in range(800))
    # The phrase: one half. The four results of the two words: an eighth each.
    assert set(seen) == {"decrease home", "under residence", "under house", "lower residence", "lower house"}
    assert 350 < seen["decrease home"] < 450
    assert all(70 < n < 130 for text, n in seen.items() if text != "decrease home")


def test_a_mix_draws_spinners_by_weight(small: Spinner, always: Spinner) -> None:
    never = site(("house", "home"))
    mix = SpinnerMix([(small, 3.0), (never, 0.0), (always, 1.0)])
    assert [mix.draw(n / 100) for n in range(100)] == [small] * 75 + [always] * 25
    assert SpinnerMix([(never, 0.5)]).draw(0.999) is never


@settings(max_examples=40)
@given(parts=st.lists(st.tuples(st.sampled_from(["", "a ", "an ", "A "]), PROSE), max_size=4), seed=SEED)
def test_edits_can_be_applied_and_reverted_with_any_setting(
    half: Spinner, parts: list[tuple[str, str]], seed: int
) -> None:
    text = "".join(article + prose for article, prose in parts)
    spun = half.spin(text, seed)
    assert apply_edits(text, spun.edits) == spun.text
    assert revert_edits(spun.text, spun.edits) == text
    assert all(a.end <= b.start for a, b in pairwise(spun.edits))
    assert all(e.source != e.replacement for e in spun.edits)


@settings(max_examples=40)
@given(text=st.text("ab é漢\n", max_size=20), data=st.data())
def test_composed_edits_have_the_effect_of_both_passes(text: str, data: st.DataObject) -> None:
    first = data.draw(edits_in(text))
    once = apply_edits(text, first)
    second = data.draw(edits_in(once))
    both = compose_edits(text, first, second)
    assert apply_edits(text, both) == apply_edits(once, second)
    assert all(a.end <= b.start for a, b in pairwise(both))
    assert all(e.start < e.end and e.source != e.replacement for e in both)
    assert compose_edits(text, first, []) == first and compose_edits(text, [], first) == first


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ([(2, "house", "home")], [(2, "home", "hearth")], [(2, "house", "hearth")]),
        ([(2, "house", "home")], [(2, "home", "house")], []),
        ([(2, "house", "home")], [(10, "death", "loss")], [(2, "house", "home"), (11, "death", "loss")]),
        ([(11, "death", "loss")], [(2, "house", "home")], [(2, "house", "home"), (11, "death", "loss")]),
        ([(2, "house", "loss of life")], [(10, "life", "being")], [(2, "house", "loss of being")]),
        ([(2, "house", "home")], [(0, "a home of", "indoors")], [(0, "a house of", "indoors")]),
        ([(0, "a", "one"), (2, "house", "home")], [(0, "one home", "in")], [(0, "a house", "in")]),
        ([(2, "house", "ho me")], [(0, "a ho", "x"), (5, "me of", "y")], [(0, "a house of", "x y")]),
        ([(0, "a", "an")], [(2, " ", "-")], [(0, "a", "an"), (1, " ", "-")]),
        ([(2, "house ", "")], [(0, "a ", "the "), (2, "of", "in")], [
            (0, "a ", "the "), (2, "house ", ""), (8, "of", "in"),
        ]),
        ([(2, "house ", "")], [(0, "a of", "off")], [(0, "a house of", "off")]),
    ],
)  # fmt: skip
def test_overlapping_edits_of_two_passes_are_merged(
    first: list[tuple[int, str, str]], second: list[tuple[int, str, str]], both: list[tuple[int, str, str]]
) -> None:
    def edits(rows: list[tuple[int, str, str]]) -> list[Edit]:
        return [Edit(start, start + len(source), source, target) for start, source, target in rows]

    assert compose_edits("a house of death", edits(first), edits(second)) == edits(both)


@pytest.mark.parametrize("file", SITES, ids=[s.stem for s in SITES])
def test_packaged_configs(builtin: Spinner, file: Path) -> None:
    text = f"{ARTICLE}\n{PAPER}\n"
    config = Spinner(file, entries=[]).config
    entries = builtin.entries if config.dictionary == "builtin" else load_entries(config.dictionary)
    spinner = Spinner(config, entries=[e for e in entries if all(w in text for w in e.original.split())])
    results = [spinner.spin(text, seed) for seed in range(3)]
    for spun in results:
        assert len(spun.edits) >= 3
        assert revert_edits(spun.text, spun.edits) == text
        assert "https://example.org/report" in spun.text
    assert len({spun.text for spun in results}) == 3


def test_the_observed_config_lists_every_default() -> None:
    file = next(s for s in SITES if s.stem == "observed")
    assert set(read_yaml(file)) == {f.name for f in fields(SpinConfig)}
    assert Spinner(file, entries=ENTRIES).config == SpinConfig()


def test_the_result_does_not_depend_on_the_hash_seed(builtin: Spinner) -> None:
    code = (
        "import json, sys; from despin.train import Spinner; spinner = Spinner();"
        "print(json.dumps([spinner.spin(json.loads(sys.argv[1]), seed).text for seed in (0, 1, 'x')]))"
    )
    expected = [builtin.spin(ARTICLE, seed).text for seed in (0, 1, "x")]
    hash_seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    process = subprocess.run(
        [sys.executable, "-c", code, json.dumps(ARTICLE)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert json.loads(process.stdout) == expected


@pytest.mark.parametrize(
    "text", ["https://x.example/a house", "@a house #a house", "U.S.A house", "grade-a house"]
)
def test_an_article_inside_another_token_is_not_repaired(text: str) -> None:
    spinner = Spinner(
        replace(ALWAYS, repair_articles=1.0), entries=[Entry("house", "abode", "N", "observed", 1)]
    )
    assert spinner.spin(text).text == text.replace("house", "abode")


def test_nested_brackets_are_protected() -> None:
    spinner = Spinner(
        replace(ALWAYS, protect_bracketed=1.0), entries=[Entry("death", "loss", "N", "observed", 1)]
    )
    assert spinner.spin("death (see (old) death) death").text == "loss (see (old) death) loss"


def test_an_insertion_of_the_second_pass_is_composed() -> None:
    assert compose_edits("ab", [], [Edit(1, 1, "", "x")]) == [Edit(1, 1, "", "x")]


@pytest.mark.parametrize("values", [{"twice": 2}, {"compounds": -1}, {"coverage": {"obsreved": 0.5}}])
def test_spin_config_rejects_invalid_values(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        SpinConfig(**values)
