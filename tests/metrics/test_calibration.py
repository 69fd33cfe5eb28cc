"""Calibration error, ranking and the logistic fit against cases worked out by hand."""

from __future__ import annotations

import math
import random

import pytest

from despin.metrics.calibration import (
    auroc,
    brier_score,
    calibration_bins,
    calibration_error,
    expected_error_if_calibrated,
    fit_logistic,
)


def test_the_error_is_the_mean_distance_of_the_bins() -> None:
    chances, right = [0.2, 0.2, 0.9, 0.9], [False, True, True, True]
    assert calibration_bins(chances, right, 2) == [(0.2, 0.5, 2), (0.9, 1.0, 2)]
    assert calibration_error(chances, right, 2) == pytest.approx((0.3 + 0.1) / 2)
    assert brier_score(chances, right) == pytest.approx((0.04 + 0.64 + 0.01 + 0.01) / 4)


def test_fewer_edits_than_bins_and_none_at_all() -> None:
    assert calibration_error([0.5, 1.0], [True, True], 15) == pytest.approx(0.25)
    assert calibration_error([], [], 15) == 0.0


def test_ties_count_half() -> None:
    assert auroc([0.1, 0.5], [0.5, 0.9]) == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    assert auroc([1.0, 1.0], [1.0]) == 0.5
    assert auroc([0.9], [0.1]) == 0.0


def test_the_fit_finds_what_the_data_were_made_with() -> None:
    rng = random.Random(0)
    x = [rng.uniform(-6, 6) for _ in range(20_000)]
    y = [rng.random() < 1 / (1 + math.exp(-(0.5 * v + 0.3))) for v in x]
    found = fit_logistic(x, y)
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.offset == pytest.approx(0.3, abs=0.05)


def test_the_fit_stays_finite_where_a_line_parts_the_data() -> None:
    found = fit_logistic([-3.0, -2.0, 2.0, 3.0], [False, False, True, True], ridge=0.1)
    assert 0.5 < found.slope < 20 and abs(found.offset) < 1e-6
    # From probabilities next to 0 and 1, where an undamped step overshoots.
    sure = fit_logistic([9.2] * 90 + [4.0] * 10, [True] * 80 + [False] * 20)
    assert sure(9.2) == pytest.approx(0.8889, abs=0.01)


def test_weights_count_a_case_several_times() -> None:
    once = fit_logistic([0.0, 1.0, 1.0, 2.0], [False, True, False, True], weights=[1, 3, 1, 1])
    thrice = fit_logistic([0.0, 1.0, 1.0, 1.0, 1.0, 2.0], [False, True, True, True, False, True])
    assert once.slope == pytest.approx(thrice.slope) and once.offset == pytest.approx(thrice.offset)


def test_chance_alone_makes_an_error_that_shrinks_with_the_cases() -> None:
    few, many = (
        expected_error_if_calibrated([0.7] * 300),
        expected_error_if_calibrated([0.7] * 30_000, draws=20),
    )
    # 20 cases a bin: the mean distance is 0.8 standard deviations of a mean, sqrt(0.21 / 20) each.
    assert few == pytest.approx(0.8 * math.sqrt(0.21 / 20), rel=0.1)
    assert many == pytest.approx(few / 10, rel=0.2)
    assert expected_error_if_calibrated([1.0] * 50) == 0.0
