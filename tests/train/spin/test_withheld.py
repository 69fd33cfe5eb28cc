"""Dictionary rows withheld from training."""

from __future__ import annotations

from despin.train import Entry, SpinConfig, Spinner
from despin.train.data.examples import load_mix
from despin.train.recipe import PairsConfig
from despin.train.spin.withheld import is_withheld, withheld_rows, without_withheld

ENTRIES = [Entry(f"word{n}", f"form{n}", "N", "observed", 1, rate=1.0) for n in range(3000)]


def test_withheld_rows_depend_only_on_the_hash() -> None:
    withheld = withheld_rows(ENTRIES, 0.1)
    assert 240 < len(withheld) < 360
    assert withheld == withheld_rows(list(reversed(ENTRIES)), 0.1)
    assert withheld_rows(ENTRIES, 0.05) < withheld < withheld_rows(ENTRIES, 0.2)
    assert not withheld_rows(ENTRIES, 0.0) and len(withheld_rows(ENTRIES, 1.0)) == 3000
    assert all(is_withheld(o, s, 0.1) for o, s in withheld)


def test_a_spinner_without_withheld_rows_never_uses_them() -> None:
    spinner = Spinner(SpinConfig(coverage={"observed": 1.0}, occurrence=1.0), entries=ENTRIES)
    text = " ".join(e.original for e in ENTRIES)
    withheld = withheld_rows(ENTRIES, 0.1)
    full = {(e.source, e.replacement) for e in spinner.spin(text, seed=0).edits}
    assert full & withheld
    reduced = {(e.source, e.replacement) for e in without_withheld(spinner, 0.1).spin(text, seed=0).edits}
    assert reduced and not reduced & withheld


def test_a_mix_without_withheld_rows() -> None:
    config = PairsConfig(withheld=0.02)
    full = {(e.original, e.spun) for e in load_mix(config).entries}
    reduced = {(e.original, e.spun) for e in load_mix(config, config.withheld).entries}
    assert full - reduced == withheld_rows(load_mix(config).entries, 0.02)
    assert 0.01 * len(full) < len(full - reduced) < 0.03 * len(full)
