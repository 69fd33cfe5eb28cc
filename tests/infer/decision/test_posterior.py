"""The posterior of a slot, against values computed by hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.decision.posterior import ARTICLE_MISMATCH, posterior


def logs_of(*probabilities: float) -> npt.NDArray[np.float32]:
    return np.log(np.array(probabilities, dtype=np.float32))


def test_with_weight_0_the_model_decides_alone() -> None:
    result = posterior(
        logs_of(0.2, 0.6, 0.2), keep=0.9, shares=(0.05, 0.05), first_pieces=("▁a", "▁b"), weight=0.0
    )
    assert result == pytest.approx([0.2, 0.6, 0.2])


def test_with_weight_one_model_and_dictionary_are_multiplied() -> None:
    result = posterior(
        logs_of(0.5, 0.25, 0.25), keep=0.2, shares=(0.6, 0.2), first_pieces=("▁a", "▁b"), weight=1.0
    )
    assert result == pytest.approx(np.array([0.10, 0.15, 0.05]) / 0.30)


def test_hints_with_the_same_first_piece_divide_its_probability() -> None:
    result = posterior(
        logs_of(0.5, 0.5, 0.5), keep=0.5, shares=(0.3, 0.1), first_pieces=("▁in", "▁in"), weight=0.0
    )
    assert result == pytest.approx([0.5, 0.375, 0.125])


def test_the_dictionary_alone_rules_out_nothing() -> None:
    result = posterior(logs_of(1e-9, 1.0), keep=1.0, shares=(0.0,), first_pieces=("▁a",), weight=1.0)
    assert result[1] > 0.99


SHARE = st.floats(0, 1)


@given(
    st.lists(st.tuples(SHARE, st.floats(-80, 0), st.sampled_from("ab")), max_size=4), SHARE, st.floats(0, 2)
)
def test_it_is_always_a_distribution(
    hints: list[tuple[float, float, str]], keep: float, weight: float
) -> None:
    result = posterior(
        np.array([-3.0, *(log for _, log, _ in hints)]),
        keep,
        [share for share, _, _ in hints],
        [piece for _, _, piece in hints],
        weight,
    )
    assert len(result) == len(hints) + 1 and result.sum() == pytest.approx(1.0) and (result >= 0).all()


def test_a_wording_that_does_not_agree_with_the_article_is_penalised() -> None:
    log_probs = np.log([0.5, 0.3, 0.2])
    plain = posterior(log_probs, 0.4, [0.3, 0.3], ["x", "y"], 0.0)
    with_article = posterior(log_probs, 0.4, [0.3, 0.3], ["x", "y"], 0.0, agrees=[False, True, False])
    weights = np.array([0.5 * ARTICLE_MISMATCH, 0.3, 0.2 * ARTICLE_MISMATCH])
    assert plain == pytest.approx([0.5, 0.3, 0.2])
    assert with_article == pytest.approx(weights / weights.sum())


def test_a_lower_model_weight_leaves_more_to_the_dictionary() -> None:
    log_probs = np.log([0.9, 0.1])
    assert posterior(log_probs, 0.5, [0.5], ["x"], 1.0, model_weight=0.5) == pytest.approx([0.75, 0.25])
    assert posterior(log_probs, 0.2, [0.8], ["x"], 1.0, model_weight=0.0) == pytest.approx([0.2, 0.8])
