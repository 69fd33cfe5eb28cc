"""Checks of whole dictionaries; entries seen on real pages are exempt from the grammar checks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.train import Entry, load_entries
from despin.train.spin.dictionary import PROVENANCES
from despin.train.spin.lint import inflection_clash, lint_entries

UNSEEN = ("typical", "thesaurus")
SEEN = ("observed", "inferred")
ENTRY = st.builds(
    Entry,
    original=st.sampled_from(["a", "b", "c", "d"]),
    spun=st.sampled_from(["a", "b", "c", "d"]),
    pos=st.just("X"),
    provenance=st.sampled_from(PROVENANCES),
    weight=st.just(1.0),
).filter(lambda e: e.original != e.spun)


def entry(
    original: str, spun: str, provenance: str = "typical", pos: str = "X", rate: float | None = None
) -> Entry:
    """A substitution, by default one that was never seen."""
    return Entry(original, spun, pos, provenance, 1.0, rate)


def test_valid_entries_have_no_fault() -> None:
    rows = [
        entry("house", "home", rate=0.5),
        entry("house", "abode", "observed", rate=0.5),
        entry("home", "abode", rate=0.1),
        entry("houses", "homes", pos="NOUN"),
        entry("building", "erecting", pos="VERB"),
    ]
    assert list(lint_entries(rows)) == list(lint_entries(iter(rows))) == list(lint_entries([])) == []


@pytest.mark.parametrize("provenance", PROVENANCES)
@pytest.mark.parametrize(("original", "spun"), [("house", "house"), ("us", "US"), ("House", "house")])
def test_identities_are_reported(original: str, spun: str, provenance: str) -> None:
    assert list(lint_entries([entry(original, spun, provenance)])) == [
        f"{original!r} -> {spun!r}: original and spun form are the same"
    ]


@pytest.mark.parametrize("provenance", PROVENANCES)
@pytest.mark.parametrize(("original", "spun"), [("house", "home"), ("House", "home"), ("house", "HOME")])
def test_duplicates_are_reported(original: str, spun: str, provenance: str) -> None:
    rows = [entry("house", "home", "observed"), entry("flat", "home"), entry(original, spun, provenance)]
    assert list(lint_entries(rows)) == [f"{original!r} -> {spun!r}: listed twice"]


def test_each_duplicate_is_reported() -> None:
    assert list(lint_entries([entry("house", "home")] * 3)) == ["'house' -> 'home': listed twice"] * 2


@pytest.mark.parametrize("provenance", PROVENANCES)
@pytest.mark.parametrize(("first", "second"), [(0.5, 0.4), (0.5, None), (None, 0.5), (None, 0.0)])
def test_different_rates_of_an_original_are_reported(
    first: float | None, second: float | None, provenance: str
) -> None:
    rows = [
        entry("house", "home", rate=first),
        entry("flat", "home", rate=0.9),
        entry("house", "residence", rate=first),
        entry("house", "abode", provenance, rate=second),
    ]
    assert list(lint_entries(rows)) == [
        "'house' -> 'abode': its rate differs from that of other rows of this original"
    ]


@pytest.mark.parametrize("forward", PROVENANCES)
@pytest.mark.parametrize("reverse", PROVENANCES)
def test_cycles_of_unseen_entries_are_reported(forward: str, reverse: str) -> None:
    messages = list(
        lint_entries([entry("overseas", "abroad", forward), entry("abroad", "overseas", reverse)])
    )
    seen = forward in SEEN or reverse in SEEN
    assert messages == (
        [] if seen else ["'abroad' <-> 'overseas': a cycle of which neither direction was observed"]
    )


def test_cycles_are_detected_regardless_of_case() -> None:
    rows = [entry("America", "us"), entry("US", "america")]
    assert list(lint_entries(rows)) == ["'america' <-> 'us': a cycle of which neither direction was observed"]


def test_a_cycle_of_three_is_not_reported() -> None:
    assert list(lint_entries([entry("a", "b"), entry("b", "c"), entry("c", "a")])) == []


@settings(max_examples=40)
@given(rows=st.lists(ENTRY, max_size=12, unique_by=lambda e: (e.original, e.spun)), data=st.data())
def test_cycles_do_not_depend_on_the_order_of_entries(rows: list[Entry], data: st.DataObject) -> None:
    unseen = {(e.original, e.spun) for e in rows if e.provenance in UNSEEN}
    expected = [
        f"{a!r} <-> {b!r}: a cycle of which neither direction was observed"
        for a, b in sorted(unseen)
        if a < b and (b, a) in unseen
    ]
    assert sorted(lint_entries(data.draw(st.permutations(rows)))) == expected


CLASHING = [
    ("building", "erect", "VERB", "an -ing form replaced by a phrase without one"),
    ("Building", "set up", "VERB", "an -ing form replaced by a phrase without one"),
    ("houses", "home", "NOUN", "a plural replaced by a singular"),
    ("HOUSES", "place of living", "NOUN", "a plural replaced by a singular"),
]


@pytest.mark.parametrize("provenance", UNSEEN)
@pytest.mark.parametrize(("original", "spun", "pos", "clash"), CLASHING)
def test_inflection_clashes_of_unseen_entries_are_reported(
    original: str, spun: str, pos: str, clash: str, provenance: str
) -> None:
    assert list(lint_entries([entry(original, spun, provenance, pos)])) == [
        f"{original!r} -> {spun!r}: {clash}"
    ]


@pytest.mark.parametrize("provenance", SEEN)
@pytest.mark.parametrize(("original", "spun", "pos", "clash"), CLASHING)
def test_seen_entries_are_not_checked_for_inflection(
    original: str, spun: str, pos: str, clash: str, provenance: str
) -> None:
    row = entry(original, spun, provenance, pos)
    assert inflection_clash(row) == clash
    assert list(lint_entries([row])) == []


@pytest.mark.parametrize(
    ("original", "spun", "pos"),
    [
        ("building", "erecting", "VERB"),
        ("building", "Setting up", "VERB"),
        ("building", "house", "NOUN"),
        ("bring", "fetch", "VERB"),
        ("building up", "erect", "VERB"),
        ("well-being", "do well", "VERB"),
        ("houses", "homes", "NOUN"),
        ("houses", "places of living", "NOUN"),
        ("houses", "shelter", "VERB"),
        ("kids", "children", "NOUN"),
        ("jobs", "Work", "NOUN"),
        ("boss", "chief", "NOUN"),
        ("virus", "bug", "NOUN"),
        ("crisis", "trouble", "NOUN"),
        ("politics", "affair of state", "NOUN"),
        ("news", "report", "NOUN"),
        ("gas", "fuel", "NOUN"),
        ("old houses", "home", "NOUN"),
        ("son's", "boy", "NOUN"),
    ],
)
def test_agreeing_inflections(original: str, spun: str, pos: str) -> None:
    assert inflection_clash(entry(original, spun, pos=pos)) is None


def test_a_row_can_have_several_faults() -> None:
    rows = [entry("houses", "home", "observed", "NOUN", 0.5), entry("Houses", "home", pos="NOUN", rate=0.5)]
    assert list(lint_entries([*rows, entry("Houses", "Houses", pos="NOUN")])) == [
        "'Houses' -> 'home': listed twice",
        "'Houses' -> 'home': a plural replaced by a singular",
        "'Houses' -> 'Houses': original and spun form are the same",
        "'Houses' -> 'Houses': its rate differs from that of other rows of this original",
    ]


@pytest.mark.parametrize("name", ["builtin", "tortured"])
def test_the_packaged_dictionaries_have_no_fault(name: str) -> None:
    assert list(lint_entries(load_entries(name))) == []
