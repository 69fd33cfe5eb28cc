"""The decision at a slot, against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.decision.posterior import ARTICLE_MISMATCH, posterior


def logs(*chances: float) -> npt.NDArray[np.float32]:
    return np.log(np.array(chances, dtype=np.float32))


def test_without_weight_the_model_decides_alone() -> None:
    made = posterior(logs(0.2, 0.6, 0.2), keep=0.9, shares=(0.05, 0.05), firsts=("▁a", "▁b"), weight=0.0)
    assert made == pytest.approx([0.2, 0.6, 0.2])


def test_with_weight_one_model_and_dictionary_are_multiplied() -> None:
    made = posterior(logs(0.5, 0.25, 0.25), keep=0.2, shares=(0.6, 0.2), firsts=("▁a", "▁b"), weight=1.0)
    assert made == pytest.approx(np.array([0.10, 0.15, 0.05]) / 0.30)


def test_hints_that_begin_alike_share_the_piece() -> None:
    made = posterior(logs(0.5, 0.5, 0.5), keep=0.5, shares=(0.3, 0.1), firsts=("▁in", "▁in"), weight=0.0)
    assert made == pytest.approx([0.5, 0.375, 0.125])


def test_the_dictionary_alone_rules_nothing_out() -> None:
    made = posterior(logs(1e-9, 1.0), keep=1.0, shares=(0.0,), firsts=("▁a",), weight=1.0)
    assert made[1] > 0.99


SHARE = st.floats(0, 1)


@given(
    st.lists(st.tuples(SHARE, st.floats(-80, 0), st.sampled_from("ab")), max_size=4), SHARE, st.floats(0, 2)
)
def test_it_is_always_a_distribution(
    hints: list[tuple[float, float, str]], keep: float, weight: float
) -> None:
    made = posterior(
        np.array([-3.0, *(log for _, log, _ in hints)]),
        keep,
        [share for share, _, _ in hints],
        [first for _, _, first in hints],
        weight,
    )
    assert len(made) == len(hints) + 1 and made.sum() == pytest.approx(1.0) and (made >= 0).all()


def test_a_wording_that_does_not_go_with_the_article_is_hardly_chosen() -> None:
    logs = np.log([0.5, 0.3, 0.2])
    plain = posterior(logs, 0.4, [0.3, 0.3], ["x", "y"], 0.0)
    fitting = posterior(logs, 0.4, [0.3, 0.3], ["x", "y"], 0.0, fits=[False, True, False])
    grown = np.array([0.5 * ARTICLE_MISMATCH, 0.3, 0.2 * ARTICLE_MISMATCH])
    assert plain == pytest.approx([0.5, 0.3, 0.2])
    assert fitting == pytest.approx(grown / grown.sum())


def test_a_lighter_model_leaves_more_to_the_dictionary() -> None:
    logs = np.log([0.9, 0.1])
    assert posterior(logs, 0.5, [0.5], ["x"], 1.0, model_weight=0.5) == pytest.approx([0.75, 0.25])
    assert posterior(logs, 0.2, [0.8], ["x"], 1.0, model_weight=0.0) == pytest.approx([0.2, 0.8])
