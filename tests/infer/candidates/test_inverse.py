"""The inverse dictionary: its file format, ranking, and candidates."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.candidates.inverse import MIN_RELATIVE_SHARE, InverseLexicon, Origins, cased_originals
from despin.infer.text.tokens import tokenize

WORD = st.text("abcdeé'-", min_size=1, max_size=6)
PHRASE = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
ROWS = st.dictionaries(st.tuples(PHRASE, PHRASE), st.integers(1, 9999), max_size=12)

SMALL = InverseLexicon(
    [
        ("decrease", "lower", 0.7),
        ("decrease home", "lower house", 0.9),
        ("home", "house", 0.6),
        ("home", "residence", 0.1),
        ("20", "twenty", 0.9),
        ("20 years in the past", "20 years ago", 0.9),
    ]
)


def surfaces(text: str, lexicon: InverseLexicon = SMALL) -> list[str]:
    """The surface forms of the candidates in ``text``."""
    tokens = tokenize(text)
    return [text[tokens[c.start].start : tokens[c.end - 1].end] for c in lexicon.candidates(text, tokens)]


@settings(max_examples=40)
@given(rows=ROWS)
def test_a_saved_dictionary_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: dict[tuple[str, str], int]
) -> None:
    file = tmp_path_factory.mktemp("lexicon") / "inverse.tsv"
    saved = InverseLexicon((spun, original, n / 10_000) for (spun, original), n in rows.items())
    saved.save(file)
    read = InverseLexicon.load(file)
    assert read.forms == saved.forms and len(read) == len({spun for spun, _ in rows})
    before = file.read_bytes()
    read.save(file)
    assert file.read_bytes() == before and b"\r" not in before


@settings(max_examples=40)
@given(ROWS)
def test_originals_are_ranked_by_share(rows: dict[tuple[str, str], int]) -> None:
    lexicon = InverseLexicon((spun, original, n / 10_000) for (spun, original), n in rows.items())
    for spun, origins in lexicon.forms.items():
        assert list(origins.shares) == sorted(origins.shares, reverse=True)
        assert dict(zip(origins.originals, origins.shares)) == {
            o: n / 10_000 for (s, o), n in rows.items() if s == spun
        }


def test_the_remainder_to_one_is_the_share_to_keep() -> None:
    assert SMALL.forms["home"].keep == pytest.approx(0.3)
    assert Origins((), ()).keep == 1.0
    assert Origins(("a", "b"), (0.75, 0.5)).keep == 0.0


def test_equal_shares_are_ordered_by_wording() -> None:
    assert InverseLexicon([("x", "b", 0.5), ("x", "a", 0.5)]).forms["x"].originals == ("a", "b")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "first line"),
        ("spun\toriginal\n", "first line"),
        ("spun\toriginal\tshare\na\tb\t0.5\na\tb\n", ":3"),
        ("spun\toriginal\tshare\na\tb\thalf\n", ":2"),
        ("spun\toriginal\tshare\na\tb\t0.5\tc\n", ":2"),
        ("spun\toriginal\tshare\n\n", ":2"),
        ("spun\toriginal\tshare\na\tb\tnan\n", ":2: share must be between 0 and 1"),
        ("spun\toriginal\tshare\na\t\t0.5\n", ":2: original is empty"),
        ("spun\toriginal\tshare\na\tb\t0.5\n \tb\t0.5\n", ":3: spun is empty"),
        ("spun\toriginal\tshare\na\t" + "b" * 201 + "\t0.5\n", ":2: original has 201 characters, 200"),
        ("spun\toriginal\tshare\n" + "a " * 5000 + "\tb\t0.5\n", ":2: spun has 10,000 characters"),
        ("spun\toriginal\tshare\n" + "a" * 5000, ":2: three columns"),
    ],
)
def test_an_invalid_file_is_reported_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "inverse.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        InverseLexicon.load(file)
    assert str(file) in str(error.value) and len(str(error.value)) < 300


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "inverse.tsv"
    file.write_bytes(b"spun\toriginal\tshare\ncaf\xe9\tb\t0.5\n")
    with pytest.raises(ValueError, match=r"inverse\.tsv: not UTF-8 \(byte 23\)"):
        InverseLexicon.load(file)


def test_quotation_marks_need_no_escaping(tmp_path: Path) -> None:
    file = tmp_path / "inverse.tsv"
    saved = InverseLexicon([('"a" b', "it's “c”", 0.5)])
    saved.save(file)
    assert InverseLexicon.load(file).forms == saved.forms


def test_candidates_are_the_longest_forms_left_to_right() -> None:
    assert surfaces("The decrease home; a Decrease\nhome") == ["decrease home", "Decrease", "home"]


def test_bare_numbers_are_no_candidates() -> None:
    assert surfaces("20 homes, 20 years in the past, ٢٠ of 20") == ["20 years in the past"]


def test_originals_take_the_capitalisation_of_the_source() -> None:
    origins = Origins(("lower house", "US"), (0.5, 0.4))
    assert cased_originals("Home", origins, 3) == {"Lower house": 0.5, "US": 0.4}
    assert cased_originals("HOME", origins, 3) == {"LOWER HOUSE": 0.5, "US": 0.4}


def test_unlikely_and_identical_originals_are_left_out() -> None:
    origins = Origins(
        ("a", "home", "b", "c"), (0.8, 0.5, 0.8 * MIN_RELATIVE_SHARE, 0.79 * MIN_RELATIVE_SHARE)
    )
    assert list(cased_originals("home", origins, 9)) == ["a", "b"]
    assert list(cased_originals("home", origins, 1)) == ["a"]
    # Originals that become equal in the capitalisation of the source are offered once.
    assert cased_originals("X", Origins(("Y", "y"), (0.5, 0.4)), 3) == {"Y": 0.5}
    assert cased_originals("home", Origins((), ()), 3) == {}


@settings(max_examples=40)
@given(
    WORD,
    st.lists(st.tuples(PHRASE, st.integers(1, 1000)), max_size=6, unique_by=lambda p: p[0]),
    st.integers(1, 4),
)
def test_hints_are_limited_distinct_and_never_the_source(
    source: str, options: list[tuple[str, int]], limit: int
) -> None:
    ranked = sorted(options, key=lambda p: -p[1])
    origins = Origins(tuple(o for o, _ in ranked), tuple(n / 1000 for _, n in ranked))
    hints = cased_originals(source, origins, limit)
    assert len(hints) <= limit and source not in hints
    assert list(hints.values()) == sorted(hints.values(), reverse=True)
