"""Dictionary files: the packaged ones are valid, and errors name file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.train.spin.dictionary import (
    COLUMNS,
    MIN_COLUMNS,
    PROVENANCES,
    Entry,
    entry_fault,
    is_contraction,
    is_figure,
    load_entries,
    write_entries,
)

HEAD = "\t".join(COLUMNS[:MIN_COLUMNS]) + "\n"
GOOD = "house\thome\tNOUN\tobserved\t3\n"
PHRASE = st.lists(st.text("abC'\"é-", min_size=1, max_size=5), min_size=1, max_size=3).map(" ".join)
ENTRY = st.builds(
    Entry,
    original=PHRASE,
    spun=PHRASE,
    pos=st.sampled_from(["NOUN", "VERB", ""]),
    provenance=st.sampled_from(PROVENANCES),
    weight=st.integers(1, 99).map(float),
    rate=st.one_of(st.none(), st.integers(0, 100).map(lambda n: n / 100)),
    sources=st.lists(st.sampled_from(["pairs", "pages", "author", "own-pairs"]), unique=True).map(tuple),
).filter(lambda e: entry_fault(e) is None)


def entry(**values: Any) -> Entry:
    """A valid entry with some ``values`` replaced."""
    return replace(Entry("a", "b", "N", "observed", 1.0), **values)


@pytest.fixture(scope="module")
def builtin() -> list[Entry]:
    """The built-in dictionary."""
    return load_entries()


def test_every_builtin_entry_is_valid(builtin: list[Entry]) -> None:
    assert len(builtin) >= 15_000 and len({e.original for e in builtin}) >= 6_000
    assert [e for e in builtin if entry_fault(e) is not None] == []
    assert {e.provenance for e in builtin} <= set(PROVENANCES)
    assert load_entries("builtin") == builtin


def test_builtin_substitutions_are_unique(builtin: list[Entry]) -> None:
    pairs = Counter((e.original, e.spun) for e in builtin)
    assert [pair for pair, n in pairs.items() if n > 1] == []


def test_builtin_entries_have_normalised_whitespace(builtin: list[Entry]) -> None:
    for e in builtin:
        for side in (e.original, e.spun):
            assert side == " ".join(side.split()), e


@settings(max_examples=30)
@given(entries=st.lists(ENTRY, max_size=6, unique_by=lambda e: (e.original, e.spun)))
def test_written_entries_round_trip(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]) -> None:
    file = tmp_path_factory.getbasetemp() / "written.tsv"
    write_entries(entries, file)
    read = load_entries(file)
    assert Counter(read) == Counter(entries)
    before = file.read_bytes()
    write_entries(reversed(read), file)
    assert file.read_bytes() == before and b"\r" not in before


def test_entries_are_ordered_by_original_and_descending_weight(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    write_entries([entry(original="c"), entry(spun="y"), entry(spun="x", weight=2.5)], file)
    assert [(e.original, e.spun, e.weight) for e in load_entries(file)] == [
        ("a", "x", 2.5), ("a", "y", 1.0), ("c", "b", 1.0),
    ]  # fmt: skip


def test_a_folder_is_read_file_by_file_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.tsv").write_text(HEAD + "c\td\tN\ttypical\t1\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text(HEAD + "a\tb\tN\ttypical\t1\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a dictionary", encoding="utf-8")
    assert [e.original for e in load_entries(tmp_path)] == ["a", "c"]
    assert [e.original for e in load_entries(str(tmp_path / "b.tsv"))] == ["c"]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, None),
        ({"weight": 0.5}, None),
        ({"rate": 0.0}, None),
        ({"rate": 1.0}, None),
        ({"original": ""}, "original or spun form is empty"),
        ({"spun": "  "}, "original or spun form is empty"),
        ({"spun": "a"}, "original and spun form are the same"),
        ({"provenance": "guessed"}, "unknown provenance 'guessed'"),
        ({"weight": 0.0}, "weight"),
        ({"weight": -1.0}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"rate": 1.01}, "rate must be between 0 and 1"),
        ({"rate": -0.01}, "rate"),
        ({"rate": float("nan")}, "rate"),
        ({"original": "1999"}, "the original is a number"),
        ({"original": "19th"}, None),
    ],
)
def test_entry_fault(values: dict[str, object], fault: str | None) -> None:
    actual = entry_fault(entry(**values))
    assert actual is None if fault is None else actual is not None and fault in actual


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (GOOD + "a\tb\tN\tobserved\n", ":3: expected 5 columns"),
        (GOOD + GOOD + "a\tb\tN\tobserved\tmany\n", ":4: expected 5 columns"),
        ("a\tb\tN\tobserved\t1\tx\n", ":2: expected 5 columns"),
        ("\n", ":2: expected 5 columns"),
        (GOOD + "a\ta\tN\tobserved\t1\n", ":3: original and spun form are the same"),
        ("a\tb\tN\tguessed\t1\n", ":2: unknown provenance"),
        ("a\tb\tN\tobserved\tnan\n", ":2: weight"),
        ("20\ttwenty\tN\tobserved\t1\n", ":2: the original is a number"),
    ],
)
def test_invalid_row_errors_name_the_line(tmp_path: Path, rows: str, message: str) -> None:
    file = tmp_path / "a.tsv"
    file.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as failure:
        load_entries(file)
    assert str(failure.value).startswith(str(file))


def test_wrong_header_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    for content in ("", GOOD, "original\tspun\n"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match="the first line must be original spun"):
            load_entries(file)


@pytest.mark.parametrize(
    ("head", "row", "rate", "sources"),
    [
        (COLUMNS[:5], "a\tb\tN\tobserved\t1", None, ()),
        (COLUMNS[:6], "a\tb\tN\tobserved\t1\t0.25", 0.25, ()),
        (COLUMNS, "a\tb\tN\tobserved\t1\t0.25\tpairs+author", 0.25, ("pairs", "author")),
        (COLUMNS, "a\tb\tN\tobserved\t1\t0\tpages", 0.0, ("pages",)),
        (COLUMNS, "a\tb\tN\tobserved\t1\t\t", None, ()),
    ],
)
def test_rate_and_sources_are_optional(
    tmp_path: Path, head: tuple[str, ...], row: str, rate: float | None, sources: tuple[str, ...]
) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("\t".join(head) + "\n" + row + "\n", encoding="utf-8")
    assert load_entries(file) == [entry(rate=rate, sources=sources)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a\tb\tN\tobserved\t1", ":2: expected 7 columns"),
        ("a\tb\tN\tobserved\t1\t0.5\tpairs\tx", ":2: expected 7 columns"),
        ("a\tb\tN\tobserved\t1\tpairs\t0.5", ":2: expected 7 columns"),
        ("a\tb\tN\tobserved\t1\t1.5\tpairs", ":2: rate must be between 0 and 1"),
        ("a\tb\tN\tobserved\t1\tnan\tpairs", ":2: rate must be between 0 and 1"),
    ],
)
def test_invalid_rate_errors_name_the_line(tmp_path: Path, row: str, message: str) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("\t".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_entries(file)


def test_wrong_column_order_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    for head in ((*COLUMNS[:5], "sources", "rate"), (*COLUMNS, "notes"), (*COLUMNS[:5], "sources")):
        file.write_text("\t".join(head) + "\n", encoding="utf-8")
        with pytest.raises(ValueError, match="the first line must be original spun"):
            load_entries(file)


def test_missing_values_are_written_as_empty_columns(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    write_entries([entry(rate=0.0, sources=("pairs", "pages")), entry(spun="c", weight=0.25)], file)
    assert file.read_bytes() == (
        b"original\tspun\tpos\tprovenance\tweight\trate\tsources\n"
        b"a\tb\tN\tobserved\t1\t0\tpairs+pages\n"
        b"a\tc\tN\tobserved\t0.25\t\t\n"
    )


def test_write_replaces_an_existing_file(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("anything\n" * 99, encoding="utf-8")
    write_entries([entry()], file)
    assert load_entries(file) == [entry()]
    assert list(tmp_path.iterdir()) == [file]


def test_failed_write_keeps_the_existing_file(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    write_entries([entry()], file)
    before = file.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        write_entries([entry(), entry(spun="\ud800")], file)
    assert file.read_bytes() == before
    assert load_entries(tmp_path) == [entry()]


def test_an_error_in_the_iterator_keeps_the_existing_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Entry]:
        yield entry(spun="c")
        raise RuntimeError("interrupted")

    file = tmp_path / "a.tsv"
    write_entries([entry()], file)
    with pytest.raises(RuntimeError, match="interrupted"):
        write_entries(broken(), file)
    assert load_entries(file) == [entry()]
    assert list(tmp_path.iterdir()) == [file]


def test_every_builtin_entry_has_a_rate_and_sources(builtin: list[Entry]) -> None:
    assert [e for e in builtin if e.rate is None or not e.sources] == []
    # Only entries that were seen have a source other than the author.
    for e in builtin:
        assert bool(set(e.sources) - {"author"}) == (e.provenance in ("observed", "inferred")), e


@pytest.mark.parametrize(
    "pairs",
    [
        ["increase enhance", "increases enhances", "increased enhanced", "increasing enhancing"],
        ["show indicate", "shows indicates", "showed indicated", "showing indicating"],
        ["company firm", "companies firms"],
        ["large big", "larger bigger", "largest biggest"],
    ],
)
def test_inflected_forms_have_spun_forms_of_the_same_inflection(
    builtin: list[Entry], pairs: list[str]
) -> None:
    assert {tuple(p.split()) for p in pairs} <= {(e.original, e.spun) for e in builtin}


def test_the_tortured_dictionary_is_valid() -> None:
    tortured = load_entries("tortured")
    assert len(tortured) > 5_000
    assert [e for e in tortured if entry_fault(e) is not None] == []
    assert {e.provenance for e in tortured} == {"observed"}
    assert {e.original for e in tortured} >= {"deep learning", "neural network", "big data"}


@pytest.mark.parametrize(
    ("original", "spun", "contraction", "figure"),
    [
        ("did not", "didn't", True, False),
        ("didn't", "did not", True, False),
        ("cannot", "can't", True, False),
        ("they'll", "they're going to", False, False),
        ("house", "home", False, False),
        ("third", "3rd", False, True),
        ("19th", "nineteenth", False, True),
        ("half-hour", "30-minute", False, True),
        ("2nd", "3rd", False, False),
        ("three o'clock", "3 pm", False, True),
        ("year's end", "12 months end", False, True),
    ],
)
def test_detection_of_contractions_and_figures(
    original: str, spun: str, contraction: bool, figure: bool
) -> None:
    row = entry(original=original, spun=spun)
    assert (is_contraction(row), is_figure(row)) == (contraction, figure)


@pytest.mark.parametrize(("predicate", "character"), [(is_contraction, "'"), (is_figure, "1")])
def test_the_builtin_dictionary_has_contractions_and_figures_in_both_directions(
    builtin: list[Entry], predicate: Callable[[Entry], bool], character: str
) -> None:
    assert {character in e.original for e in builtin if predicate(e)} == {True, False}


def test_missing_dictionary_errors_name_the_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no dictionary at"):
        load_entries(tmp_path / "missing.tsv")
    with pytest.raises(FileNotFoundError, match="a folder of them"):
        load_entries(tmp_path)


def test_a_possessive_is_not_a_contraction() -> None:
    assert not is_contraction(entry(original="campaign's", spun="promotion"))
    assert is_contraction(entry(original="it is", spun="it's")) and is_contraction(
        entry(original="can't", spun="cannot")
    )


@pytest.mark.parametrize("content", ["a" * 140_000 + "\tb\tN\tobserved\t1\n", "a\tb\tN\tobserved\tinf\n"])
def test_oversized_field_or_infinite_weight_is_rejected(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.tsv"
    file.write_text(HEAD + content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.tsv"):
        load_entries(file)


def test_encoding_errors_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_bytes(HEAD.encode() + b"caf\xe9\tb\tN\tobserved\t1\n")
    with pytest.raises(ValueError, match=r"a\.tsv"):
        load_entries(file)
