"""Errors sorted by cause."""

from __future__ import annotations

from despin.bench.error_causes import CAUSES, causes_table, find_errors
from despin.infer import Edit
from despin.infer.candidates.inverse import InverseLexicon

LEXICON = InverseLexicon(
    [
        ("home", "house", 0.6),
        ("decrease", "lower", 0.5),
        ("decrease", "cut", 0.3),
        ("mentioned", "said", 0.8),
        ("loss of life", "death", 0.9),
        ("officers", "officials", 0.7),
    ]
)
SPUN = "The decrease home mentioned the loss of life among officers was unhappy.\nThe navy slept."
ORIGINAL = "The lower house said the death among officials was sad.\nThe navy slept."


def edit(source: str, replacement: str, confidence: float) -> Edit:
    start = SPUN.index(source)
    return Edit(start, start + len(source), source, replacement, confidence)


def test_each_error_has_the_cause_it_was_given() -> None:
    edits = [
        edit("decrease", "cut", 0.9),  # wrong
        edit("home", "house", 0.4),  # right, below
        edit("mentioned", "said", 0.9),  # right
        edit("loss of life", "death", 0.9),  # right, several words
        edit("navy", "army", 0.8),  # needless, on another line
        edit("slept", "lay", 0.3),  # needless, but not made
    ]
    found = {
        e.spun: (e.cause, e.original, e.restored) for e in find_errors(SPUN, ORIGINAL, edits, 0.5, LEXICON)
    }
    assert found == {
        "decrease": ("another original", "lower", "cut"),
        "home": ("below the threshold", "house", "house"),
        "officers": ("kept", "officials", "officers"),
        "unhappy": ("not in the dictionary", "sad", "unhappy"),
        "navy": ("natural wording changed", "navy", "army"),
    }
    assert {cause for cause, _, _ in found.values()} == set(CAUSES)


def test_the_table_counts_them() -> None:
    found = find_errors(SPUN, ORIGINAL, [edit("decrease", "cut", 0.9)], 0.5, LEXICON)
    table = causes_table(found * 2)
    assert "| another original | 2 | 0.17 | decrease → lower (cut) |" in table
    assert "| kept | 8 |" in table and "| natural wording changed | 0 | 0.00 |" in table


def test_nothing_wrong_nothing_told() -> None:
    assert find_errors(ORIGINAL, ORIGINAL, [], 0.5, LEXICON) == []
    assert "| kept | 0 | 0.00 |" in causes_table([])
