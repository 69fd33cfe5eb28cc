"""The corruption: settled by its seed, undone by its edits, and blind only to what it should not see."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer import revert_edits
from despin.infer.config import ConfigError
from despin.infer.phrases import key_of
from despin.train import Entry, SpinConfig, Spinner

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
UNTOUCHED = [
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
     "U.S.", *UNTOUCHED]
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


@pytest.fixture(scope="module")
def small() -> Spinner:
    """A spinner of few entries with its usual habits."""
    coverage = {"observed": 0.97, "inferred": 0.9, "typical": 0.5, "thesaurus": 0.4}
    return Spinner(SpinConfig(coverage=coverage), entries=ENTRIES)


@pytest.fixture(scope="module")
def always() -> Spinner:
    """A spinner that replaces whatever it knows."""
    return Spinner(ALWAYS, entries=ENTRIES)


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
def test_a_seed_settles_every_draw(small: Spinner, text: str, seed: int) -> None:
    first = small.spin(text, seed)
    small.spin(text, seed + 1)
    assert small.spin(text, seed) == Spinner(small.config, entries=ENTRIES).spin(text, seed) == first
    assert small.spin(text, str(seed)) == first


@pytest.mark.parametrize("seed", range(8))
def test_the_builtin_dictionary_reverts_too(builtin: Spinner, seed: int) -> None:
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


def test_seeds_differ(builtin: Spinner) -> None:
    assert len({builtin.spin(ARTICLE, seed).text for seed in range(8)}) == 8


@settings(max_examples=40)
@given(text=PROSE, seed=SEED)
def test_addresses_handles_and_figures_stay(small: Spinner, text: str, seed: int) -> None:
    spun = small.spin(text, seed).text
    pattern = "|".join(rf"(?<!\S){re.escape(u)}(?!\S)" for u in UNTOUCHED)
    assert re.findall(pattern, spun) == re.findall(pattern, text)
    assert re.findall(r"\d+", spun) == re.findall(r"\d+", text)


@settings(max_examples=40)
@given(text=PROSE, seed=SEED)
def test_each_edit_is_an_entry_with_the_case_of_its_place(small: Spinner, text: str, seed: int) -> None:
    pairs = {(key_of(e.original), key_of(e.spun)) for e in ENTRIES}
    for edit in small.spin(text, seed).edits:
        assert (key_of(edit.source), key_of(edit.replacement)) in pairs
        assert edit.source[0].isupper() == edit.replacement[0].isupper() or edit.source == "US"


@settings(max_examples=40)
@given(text=PROSE)
def test_line_breaks_and_their_number_stay(always: Spinner, text: str) -> None:
    spun = always.spin(text).text
    assert [c for c in spun if c in "\r\n\t"] == [c for c in text if c in "\r\n\t"]


def test_the_longest_phrase_wins(always: Spinner) -> None:
    assert always.spin("the lower house").text == "the decrease home"
    assert always.spin("as soon as Possible, LOWER HOUSE").text == "asap, DECREASE HOME"


def test_a_synonym_is_drawn_anew_at_each_place_by_weight(always: Spinner) -> None:
    counts = Counter(always.spin("house " * 3000).text.split())
    assert set(counts) == {"home", "residence"}
    # Weights grow with the square root of the counts: 2 to 1.
    assert 1850 < counts["home"] < 2150


def test_coverage_is_all_or_nothing_in_a_document() -> None:
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


def test_coverage_and_occurrence_of_nought_and_one() -> None:
    def edits(coverage: float, occurrence: float) -> int:
        config = SpinConfig(coverage={"observed": coverage}, occurrence=occurrence)
        return len(Spinner(config, entries=[Entry("a", "b", "X", "observed", 1)]).spin("a " * 50, 5).edits)

    assert (edits(1, 1), edits(0, 1), edits(1, 0)) == (50, 0, 0)
    assert 15 < edits(1, 0.5) < 35


def test_the_best_provenance_settles_the_coverage() -> None:
    config = SpinConfig(coverage={"observed": 1.0, "thesaurus": 0.0}, occurrence=1.0)
    both = [Entry("a", "b", "X", "thesaurus", 100), Entry("a", "c", "X", "observed", 1)]
    assert len(Spinner(config, entries=both).spin("a " * 20).edits) == 20
    assert Spinner(config, entries=both[:1]).spin("a " * 20).edits == []


def test_an_unnamed_provenance_is_in_force() -> None:
    spinner = Spinner(SpinConfig(coverage={}, occurrence=1.0), entries=[Entry("a", "b", "X", "typical", 1)])
    assert spinner.spin("a a").text == "b b"


def test_curly_apostrophes_stay_curly(always: Spinner) -> None:
    assert always.spin("It’s said he cannot").text == "It’s said he can’t"
    assert always.spin("It's said he cannot").text == "It's said he can't"
    assert always.spin("he cannot").text == "he can't"
    assert always.spin("he didn’t").text == "he did not"


def test_an_article_is_never_repaired() -> None:
    spinner = Spinner(ALWAYS, entries=[Entry("house", "abode", "N", "observed", 1)])
    assert spinner.spin("a house").text == "a abode"


def test_a_wording_that_stays_is_no_edit() -> None:
    spinner = Spinner(ALWAYS, entries=[Entry("us", "US", "X", "observed", 1)])
    assert [e.source for e in spinner.spin("US us Us").edits] == ["us", "Us"]


def test_initials_are_left_alone() -> None:
    spinner = Spinner(
        ALWAYS, entries=[Entry("a", "one", "X", "observed", 1), Entry("u", "you", "X", "observed", 1)]
    )
    assert spinner.spin("U.S. and a.m. A. B. a").text == "U.S. and a.m. One. B. one"


def test_markup_is_left_alone(always: Spinner) -> None:
    page = '<p class="house"><!-- death --> house `house` <code>house</code> &house; </p>'
    assert always.spin(page, 1).text in (
        page.replace(" house ", f" {form} ") for form in ("home", "residence")
    )


@pytest.mark.parametrize(("share", "kept"), [(1.0, True), (0.0, False)])
def test_the_habit_of_leaving_quotations_alone(share: float, kept: bool) -> None:
    spinner = Spinner(
        SpinConfig(coverage={}, occurrence=1.0, protect_quoted=share, protect_capitalised=0.0),
        entries=[Entry("death", "loss", "N", "observed", 1)],
    )
    quoted = "death" if kept else "loss"
    text = 'Death “a death” death "a death" death “a\ndeath'
    assert spinner.spin(text).text == f'Loss “a {quoted}” loss "a {quoted}" loss “a\nloss'


@pytest.mark.parametrize(("share", "kept"), [(1.0, True), (0.0, False)])
def test_the_habit_of_leaving_names_alone(share: float, kept: bool) -> None:
    spinner = Spinner(
        SpinConfig(coverage={}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=share),
        entries=[Entry("death", "loss", "N", "observed", 1)],
    )
    name = "Death" if kept else "Loss"
    text = "Death of Death.\n“Death and Death? (Death death"
    assert spinner.spin(text).text == f"Loss of {name}.\n“Loss and {name}? (Loss loss"


def test_a_quotation_at_the_start_opens_a_sentence() -> None:
    config = SpinConfig(coverage={}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=1.0)
    spinner = Spinner(config, entries=[Entry("death", "loss", "N", "observed", 1)])
    assert spinner.spin("“Death came").text == "“Loss came"


def test_a_long_run_of_quotation_marks_does_no_harm() -> None:
    config = SpinConfig(coverage={}, occurrence=1.0, protect_quoted=0.0, protect_capitalised=1.0)
    spinner = Spinner(config, entries=[Entry("death", "loss", "N", "observed", 1)])
    assert spinner.spin("a " + '"' * 5000 + "Death").text.endswith("Death")


def test_settings_come_as_file_mapping_or_object(tmp_path: Path) -> None:
    file = tmp_path / "spin.yaml"
    file.write_text("occurrence: 0.25\ncoverage: {observed: 1}\n", encoding="utf-8")
    wanted = SpinConfig(occurrence=0.25, coverage={"observed": 1.0})
    for config in (file, str(file), {"occurrence": 0.25, "coverage": {"observed": 1}}, wanted):
        assert Spinner(config, entries=ENTRIES).config == wanted
    assert Spinner(entries=ENTRIES).config == SpinConfig()


def test_a_dictionary_named_in_the_settings_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.tsv"
    file.write_text("original\tspun\tpos\tprovenance\tweight\na\tb\tX\tobserved\t1\n", encoding="utf-8")
    spinner = Spinner({"dictionary": str(file), "coverage": {}, "occurrence": 1})
    assert spinner.spin("a house").text == "b house"
    with pytest.raises(FileNotFoundError):
        Spinner({"dictionary": str(tmp_path / "gone.tsv")})


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"occurrence": 1.5}, "occurrence: a share in 0..1 is needed, got 1.5"),
        ({"protect_quoted": -0.1}, "protect_quoted"),
        ({"protect_capitalised": 2}, "protect_capitalised"),
        ({"coverage": {"observed": 97}}, r"coverage\.observed"),
        ({"occurence": 1}, "no setting 'occurence'"),
    ],
)
def test_bad_settings_are_named(values: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Spinner(values, entries=ENTRIES)
