"""Rows that training does not see."""

from __future__ import annotations

from despin.train import Entry, SpinConfig, Spinner
from despin.train.data.examples import load_mix
from despin.train.recipe import PairsConfig
from despin.train.spin.withheld import is_withheld, withheld_rows, without_withheld

ENTRIES = [Entry(f"word{n}", f"form{n}", "N", "observed", 1, rate=1.0) for n in range(3000)]


def test_the_hash_alone_settles_it() -> None:
    chosen = withheld_rows(ENTRIES, 0.1)
    assert 240 < len(chosen) < 360
    assert chosen == withheld_rows(list(reversed(ENTRIES)), 0.1)
    assert withheld_rows(ENTRIES, 0.05) < chosen < withheld_rows(ENTRIES, 0.2)
    assert not withheld_rows(ENTRIES, 0.0) and len(withheld_rows(ENTRIES, 1.0)) == 3000
    assert all(is_withheld(o, s, 0.1) for o, s in chosen)


def test_a_narrowed_spinner_never_makes_them() -> None:
    spinner = Spinner(SpinConfig(coverage={"observed": 1.0}, occurrence=1.0), entries=ENTRIES)
    text = " ".join(e.original for e in ENTRIES)
    chosen = withheld_rows(ENTRIES, 0.1)
    made = {(e.source, e.replacement) for e in spinner.spin(text, seed=0).edits}
    assert made & chosen
    fewer = {(e.source, e.replacement) for e in without_withheld(spinner, 0.1).spin(text, seed=0).edits}
    assert fewer and not fewer & chosen


def test_a_mix_goes_without_them_too() -> None:
    config = PairsConfig(withheld=0.02)
    whole = {(e.original, e.spun) for e in load_mix(config).entries}
    fewer = {(e.original, e.spun) for e in load_mix(config, config.withheld).entries}
    assert whole - fewer == withheld_rows(load_mix(config).entries, 0.02)
    assert 0.01 * len(whole) < len(whole - fewer) < 0.03 * len(whole)
