"""Calibrated confidence, and the settings that calibrate it."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.errors import CheckpointError
from despin.infer import Despinner
from despin.infer.checkpoint import EMBEDDED
from despin.infer.decision.confidence import Logistic, apply_calibration, log_odds
from despin.infer.digests import write_digests

SPUN = "The decrease home of the Russian Parliament mentioned it might vote on the loss of life penalty.\n"


def test_no_fit_changes_nothing_and_a_fit_scales_the_log_odds() -> None:
    assert apply_calibration(0.73, None) == 0.73
    assert apply_calibration(0.8, Logistic(1.0, 0.0)) == pytest.approx(0.8)
    assert apply_calibration(0.8, Logistic(0.5, 0.0)) == pytest.approx(2 / 3)  # odds 4, square root 2
    assert apply_calibration(0.5, Logistic(3.0, math.log(3))) == pytest.approx(0.75)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 50), st.floats(-800, 800))
def test_calibration_keeps_the_order_and_the_range(a: float, b: float, slope: float, offset: float) -> None:
    fit = Logistic(slope, offset)
    low, high = sorted((a, b))
    assert 0 <= apply_calibration(low, fit) <= apply_calibration(high, fit) <= 1
    assert math.isfinite(log_odds(a))


@pytest.mark.parametrize(
    "invalid",
    [
        {"slope": 1.0},
        {"slope": -1.0, "offset": 0.0},
        {"slope": "x", "offset": 0},
        3,
        {"slope": 1, "offset": "nan"},
    ],
)
def test_invalid_logistic_settings_are_reported_in_one_line(invalid: object, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(EMBEDDED, folder)
    settings = json.loads((folder / "despin.json").read_text())
    for name in ("calibration", "score"):
        (folder / "despin.json").write_text(json.dumps({**settings, name: invalid}))
        with pytest.raises(CheckpointError, match=name) as error:
            Despinner(folder, threads=1)
        assert "\n" not in str(error.value)


def test_settings_apply_to_the_edits_and_to_the_score_threshold(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(EMBEDDED, plain)
    settings = {"format": 1, "form": "hinted", "min_confidence": 0.0, "min_score": 0.0}
    (plain / "despin.json").write_text(json.dumps(settings))
    write_digests(plain)
    raw = Despinner(plain, threads=1).correct(SPUN)
    assert raw.edits
    halved = {**settings, "calibration": {"slope": 0.5, "offset": 0.1}}
    (plain / "despin.json").write_text(json.dumps(halved))
    write_digests(plain)
    fitted = Despinner(plain, threads=1).correct(SPUN)
    for before, after in zip(raw.edits, fitted.edits, strict=True):
        assert after.confidence == pytest.approx(
            apply_calibration(before.confidence, Logistic(0.5, 0.1)), abs=2e-3
        )
    # The score is computed with the checkpoint's own threshold, not with the user's.
    strict = Despinner(plain, threads=1, min_confidence=1.0).correct(SPUN)
    assert strict.score == fitted.score and not strict.edits and strict.text == SPUN
    # A text that scores below min_score is left alone.
    assert Despinner(plain, threads=1, min_score=1.0).correct(SPUN).text == SPUN
    assert fitted.text != SPUN
