"""Calibrated confidence and the spun score: from probabilities to figures that can be believed."""

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
from despin.infer.decision.confidence import (
    DEFAULT_SCORE_FIT,
    Logistic,
    apply_calibration,
    evidence_density,
    log_odds,
    spun_score,
)

SPUN = "The decrease home of the Russian Parliament mentioned it might vote on the loss of life penalty.\n"


def test_no_fit_changes_nothing_and_a_fit_moves_the_log_odds() -> None:
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


def test_the_unfitted_score_is_even_at_one_sure_edit_in_a_hundred_words() -> None:
    assert spun_score([1.0], 90) == pytest.approx(0.5)
    assert spun_score([], 90) == spun_score([0.5] * 50, 90) == 0.0
    assert evidence_density([0.75, 1.0], 10) == pytest.approx((0.25 + 1) / 20)
    assert spun_score([0.9] * 30, 90, Logistic(2.0, 6.0)) > spun_score([0.9] * 3, 90, Logistic(2.0, 6.0))
    assert DEFAULT_SCORE_FIT(math.log(0.01)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "bad",
    [
        {"slope": 1.0},
        {"slope": -1.0, "offset": 0.0},
        {"slope": "x", "offset": 0},
        3,
        {"slope": 1, "offset": "nan"},
    ],
)
def test_settings_that_make_no_logistic_are_told_in_one_line(bad: object, tmp_path: Path) -> None:
    for name in ("calibration", "score"):
        with pytest.raises(ValueError, match=name):
            Logistic.of({name: bad}, name)
    folder = tmp_path / "checkpoint"
    shutil.copytree(EMBEDDED, folder)
    settings = json.loads((folder / "despin.json").read_text())
    (folder / "despin.json").write_text(json.dumps({**settings, "score": bad}))
    with pytest.raises(CheckpointError, match="score") as caught:
        Despinner(folder, threads=1)
    assert "\n" not in str(caught.value)


def test_settings_reach_the_edits_and_the_gate(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(EMBEDDED, plain)
    settings = {"format": 1, "form": "hinted", "min_confidence": 0.0, "min_score": 0.0}
    (plain / "despin.json").write_text(json.dumps(settings))
    raw = Despinner(plain, threads=1).correct(SPUN)
    assert raw.edits
    halved = {**settings, "calibration": {"slope": 0.5, "offset": 0.1}}
    (plain / "despin.json").write_text(json.dumps(halved))
    fitted = Despinner(plain, threads=1).correct(SPUN)
    for before, after in zip(raw.edits, fitted.edits, strict=True):
        assert after.confidence == pytest.approx(
            apply_calibration(before.confidence, Logistic(0.5, 0.1)), abs=2e-3
        )
    # The score is by the checkpoint's own threshold: what the user asks for does not move it.
    strict = Despinner(plain, threads=1, min_confidence=1.0).correct(SPUN)
    assert strict.score == fitted.score and not strict.edits and strict.text == SPUN
    # A text that scores below the gate is left alone, and 0 forces it.
    assert Despinner(plain, threads=1, min_score=1.0).correct(SPUN).text == SPUN
    assert fitted.text != SPUN


def test_doubtful_edits_however_many_do_not_make_a_text_spun() -> None:
    sure, doubtful = [0.9] * 6, [0.6] * 24
    assert spun_score(sure, 100) > spun_score(doubtful, 100)
