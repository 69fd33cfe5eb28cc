"""The spinner's dictionary: every built-in entry is usable, and a bad one is named with its line."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.train.lexicon import COLUMNS, NEEDED, PROVENANCES, Entry, fault_of, load_entries, write_entries

HEAD = "\t".join(COLUMNS[:NEEDED]) + "\n"
GOOD = "house\thome\tNOUN\tobserved\t3\n"
PHRASE = st.lists(st.text("abC'\"é-", min_size=1, max_size=5), min_size=1, max_size=3).map(" ".join)
ENTRY = st.builds(
    Entry,
    original=PHRASE,
    spun=PHRASE,
    pos=st.sampled_from(["NOUN", "VERB", ""]),
    provenance=st.sampled_from(PROVENANCES),
    weight=st.integers(1, 99).map(float),
).filter(lambda e: fault_of(e) is None)


def entry(**values: Any) -> Entry:
    """A usable entry with ``values`` in it."""
    return replace(Entry("a", "b", "N", "observed", 1.0), **values)


@pytest.fixture(scope="module")
def builtin() -> list[Entry]:
    """The built-in dictionary."""
    return load_entries()


def test_the_builtin_dictionary_is_usable_throughout(builtin: list[Entry]) -> None:
    assert len(builtin) > 10_000
    assert [e for e in builtin if fault_of(e) is not None] == []
    assert {e.provenance for e in builtin} <= set(PROVENANCES)
    assert load_entries("builtin") == builtin


def test_no_builtin_substitution_is_listed_twice(builtin: list[Entry]) -> None:
    pairs = Counter((e.original, e.spun) for e in builtin)
    assert [pair for pair, n in pairs.items() if n > 1] == []


def test_builtin_entries_are_one_line_without_edges(builtin: list[Entry]) -> None:
    for e in builtin:
        for side in (e.original, e.spun):
            assert side == " ".join(side.split()), e


@settings(max_examples=30)
@given(entries=st.lists(ENTRY, max_size=6, unique_by=lambda e: (e.original, e.spun)))
def test_written_entries_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]
) -> None:
    file = tmp_path_factory.getbasetemp() / "written.tsv"
    write_entries(entries, file)
    read = load_entries(file)
    assert Counter(read) == Counter(entries)
    before = file.read_bytes()
    write_entries(reversed(read), file)
    assert file.read_bytes() == before and b"\r" not in before


def test_entries_are_ordered_by_original_and_falling_weight(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    write_entries([entry(original="c"), entry(spun="y"), entry(spun="x", weight=2.5)], file)
    assert [(e.original, e.spun, e.weight) for e in load_entries(file)] == [
        ("a", "x", 2.5), ("a", "y", 1.0), ("c", "b", 1.0),
    ]  # fmt: skip


def test_a_folder_is_read_file_by_file_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.tsv").write_text(HEAD + "c\td\tN\ttypical\t1\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text(HEAD + "a\tb\tN\ttypical\t1\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing of the kind", encoding="utf-8")
    assert [e.original for e in load_entries(tmp_path)] == ["a", "c"]
    assert [e.original for e in load_entries(str(tmp_path / "b.tsv"))] == ["c"]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, None),
        ({"weight": 0.5}, None),
        ({"original": ""}, "an empty side"),
        ({"spun": "  "}, "an empty side"),
        ({"spun": "a"}, "stands for itself"),
        ({"provenance": "guessed"}, "provenance 'guessed' is none of observed"),
        ({"weight": 0.0}, "weight"),
        ({"weight": -1.0}, "weight"),
        ({"weight": float("nan")}, "weight"),
    ],
)
def test_what_makes_an_entry_unusable(values: dict[str, object], fault: str | None) -> None:
    found = fault_of(entry(**values))
    assert found is None if fault is None else found is not None and fault in found


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (GOOD + "a\tb\tN\tobserved\n", ":3: 5 columns"),
        (GOOD + GOOD + "a\tb\tN\tobserved\tmany\n", ":4: 5 columns"),
        ("a\tb\tN\tobserved\t1\tx\n", ":2: 5 columns"),
        ("\n", ":2: 5 columns"),
        (GOOD + "a\ta\tN\tobserved\t1\n", ":3: 'a' stands for itself"),
        ("a\tb\tN\tguessed\t1\n", ":2: provenance"),
        ("a\tb\tN\tobserved\tnan\n", ":2: weight"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, rows: str, told: str) -> None:
    file = tmp_path / "a.tsv"
    file.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(ValueError, match=told) as failure:
        load_entries(file)
    assert str(failure.value).startswith(str(file))


def test_another_first_line_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    for content in ("", GOOD, "original\tspun\n"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match="the first line must be original spun"):
            load_entries(file)


def test_a_missing_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no dictionary at"):
        load_entries(tmp_path / "gone.tsv")
    with pytest.raises(FileNotFoundError, match="a folder of them"):
        load_entries(tmp_path)
