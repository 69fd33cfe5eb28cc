"""The speed table: rows in turns, the best round counts, what cannot run is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.bench.guard_costs import guard_costs, table
from despin.bench.memory_over_calls import memory_over_calls, resident_memory
from despin.bench.speed import text_length
from despin.bench.speed.process import command
from despin.bench.speed.sampled_text import mixture
from despin.bench.speed.speed_report import _table
from despin.bench.speed.text_length import by_length
from despin.bench.speed.timing import Setup, Timed, choices, compare, rounds
from despin.errors import InputError, SystemUnavailable
from despin.infer.despinner import Despinner
from despin.infer.guards.rules import GUARDS
from despin.metrics.harm import count_words
from despin.metrics.pairs import Pair

SPUN = "The decrease home mentioned on Monday that overseas officers would meet quickly. It was late.\n"


def test_ways_take_turns_and_reasons_are_kept() -> None:
    calls: list[str] = []

    def refuse() -> None:
        calls.append("b")
        raise SystemUnavailable("no weights")

    found = rounds([("a", lambda: calls.append("a")), ("b", refuse)], 3)
    assert calls == ["a", "b", "a", "a"]
    assert len(found[0].seconds) == 3 and found[1] == Timed("b", (), "no weights")


def test_the_table_compares_best_rounds() -> None:
    rows = [
        Timed("slow", (8.0, 4.0)),
        Timed("gone", (), "why"),
        Timed("quick", (1.0, 3.0)),
        Timed("floor", (0.5,)),
    ]
    lines = _table(rows, 100, "Note.", floor=True).splitlines()
    assert lines[2] == "| slow | 25 | 1.0 | 8.00 |"
    assert lines[3] == "| gone | not run: why |  |  |"
    assert lines[4] == "| quick | 100 | 4.0 | 2.00 |" and lines[-1] == "Note."
    assert "floor" not in _table(rows, 100, "").splitlines()[0]


def test_a_mixture_is_of_the_texts_sentences_and_settled_by_its_seed() -> None:
    text = "".join(mixture([SPUN], 200, seed=1))
    assert 200 <= count_words(text) < 300 and set(text.split()) == set(SPUN.split())
    assert text == "".join(mixture([SPUN], 200, seed=1)) != "".join(mixture([SPUN], 200, seed=2))


@pytest.fixture
def setup(tiny_checkpoint: Path) -> Setup:
    return Setup([SPUN * 3], tiny_checkpoint, tiny_checkpoint.parent / "trainable", None, threads=1, rounds=1)


def test_every_row_is_timed_or_says_why_not(setup: Setup) -> None:
    found = compare(setup)
    assert [bool(row.seconds) for row in found] == [False] * 3 + [True] * 6
    assert all(row.not_run == "no --base given" for row in found[:3])
    based = Setup(setup.texts, setup.checkpoint, setup.trainable, setup.trainable, 1, 1)
    assert all(row.seconds for row in compare(based))
    # A processor without int16 says so.
    assert all(row.seconds or "int16" in str(row.not_run) for row in choices(setup))


def test_lengths_and_processes_are_measured(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_length, "MIN_WORDS", 400)
    short, long = by_length(setup, [100, 500])
    assert 100 <= short[0] < 200 and 500 <= long[0] < 600 and short[2] > 0
    done = command(setup, 100)
    assert done.words >= 100 and done.seconds > 0 and done.peak_bytes > 10 * 2**20


def test_memory_is_told_as_it_goes(setup: Setup) -> None:
    found = list(memory_over_calls(setup.texts, 4, 2, setup.checkpoint))
    assert [calls for calls, _ in found] == [2, 4] and all(held > 10 * 2**20 for _, held in found)
    assert resident_memory() > 10 * 2**20


def test_what_a_guard_costs_is_the_difference_that_it_makes() -> None:
    spun = "The decrease home mentioned that overseas officers would by no means meet. "
    wanted = "The lower house said that foreign officials would never meet. "
    despinner = Despinner(threads=1, min_score=0.0, min_confidence=0.0)
    whole, found = guard_costs([Pair("a", spun * 3, wanted * 3)], despinner)
    assert [c.guard for c in found] == list(GUARDS) and whole.proposed > 0
    for cost in found:
        assert cost.correct_lost + cost.wrong_spared == cost.without.proposed - whole.proposed
        assert cost.refused or cost.without == whole
    assert table(whole, found).count("\n| `") == len(GUARDS)


def test_texts_without_a_sentence_are_refused() -> None:
    for text in ("", "no full stop", "..."):
        with pytest.raises(InputError, match="no complete sentence"):
            list(mixture([text], 100, seed=1))
