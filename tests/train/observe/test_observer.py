"""The observer learns a spinner's dictionary from its output, and `despin observe` shows or writes it."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.cli import cli
from despin.infer.text.tokens import fold, tokenize
from despin.metrics.pairs import Pair, read_pairs
from despin.train import Entry, SpinConfig, Spinner
from despin.train.observe.observer import (
    Observation,
    cross_validate,
    fisher,
    observe,
    observe_files,
    pair_lines,
)
from despin.train.spin.dictionary import entry_fault, load_entries

Run = Callable[..., subprocess.CompletedProcess[bytes]]
Line = tuple[str, str]

HOUSES = [
    ("My house is old", "My home is old"),
    ("That house burnt in the fire", "That home burnt in the fire"),
    ("this House stands", "this Home stands"),
    ("his house stands", "his house stands"),
]


def learnt(lines: list[Line], chance: float = 1.0) -> list[tuple[str, str, int, int]]:
    """What lines show: original, spun wording, how often, how often unchanged. Nothing is left to chance."""
    return [
        (o.entry.original, o.entry.spun, o.count, o.unchanged) for o in observe(lines, max_p_value=chance)
    ]


def test_an_observation_says_all_about_a_substitution() -> None:
    # Of 16 words four are a house and three a home: they meet in three with probability 4/560.
    assert observe(HOUSES, "four") == [
        Observation(
            Entry("house", "home", "", "observed", 3.0, 0.75, ("four",)),
            3,
            1,
            pytest.approx(4 / 560),
            "my [house] is old",
        )
    ]
    assert observe(HOUSES)[0].entry.sources == ()


def test_the_rate_is_of_the_original_whatever_it_becomes() -> None:
    lines = [*HOUSES, ("Her house fell", "Her residence fell"), ("No house left", "No house left")]
    found = observe(lines, max_p_value=1.0)
    assert [(o.entry.spun, o.entry.weight, o.entry.rate, o.unchanged) for o in found] == [
        ("home", 3.0, 0.67, 2),
        ("residence", 1.0, 0.67, 2),
    ]


def test_the_most_frequent_comes_first_then_by_the_alphabet() -> None:
    lines = [("a dog sat", "a canine sat"), ("a cat ran", "a kitty ran"), ("my cat ate", "my feline ate")]
    assert learnt([*lines, *HOUSES]) == [
        ("house", "home", 3, 1),
        ("cat", "feline", 1, 0),
        ("cat", "kitty", 1, 0),
        ("dog", "canine", 1, 0),
    ]


@pytest.mark.parametrize(
    ("line", "context"),
    [
        (("Then he saw a small house, but far off.", "Then he saw a small home, but far off."),
         "saw a small [house] , but far"),
        (("House for sale", "Home for sale"), "[house] for sale"),
        (("He gave up.", "He quit."), "he [gave up] ."),
    ],
)  # fmt: skip
def test_the_context_is_of_three_words_on_each_side(line: Line, context: str) -> None:
    assert [o.context for o in observe([line], max_p_value=1.0)] == [context]


def test_the_context_is_of_the_first_place() -> None:
    assert [o.context for o in observe(HOUSES[::-1])] == ["this [house] stands"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([("an e-mail came", "an email came")], [("e-mail", "email", 1, 0)]),
        ([("a website fell", "a web-site fell")], [("website", "web-site", 1, 0)]),
        ([("Target’s stock", "Goal’s stock")], [("target", "goal", 1, 0)]),
        ([("today’s paper", "current paper")], [("today's", "current", 1, 0)]),
        ([("he didn’t go", "he did not go")], [("didn't", "did not", 1, 0)]),
        ([("two firms fell", "2 firms fell")], [("two", "2", 1, 0)]),
    ],
)
def test_wordings_are_written_as_in_a_text(lines: list[Line], found: list[tuple[str, str, int, int]]) -> None:
    assert learnt(lines) == found


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (("all 2 rose", "all two rose"), "a bare figure"),
        (("it fell; they rose", "it fell, they rose"), "a mark"),
        (("The costs, though, fell", "The prices though, fell"), "a mark behind a word"),
        (("so he said “a”", "so he said a"), "a mark dropped"),
        (("the boss’s car", "the boss of car"), "a possessive as original"),
        (("the boss of car", "the boss’s car"), "a possessive as spun wording"),
        (("we sat", "we sat"), "no change"),
        (("", "added"), "no original"),
        (("dropped", ""), "no spun wording"),
    ],
)
def test_what_is_no_substitution_is_not_learnt(line: Line, why: str) -> None:
    assert learnt([line]) == [], why


def test_a_dropped_sentence_teaches_nothing() -> None:
    dropped = "It was late and everyone in the small town had gone to bed long ago."
    lines = [(f"The dog barked. {dropped} Then the house fell.", "The canine barked. Then the home fell.")]
    assert learnt(lines) == [("dog", "canine", 1, 0), ("house", "home", 1, 0)]


def test_joined_words_are_learnt_as_a_phrase_if_they_come_again() -> None:
    once = ("This big company fell", "This giant public firm fell")
    again = ("No big company ever lied", "No giant public firm ever lied")
    assert learnt([once]) == []
    assert learnt([once, again]) == [("big company", "giant public firm", 2, 0)]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (("lake stone bread horse", "pond rock toast mare"), 1),
        (("lake stone bread horse cloud", "pond rock toast"), 0),
        (("lake stone bread", "pond rock toast mare mist"), 0),
    ],
)
def test_a_phrase_has_four_words_at_most(line: Line, count: int) -> None:
    original, spun = line
    assert learnt([(f"{original}.", f"{spun}."), (f"({original})", f"({spun})")]) == [(*line, 2, 0)] * count


BESIDE = [
    ("They sat in the car", "They sat within the car"),
    ("He is in the house now", "He is within the house now"),
    ("We ate in the park", "We ate within the park"),
]
ELSEWHERE = ["She ran in a hurry", "It fell in May", "You live in France"]


def unchanged(lines: list[str]) -> list[Line]:
    return [(line, line) for line in lines]


def test_a_word_replaced_only_beside_a_neighbour_is_learnt_with_it() -> None:
    assert learnt([*BESIDE, *unchanged(ELSEWHERE)]) == [("in the", "within the", 3, 0)]


def test_the_neighbour_may_stand_on_the_left() -> None:
    left = [("It has been so", "It has stayed so"), ("He has been ill", "He has stayed ill")]
    (found,) = observe([*left, *unchanged(["They had been here", "We had been there"])], max_p_value=1.0)
    assert (found.entry.original, found.entry.spun, found.count, found.unchanged) == (
        "has been", "has stayed", 2, 0
    )  # fmt: skip
    assert found.context == "it [has been] so"


def test_a_neighbour_is_taken_by_one_word_alone() -> None:
    lines = [(o.replace(" the ", " the old "), s.replace(" the ", " the aged ")) for o, s in BESIDE]
    others = [*ELSEWHERE, "My old friend", "An old man", "Her old hat"]
    assert learnt([*lines, *unchanged(others)]) == [("in the", "within the", 3, 0), ("old", "aged", 3, 3)]


def test_the_longer_key_has_the_rate_of_its_own_places() -> None:
    lines = [*BESIDE, BESIDE[0], *unchanged([*ELSEWHERE, "Now in the end"])]
    (found,) = observe(lines)
    assert (found.entry.original, found.entry.spun, found.entry.rate) == ("in the", "within the", 0.8)
    assert (found.count, found.unchanged, found.context) == (4, 1, "they sat [in the] car")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([*BESIDE[:1], *unchanged(ELSEWHERE)], ("in", "within", 1, 3)),
        ([*BESIDE, *unchanged(ELSEWHERE[:1])], ("in", "within", 3, 1)),
        ([*BESIDE, *unchanged([*ELSEWHERE, "Now in the end"])], ("in", "within", 3, 4)),
        ([*BESIDE, *((e, e.replace(" in ", " within ")) for e in ELSEWHERE)], ("in", "within", 6, 0)),
    ],
    ids=["once beside it", "once elsewhere", "unchanged beside it", "replaced elsewhere"],
)
def test_it_is_learnt_alone_if_the_neighbour_does_not_settle_it(
    lines: list[Line], found: tuple[str, str, int, int]
) -> None:
    assert learnt(lines) == [found]


def test_what_chance_would_align_as_often_is_dropped() -> None:
    # The lines have nothing to do with each other but for the dogs; "the" and "of" meet by chance.
    lines = [
        ("the dog the man the sea", "of canine of one the two"),
        ("dog and the cat of the hill", "canine and of cat of of hill"),
        ("a dog sat on the wall of the yard", "a canine sat on the wall of the yard"),
        *unchanged(["of the end of the day the sun of the north", "the wind of the west"]),
    ]
    every = {(o.entry.original, o.entry.spun): o.p_value for o in observe(lines, max_p_value=1.0)}
    assert every["the", "of"] > 0.01 > every["dog", "canine"]
    assert learnt(lines, 0.01) == [("dog", "canine", 3, 0)]


VOCABULARY = ["the", "The", "in", "within", "big", "dog", "house", "home", "loss", "didn’t", ",", "-", "7"]
TEXT = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_each_observation_is_a_sound_entry_met_in_the_lines(lines: list[Line]) -> None:
    texts = [[fold(w.text) for w in tokenize(original)] for original, _ in lines]
    taken: dict[str, int] = {}
    found = observe(lines, "source", max_p_value=0.5)
    for o in found:
        entry = o.entry
        assert entry_fault(entry) is None
        assert (entry.provenance, entry.sources, entry.weight) == ("observed", ("source",), o.count)
        assert o.count >= 1 and 0 <= o.p_value <= 0.5 and entry.rate is not None and 0 < entry.rate <= 1
        taken[entry.original] = taken.get(entry.original, o.unchanged) + o.count
    for original, count in taken.items():
        phrase = [w.text for w in tokenize(original)]
        places = [t[n : n + len(phrase)] for t in texts for n in range(len(t))]
        assert count <= places.count(phrase)
    assert len({(o.entry.original, o.entry.spun) for o in found}) == len(found)


@settings(max_examples=25)
@given(st.lists(st.text(max_size=40), max_size=3))
def test_unchanged_text_teaches_nothing(texts: list[str]) -> None:
    assert observe(unchanged(texts), max_p_value=1.0) == []


@pytest.mark.parametrize(
    ("both", "first", "second", "total", "wanted"),
    [
        (1, 1, 1, 4, Fraction(1, 4)),
        (2, 2, 2, 4, Fraction(1, 6)),
        (4, 4, 4, 8, Fraction(1, 70)),
        (3, 4, 4, 8, Fraction(17, 70)),
        (1, 2, 3, 10, Fraction(24, 45)),
        (0, 3, 5, 9, Fraction(1)),
        (2, 3, 8, 9, Fraction(1)),
        (3, 2, 2, 9, Fraction(0)),
    ],
)
def test_fisher_of_tables_reckoned_by_hand(
    both: int, first: int, second: int, total: int, wanted: Fraction
) -> None:
    assert fisher(both, first, second, total) == pytest.approx(float(wanted), rel=1e-9)


@settings(max_examples=40)
@given(st.integers(1, 400), st.data())
def test_fisher_is_the_tail_of_the_hypergeometric_distribution(total: int, data: st.DataObject) -> None:
    first, second = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    both = data.draw(st.integers(0, min(first, second)))
    ways = sum(comb(first, k) * comb(total - first, second - k) for k in range(both, min(first, second) + 1))
    wanted = Fraction(ways, comb(total, second))
    assert fisher(both, first, second, total) == pytest.approx(float(wanted), rel=1e-8, abs=1e-300)


KNOWN = [
    ("house", "home"), ("house", "residence"), ("dog", "canine"), ("river", "waterway"),
    ("farmer", "grower"), ("farmer", "tiller of soil"), ("big", "giant"), ("quiet", "noiseless"),
    ("old", "aged"), ("old", "outdated"), ("red", "crimson"), ("sees", "notices"),
    ("likes", "is fond of"), ("paints", "attracts"), ("helps", "assists"), ("today", "at this time"),
    ("soon", "quickly"), ("at once", "instantly"), ("as well as", "plus"),
]  # fmt: skip


def toy_lines(seed: int) -> list[str]:
    """Sixty short sentences, in which half of the words or more are in the toy dictionary."""
    rng = random.Random(seed)

    def one(choice: str) -> str:
        wordings = choice.split("|")
        return wordings[int(rng.random() * len(wordings))]

    def thing() -> str:
        adjective = one("big|quiet|old|red|green|new")
        return f"{one('the|a|this')} {adjective} {one('house|dog|river|farmer|boat|girl')}"

    verb = "sees|likes|paints|helps|knows|finds"
    behind = "today|soon|at once|again|as well as the wind|as well as this rain|beside the river"
    return [f"Here {thing()} {one(verb)} {thing()} {one(behind)}." for _ in range(60)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_spinners_dictionary_is_got_back_from_its_output(seed: int) -> None:
    config = SpinConfig(coverage={}, occurrence=0.9, protect_quoted=0.0, braces=0.0, twice=0.0)
    spinner = Spinner(config, entries=[Entry(o, s, "X", "observed", 1) for o, s in KNOWN])
    lines = [(text, spinner.spin(text, f"{seed}:{n}").text) for n, text in enumerate(toy_lines(seed))]
    found = observe(lines)
    got = {(o.entry.original, o.entry.spun) for o in found}
    assert got <= set(KNOWN) and len(got) >= 0.9 * len(KNOWN)
    # Nine of ten places are replaced.
    rates = [o.entry.rate for o in found if o.entry.rate is not None]
    assert len(rates) == len(found) and 0.85 < sum(rates) / len(rates) < 0.95


def test_pair_lines_are_told_apart_where_both_texts_have_as_many() -> None:
    pairs = [Pair("1", "a\n“b”’s", "c\nd"), Pair("2", "a\nb", "c")]
    assert list(pair_lines(pairs)) == [("c", "a"), ("d", '"b"\'s'), ("c", "a\nb")]


def test_sources_are_the_files_where_a_substitution_was_met() -> None:
    one = [Pair("1", "my home is old\nthat home burnt", "my house is old\nthat house burnt")]
    two = [
        Pair("2", "our home fell\nhis canine ran\nno canine sat", "our house fell\nhis dog ran\nno dog sat")
    ]
    three = [Pair("3", "we ate it", "we ate it")]
    # Two houses among seven words are too few by themselves, and stand for a source all the same.
    assert observe_files({"one": one}) == []
    found = observe_files({"one": one, "two": two, "three": three})
    assert [(o.entry.original, o.entry.spun, o.entry.weight, o.entry.sources) for o in found] == [
        ("house", "home", 3.0, ("one", "two")),
        ("dog", "canine", 2.0, ("two",)),
    ]
    assert [o.entry.sources for o in observe_files({"two": two}, 0.05)] == [("two",)]


def test_what_is_seen_only_in_all_files_together_has_all_as_sources() -> None:
    once = Pair("1", "This giant public firm fell", "This big company fell")
    again = Pair("2", "No giant public firm ever lied", "No big company ever lied")
    found = observe_files({"one": [once], "two": [again]}, 1.0)
    assert [(o.entry.original, o.entry.sources) for o in found] == [("big company", ("one", "two"))]


FOLDED = [
    Pair("1", "the home fell", "the house fell"),
    Pair("2", "a home burnt\nno home left", "a house burnt\nno house left"),
    Pair("3", "my canine ran", "my dog ran"),
    Pair("4", "your feline sat", "your cat sat"),
]
FOLDS = """\
| left out | pairs | learnt from the others | covered, by occurrence | by wording |
|---|--:|--:|--:|--:|
| part 1 | 2 | 2 | 0.500 | 0.500 |
| part 2 | 2 | 2 | 0.667 | 0.500 |
| all | 4 | | 0.600 (3 of 5) | 0.500 (2 of 4) |
"""


def test_cross_validation_of_four_pairs_reckoned_by_hand() -> None:
    assert cross_validate(FOLDED, 2, 1.0) == FOLDS


def test_cross_validation_where_nothing_changes_or_nothing_is_learnt() -> None:
    same = [Pair("1", "a b", "a b"), Pair("2", "c d", "c d")]
    assert cross_validate(same, 2).splitlines()[2:] == [
        "| part 1 | 1 | 0 | 0.000 | 0.000 |",
        "| part 2 | 1 | 0 | 0.000 | 0.000 |",
        "| all | 2 | | 0.000 (0 of 0) | 0.000 (0 of 0) |",
    ]
    assert (
        cross_validate(FOLDED, 2, 0.0).splitlines()[-1] == "| all | 4 | | 0.000 (0 of 5) | 0.000 (0 of 4) |"
    )


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["observe", *(str(a) for a in args)])


def written(file: Path, pairs: list[Pair]) -> Path:
    rows = [json.dumps({"id": p.id, "spun": p.spun, "original": p.original}) + "\n" for p in pairs]
    file.write_text("".join(rows), encoding="utf-8")
    return file


@pytest.fixture
def four(tmp_path: Path) -> Path:
    """The pairs file ``four.jsonl`` with a pair for each of the houses."""
    return written(tmp_path / "four.jsonl", [Pair(str(n), s, o) for n, (o, s) in enumerate(HOUSES)])


def test_the_dictionary_is_shown_as_a_table(four: Path, tmp_path: Path) -> None:
    done = run(four)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "original\tspun\tcount\tunchanged\tcontext\nhouse\thome\t3\t1\tmy [house] is old\n"
    )
    more = written(tmp_path / "more.jsonl", FOLDED[:1])
    assert run(four, more).stdout.splitlines()[1:] == ["house\thome\t4\t1\tmy [house] is old"]


def test_chance_is_an_option(four: Path) -> None:
    assert run(four, "--chance", "0.007").stdout == "original\tspun\tcount\tunchanged\tcontext\n"
    assert run(four, "--chance", "0.008").stdout == run(four).stdout


def test_out_writes_a_dictionary_that_the_spinner_reads(four: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.tsv"
    out.write_text("what was there before", encoding="utf-8")
    done = run(four, "--out", out)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{out}: 1 substitutions of 1 originals\n"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["four.jsonl", "own.tsv"]
    assert load_entries(out) == [Entry("house", "home", "", "observed", 3.0, 0.75, ("four",))]
    spinner = Spinner({"dictionary": str(out), "occurrence": 1.0, "protect_capitalised": 0.0, "braces": 0.0})
    assert {spinner.spin("The House", seed).text for seed in range(30)} == {"The House", "The Home"}


def test_out_counts_originals_once_and_orders_by_them(four: Path, tmp_path: Path) -> None:
    more = written(tmp_path / "more.2.jsonl", [Pair("1", "her residence\na canine", "her house\na dog")])
    done = run(four, more, "--chance", "1", "--out", tmp_path / "own.tsv")
    assert done.stderr.endswith(": 3 substitutions of 2 originals\n")
    assert (tmp_path / "own.tsv").read_text(encoding="utf-8").splitlines()[1:] == [
        "dog\tcanine\t\tobserved\t1\t1\tmore.2",
        "house\thome\t\tobserved\t3\t0.8\tfour",
        "house\tresidence\t\tobserved\t1\t0.8\tmore.2",
    ]


def test_folds_are_told_as_a_table(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.jsonl", FOLDED[:1]), written(tmp_path / "b.jsonl", FOLDED[1:])
    done = run(first, second, "--folds", "2", "--chance", "1")
    table, told = done.stdout.split("\nSignature: ")
    assert (done.exit_code, table, done.stderr) == (0, FOLDS, "")
    assert told.startswith("pairs ") and " | despin " in told
    each = run(first, second, "--folds", "4", "--chance", "1").stdout.splitlines()
    assert len(each) == 9 and each[-3] == "| all | 4 | | 0.600 (3 of 5) | 0.500 (2 of 4) |"


def test_bad_input_is_told_in_one_line(four: Path, tmp_path: Path) -> None:
    bad, empty = tmp_path / "bad.jsonl", tmp_path / "empty.jsonl"
    bad.write_text('{"id": "1", "spun": "a", "original": "b"}\n{"id": "2", "spun": "a"}\n', encoding="utf-8")
    empty.write_text("\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for args, message in [
        ((four, tmp_path / "none.jsonl"), f"{tmp_path}/none.jsonl: no such file"),
        ((tmp_path,), f"{tmp_path}: is a directory"),
        ((four, bad), f"{bad}:2: the field 'original' is missing; the fields are id, spun"),
        ((empty,), f"{empty}: no pairs"),
        ((four, "--out", tmp_path / "none" / "own.tsv"), f"{tmp_path}/none/own.tsv: No such file"),
        ((four, "--out", tmp_path / "folder"), f"{tmp_path}/folder: is a directory"),
        ((four, "--folds", "5"), "--folds 5: there are only 4 pairs"),
    ]:
        done = run(*args)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"despin: {message}")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "PAIRS.jsonl"),
        (("x.jsonl", "--folds", "1"), "--folds"),
        (("x.jsonl", "--chance", "1.5"), "--chance"),
        (("x.jsonl", "--folds", "2", "--out", "own.tsv"), "--folds measures only; it writes no dictionary"),
    ],
)
def test_wrong_options_end_with_2(args: tuple[str, ...], told: str) -> None:
    done = run(*args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr and done.stderr.count("\n") == 1


def test_what_is_read_is_not_overwritten(four: Path, tmp_path: Path) -> None:
    again, dictionary = tmp_path / "again.jsonl", tmp_path / "own.tsv"
    again.hardlink_to(four)
    dictionary.write_text("kept")
    before = four.read_bytes()
    for args in (
        (four, "--out", four),
        (four, "--out", again),
        (four, "--update", dictionary, "--out", dictionary),
    ):
        done = run(*args)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "would be overwritten" in done.stderr and done.stderr.count("\n") == 1
    assert four.read_bytes() == before and dictionary.read_text() == "kept"
    assert "the name is empty" in run(four, "--out", "").stderr


def test_a_usage_error_is_one_line_on_the_command_line(despin: Run, four: Path, tmp_path: Path) -> None:
    done = despin("observe", four, "--folds", "2", "--out", tmp_path / "own.tsv")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"despin: --folds measures only; it writes no dictionary\n"
    assert not (tmp_path / "own.tsv").exists()


def differing(original: str, spun: str) -> Line:
    """A substitution without capitals, curly apostrophes, and the words that both sides begin or end with."""
    one, other = (side.replace("’", "'").lower().split() for side in (original, spun))
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return " ".join(one), " ".join(other)


def test_four_real_pairs_are_read_as_a_reader_reads_them(evidence: Path) -> None:
    listed = Path(__file__).with_name("readers-list.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in listed[1:]]
    wanted = {differing(original, spun) for _, original, spun in rows}
    every, _ = read_pairs([str(evidence / "pairs.jsonl")])
    pairs = [pair for pair in every if pair.id in {row[0] for row in rows}]
    assert [pair.id for pair in pairs] == ["verbatim-02", "verbatim-06", "verbatim-12", "verbatim-19"]
    found = {differing(o.entry.original, o.entry.spun) for o in observe(list(pair_lines(pairs)))}
    assert len(found & wanted) >= 0.6 * len(wanted)
    assert len(found - wanted) <= 0.1 * len(found)


def test_files_of_one_name_are_one_source(tmp_path: Path) -> None:
    paths = []
    for folder, (original, spun) in {"x": ("house", "home"), "y": ("dog", "canine")}.items():
        (tmp_path / folder).mkdir()
        paths.append(str(tmp_path / folder / "p.jsonl"))
        row = {"id": folder, "original": f"the {original} stood", "spun": f"the {spun} stood"}
        Path(paths[-1]).write_text(json.dumps(row) + "\n", encoding="utf-8")
    shown = CliRunner().invoke(cli, ["observe", *paths, "--chance", "1"]).output
    assert "house\thome" in shown and "dog\tcanine" in shown


@pytest.mark.parametrize("out", [".", "/"])
def test_a_folder_is_no_place_for_a_dictionary(tmp_path: Path, out: str) -> None:
    pairs = tmp_path / "p.jsonl"
    pairs.write_text('{"id": "a", "original": "a house", "spun": "a home"}\n', encoding="utf-8")
    folder = tmp_path if out == "." else Path(out)
    done = CliRunner().invoke(cli, ["observe", str(pairs), "--out", str(folder)])
    assert done.exit_code == 2 and len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.parent.glob("*.part"))
