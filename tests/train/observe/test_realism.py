"""The realism report: each count on a line made by hand, coverage with and without a file's own entries."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.tokens import is_word, tokenize
from despin.metrics.alignment import Change
from despin.metrics.pairs import Pair, read_pairs
from despin.train import Entry, SpinConfig, Spinner
from despin.train.observe.derivation import UNKNOWN_COST
from despin.train.observe.observer import pair_lines
from despin.train.observe.realism import (
    SEEDS,
    SHAPES,
    Corruption,
    Coverage,
    Realism,
    compare,
    count,
    cover,
    quoted_words,
    render,
    shape_of,
)

ALWAYS = SpinConfig(
    coverage={}, occurrence=1.0, protect_capitalised=0.0, protect_quoted=0.0, protect_bracketed=0.0,
    compounds=1.0, contractions=1.0, figures=1.0, braces=0.0, twice=0.0,
)  # fmt: skip
ENTRIES = [
    Entry("house", "home", "N", "observed", 1, sources=("mine",)),
    Entry("death", "loss of life", "N", "observed", 1, sources=("mine", "other")),
    Entry("soon", "shortly", "R", "typical", 1, sources=("author",)),
    Entry("road", "way", "N", "thesaurus", 1),
]
ALL = Pair("all", "the home met loss of life and shortly a way", "the house met death and soon a road")


@pytest.fixture(scope="module")
def builtin() -> Spinner:
    """A spinner with the built-in dictionary."""
    return Spinner()


def counted(original: str, spun: str) -> Corruption:
    """What is counted in one line."""
    found = Corruption()
    count(original, spun, found)
    return found


@pytest.mark.parametrize(
    ("original", "spun", "expected"),
    [
        ("", "", Corruption()),
        ("the house grew.", "the house grew.", Corruption(words=3)),
        # A mark is no word, and what is added changes none.
        ("the house grew.", "the home grew soon!", Corruption(
            words=3, changed=1, shapes=Counter({"1 → 1": 1, "1 → 2": 1}))),
        ("the house grew", "the big house grew", Corruption(words=3, shapes=Counter({"added": 1}))),
        ("the house grew fast", "the house", Corruption(words=4, changed=2, shapes=Counter({"dropped": 1}))),
        ("a long, hard road", "a protracted way", Corruption(
            words=4, changed=3, articles=1, shapes=Counter({"other": 1}))),
        ("met death there", "met loss of life there", Corruption(
            words=3, changed=1, shapes=Counter({"1 → 3": 1}))),
        # Two words beside each other by two: replaced one by one.
        ("lower house", "decrease home", Corruption(words=2, changed=2, shapes=Counter({"1 → 1": 2}))),
        # A capital counts inside a sentence only.
        ("Workers met Jones. Prices rose: Workers, May", "Employees met Jones. Costs rose: Workers, Might",
            Corruption(words=7, changed=3, capitalised=2, capitalised_changed=1,
                shapes=Counter({"1 → 1": 3}))),
        ('He said "We met Jones" soon', 'He said "We saw Smith" shortly', Corruption(
            words=6, changed=3, capitalised=2, capitalised_changed=1, quoted=3, quoted_changed=2,
            shapes=Counter({"1 → 1": 3}))),
        ("“We cannot wait,” he said", "“We can't wait,” he mentioned", Corruption(
            words=5, changed=2, quoted=3, quoted_changed=1, shapes=Counter({"1 → 1": 2}))),
    ],
)  # fmt: skip
def test_what_is_counted_in_a_line(original: str, spun: str, expected: Corruption) -> None:
    assert counted(original, spun) == expected


@pytest.mark.parametrize(
    ("spun", "articles", "wrong"),
    [
        ("a house", 1, 0),
        ("a abode", 1, 1),
        ("an abode", 1, 0),
        ("an house", 1, 1),
        ("An House or A Abode", 2, 2),
        ("a 8th time, a “house”, a", 0, 0),
        ("the abode and man of an era", 1, 0),
    ],
)
def test_articles_are_counted_in_the_spun_line(spun: str, articles: int, wrong: int) -> None:
    found = counted("a house", spun)
    assert (found.articles, found.articles_wrong) == (articles, wrong)


def test_counts_of_lines_add_up() -> None:
    found = Corruption()
    count("the house", "the home", found)
    count("a road", "a avenue", found)
    assert found == Corruption(words=4, changed=2, articles=1, articles_wrong=1, shapes=Counter({"1 → 1": 2}))


LINE = st.lists(st.sampled_from(["a", "an", "Apple", "pear", "“", "”", '"', ".", "it’s"]), max_size=12).map(
    " ".join
)


@settings(max_examples=40)
@given(LINE, LINE)
def test_what_is_changed_is_a_part_of_what_is_there(original: str, spun: str) -> None:
    found = counted(original, spun)
    assert found.words == sum(is_word(w.text) for w in tokenize(original))
    for part, whole in (
        (found.changed, found.words),
        (found.capitalised_changed, found.capitalised),
        (found.quoted_changed, found.quoted),
        (found.articles_wrong, found.articles),
    ):
        assert 0 <= part <= whole
    assert max(found.capitalised, found.quoted) <= found.words
    assert counted(original, original).figures()["words changed"] == 0


@pytest.mark.parametrize(
    ("before", "after", "shape"),
    [
        (1, 1, "1 → 1"), (1, 2, "1 → 2"), (1, 3, "1 → 3"), (1, 4, "other"),
        (2, 1, "2 → 1"), (2, 2, "other"), (2, 3, "2 → 3"),
        (3, 1, "other"), (3, 2, "3 → 2"), (3, 3, "3 → 3"), (4, 3, "other"),
        (0, 1, "added"), (0, 4, "added"), (1, 0, "dropped"), (5, 0, "dropped"),
    ],
)  # fmt: skip
def test_the_shape_of_a_change(before: int, after: int, shape: str) -> None:
    assert shape_of(Change(7, 7 + before, ("x",) * after)) == shape


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "no way" and left', "no way"),
        ("He said “no way” and “never” left", "no way never"),
        ('"no way" he said "never"', "no way never"),
        ('no"no way"then no', "no way"),
        ('He said "no way', ""),
        ("He said “no\nway” and left", ""),
        ("He said 'no way' and left", ""),
        ("", ""),
    ],
)
def test_words_in_quotation_marks(text: str, quoted: str) -> None:
    tokens = tokenize(text)
    inside = quoted_words(text, tokens)
    assert " ".join(t.text for n, t in enumerate(tokens) if n in inside and is_word(t.text)) == quoted


def test_figures_are_shares() -> None:
    shapes = Counter({"1 → 1": 5, "1 → 2": 2, "added": 2, "other": 1})
    figures = Corruption(
        words=50, changed=10, capitalised=4, capitalised_changed=1, quoted=8, quoted_changed=4, articles=10,
        articles_wrong=7, shapes=shapes,
    ).figures()  # fmt: skip
    assert figures == {
        "words changed": 0.2,
        "capitalised words inside a sentence changed": 0.25,
        "words in quotations changed": 0.5,
        "a/an before the wrong letter": 0.7,
        **{f"edits {shape}": shapes[shape] / 10 for shape in (*SHAPES, "other")},
    }
    assert set(Corruption().figures().values()) == {0.0}


def test_coverage_reckoned_by_hand() -> None:
    spinner = Spinner(SpinConfig(coverage={}, occurrence=0.5), entries=ENTRIES)
    pairs = [
        Pair("1", "The home shrank\nThe Home fell\nThe end soon", "The house grew\nThe House rose\nThe end"),
        Pair("2", "the home here shrank", "the house here Grew"),
    ]
    found = cover(pairs, spinner)
    cost = 3 * math.log(2) + 3 * UNKNOWN_COST + (UNKNOWN_COST + 1)
    assert found.bits == pytest.approx(cost / math.log(2) / 12)
    assert found.missing == [("grew", "shrank", 2), ("", "soon", 1), ("rose", "fell", 1)]
    assert (found.covered, found.changes) == (3, 7)
    assert (found.covered_types, found.types) == (1, 4)
    assert (found.tokens_share, found.types_share) == (3 / 7, 1 / 4)


def test_missing_changes_come_most_frequent_first_then_by_their_words() -> None:
    pair = Pair("1", "zz x x x b a\nzz x x x b a end soon", "c y y y d d\nc y y y d d end")
    assert cover([pair], Spinner(entries=ENTRIES)).missing == [
        ("y", "x", 6), ("c", "zz", 2), ("d", "a", 2), ("d", "b", 2), ("", "soon", 1),
    ]  # fmt: skip


def test_texts_whose_lines_differ_in_number_are_taken_whole() -> None:
    pair = Pair("1", "the home met\nloss of life", "the house met death")
    assert cover([pair], Spinner(entries=ENTRIES)).tokens_share == 1


def test_curly_marks_made_straight_are_no_change() -> None:
    pair = Pair("1", 'It\'s "the home"', "It’s “the house”")
    assert cover([pair], Spinner(entries=ENTRIES)).changes == 1
    assert compare([pair], Spinner(ALWAYS, entries=ENTRIES), "").real.shapes == {"1 → 1": 1}


@pytest.mark.parametrize(
    ("stem", "missing"),
    [
        ("mine", [("house", "home", 1)]),
        ("author", [("soon", "shortly", 1)]),
        ("other", []),
        ("min", []),
        ("", []),
    ],
)
def test_entries_read_off_the_file_alone_are_left_out(stem: str, missing: list[tuple[str, str, int]]) -> None:
    found = compare([ALL], Spinner(ALWAYS, entries=ENTRIES), stem)
    assert (found.coverage.covered, found.coverage.changes, found.coverage.missing) == (4, 4, [])
    elsewhere = found.coverage_elsewhere
    assert (elsewhere.covered, elsewhere.changes) == (4 - len(missing), 4)
    assert elsewhere.missing == missing


def test_a_spinner_just_like_the_real_one_has_the_same_figures() -> None:
    found = compare([ALL, Pair("2", "a way", "a road")], Spinner(ALWAYS, entries=ENTRIES), "mine")
    assert found.pairs == 2 and found.real.words == 10
    assert found.spun.words == SEEDS * found.real.words
    assert found.spun.figures() == found.real.figures()
    assert found.real.figures()["words changed"] == 0.5
    assert found.coverage.bits == found.bits_own == 0
    assert found.coverage_elsewhere.bits == pytest.approx(UNKNOWN_COST / math.log(2) / 10)


def test_the_spinners_own_text_is_no_surprise_where_the_real_one_is() -> None:
    found = compare([Pair("1", "the home fell", "the house rose")], Spinner(ALWAYS, entries=ENTRIES), "")
    assert found.coverage.bits == pytest.approx(UNKNOWN_COST / math.log(2) / 3)
    assert found.bits_own == 0


def test_each_text_is_spun_with_several_seeds_of_its_own() -> None:
    spinner = Spinner({"coverage": {"observed": 0.5}, "occurrence": 1.0, "twice": 0.0}, entries=ENTRIES[:1])

    def changed(name: str) -> int:
        return compare([Pair(name, "home", "house")], spinner, "").spun.changed

    counts = [changed(str(n)) for n in range(20)]
    # Of 8 copies of a text each is spun or not; one seed for all would give 0 or 8.
    assert len(set(counts)) > 2 and 50 < sum(counts) < 110
    assert counts == [changed(str(n)) for n in range(20)]


def report() -> Realism:
    """A report of figures chosen by hand."""
    real = Corruption(words=4000, changed=1000, quoted=100, quoted_changed=10, shapes=Counter({"1 → 1": 9}))
    spun = Corruption(words=32_000, changed=10_000, shapes=Counter({"1 → 1": 3, "added": 1}))
    lacking = [("city", "town", 12), ("", "soon", 3), ("very", "", 1)]
    return Realism(
        25, real, spun, Coverage(98, 100, 45, 50, [], 0.256), Coverage(84, 100, 41, 50, lacking, 1.5), 0.424
    )


def test_the_report_shows_the_numbers() -> None:
    lines = render(report()).splitlines()
    for line in (
        "| words changed | 0.250 | 0.312 | 1.25 |",
        "| words in quotations changed | 0.100 | 0.000 | 0.00 |",
        "| a/an before the wrong letter | 0.000 | 0.000 | – |",
        "| edits 1 → 1 | 1.000 | 0.750 | 0.75 |",
        "| edits added | 0.000 | 0.250 | – |",
        "| bits a word of the original | 0.26 | 0.42 | |",
        "25 pairs, 4,000 words; the spinner's figures are of 8 seeds.",
        "| all entries | 0.980 (98 of 100) | 0.900 (45 of 50) |",
        "| without those read off this file alone | 0.840 (84 of 100) | 0.820 (41 of 50) |",
    ):
        assert lines.count(line) == 1, line
    assert lines[-3:] == ["    12 × city → town", "    3 × (nothing) → soon", "    1 × very → (nothing)"]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_so_many_missing_changes_are_shown(missing: int) -> None:
    shown = [line for line in render(report(), missing).splitlines() if line.startswith("    ")]
    assert shown == ["    12 × city → town", "    3 × (nothing) → soon"][:missing]
    assert ("most frequent first" in render(report(), missing)) == bool(missing)


def test_the_figures_as_json() -> None:
    found = json.loads(json.dumps(report().to_dict()))
    assert (found["pairs"], found["words"], found["bits_own"]) == (25, 4000, 0.424)
    assert found["real"] == report().real.figures() and found["spun"] == report().spun.figures()
    assert (found["coverage"]["tokens_share"], found["coverage"]["covered"]) == (0.98, 98)
    elsewhere = found["coverage_elsewhere"]
    assert (elsewhere["tokens_share"], elsewhere["covered_types"], elsewhere["bits"]) == (0.84, 41, 1.5)
    assert elsewhere["missing"] == [["city", "town", 12], ["", "soon", 3], ["very", "", 1]]


@pytest.mark.parametrize("pairs", [[], [Pair("1", "", "")], [Pair("1", "\n", " ")]])
def test_nothing_gives_noughts(pairs: list[Pair]) -> None:
    found = compare(pairs, Spinner(entries=ENTRIES), "mine")
    nothing = Coverage(0, 0, 0, 0, [], 0.0)
    assert found == Realism(len(pairs), Corruption(), Corruption(), nothing, nothing, 0.0)
    assert (nothing.tokens_share, nothing.types_share) == (0, 0)
    assert f"{len(pairs)} pairs, 0 words" in render(found)


@pytest.mark.parametrize("stem", ["pairs", "pairs-reconstructed"])
def test_most_real_changes_are_in_the_dictionary_from_elsewhere(
    evidence: Path, builtin: Spinner, stem: str
) -> None:
    pairs, _ = read_pairs([str(evidence / f"{stem}.jsonl")])
    elsewhere = [e for e in builtin.entries if set(e.sources) != {stem}]
    assert len(elsewhere) < len(builtin.entries)
    found = cover(pairs, Spinner(builtin.config, entries=elsewhere))
    assert found.changes > 900 and found.tokens_share >= 0.80


@pytest.mark.parametrize("stem", ["pairs", "pairs-reconstructed"])
def test_the_spinner_changes_as_much_and_in_the_same_shapes_as_the_real_one(
    evidence: Path, builtin: Spinner, stem: str
) -> None:
    pairs, _ = read_pairs([str(evidence / f"{stem}.jsonl")])
    real, spun = Corruption(), Corruption()
    for pair in pairs:
        copies = [
            Pair("", builtin.spin(pair.original, f"{pair.id}:{n}").text, pair.original) for n in range(4)
        ]
        for into, sides in ((real, [pair]), (spun, copies)):
            for before, after in pair_lines(sides):
                count(before, after, into)
    wanted, found = real.figures(), spun.figures()
    usual = [f"edits {shape}" for shape in SHAPES if wanted[f"edits {shape}"] >= 0.05]
    assert "edits 1 → 1" in usual
    for name in ("words changed", *usual):
        assert found[name] == pytest.approx(wanted[name], rel=0.1, abs=0.02), name
