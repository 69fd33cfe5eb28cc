"""A dictionary updated with pairs: rates between the dictionary's and the observed ones, new rows added."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from despin.cli import cli
from despin.train.observe.dictionary_update import update_dictionary
from despin.train.observe.observer import Observation
from despin.train.spin.dictionary import Entry, load_entries


def test_rates_and_weights_follow_the_counts() -> None:
    entries = [
        Entry("house", "home", "NOUN", "typical", 1.0, 0.6, ("author",)),
        Entry("House", "dwelling", "NOUN", "typical", 1.0, 0.6),
        Entry("river", "stream", "NOUN", "observed", 2.0, 0.9),
        Entry("lamp", "lantern", "NOUN", "typical", 1.0, None),
    ]
    seen = [
        Observation(Entry("house", "home", "", "observed", 4, 0.8, ("mine",)), 4, 1, 0.0, ""),
        Observation(Entry("house", "residence", "", "observed", 1, 0.8, ("mine",)), 1, 1, 0.0, ""),
        Observation(Entry("boat", "vessel", "", "observed", 3, 0.75, ("mine",)), 3, 1, 0.0, ""),
    ]
    updated = update_dictionary(entries, seen, Counter({("house",): 1, ("lamp",): 5}))
    by = {(e.original, e.spun): e for e in updated}
    rate = round((5 * 0.6 + 5) / (5 + 6), 3)
    assert by["house", "home"] == Entry("house", "home", "NOUN", "observed", 5.0, rate, ("author", "mine"))
    assert by["House", "dwelling"].rate == by["house", "residence"].rate == rate
    assert by["river", "stream"] == entries[2]
    assert by["lamp", "lantern"].rate == pytest.approx(5 * 0.45 / 10)
    assert by["boat", "vessel"] == seen[2].entry


def test_the_command_updates_a_file(tmp_path: Path) -> None:
    dictionary = tmp_path / "mine.tsv"
    dictionary.write_text(
        "original\tspun\tpos\tprovenance\tweight\trate\nhouse\thome\tNOUN\ttypical\t1\t0.5\n"
    )
    sentence = "The {} near the lake was sold to a {} on Monday."
    rows = [
        {
            "id": str(n),
            "spun": sentence.format("home", "buyer"),
            "original": sentence.format("house", "buyer"),
        }
        for n in range(6)
    ]
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "new.tsv"
    done = CliRunner().invoke(cli, ["observe", "--update", str(dictionary), "--out", str(out), str(pairs)])
    assert done.exit_code == 0, done.output
    (entry,) = load_entries(out)
    assert (entry.original, entry.spun, entry.provenance, entry.weight) == ("house", "home", "observed", 7.0)
    assert entry.rate == pytest.approx((5 * 0.5 + 6) / 11, abs=1e-3)
    wrong = CliRunner().invoke(cli, ["observe", "--update", "gone.tsv", "--out", str(out), str(pairs)])
    assert wrong.exit_code == 2 and "no dictionary at gone.tsv" in wrong.output
    assert CliRunner().invoke(cli, ["observe", "--update", str(dictionary), str(pairs)]).exit_code == 2
