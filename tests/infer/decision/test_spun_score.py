"""The spun score: its default fit, its smoothing, and what counts as evidence."""

from __future__ import annotations

import math

import pytest

from despin.infer.decision.confidence import Logistic
from despin.infer.decision.spun_score import DEFAULT_SCORE_FIT, evidence_density, spun_score


def test_the_default_score_is_one_half_at_one_certain_edit_in_a_hundred_words() -> None:
    assert spun_score([1.0], 90) == pytest.approx(0.5)
    assert spun_score([], 90) == spun_score([0.5] * 50, 90) == 0.0
    assert evidence_density([0.75, 1.0], 10) == pytest.approx((0.25 + 1) / 20)
    assert spun_score([0.9] * 30, 90, Logistic(2.0, 6.0)) > spun_score([0.9] * 3, 90, Logistic(2.0, 6.0))
    assert DEFAULT_SCORE_FIT(math.log(0.01)) == pytest.approx(0.5)


def test_many_uncertain_edits_score_below_a_few_confident_ones() -> None:
    confident, uncertain = [0.9] * 6, [0.6] * 24
    assert spun_score(confident, 100) > spun_score(uncertain, 100)
