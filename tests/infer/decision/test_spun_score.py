"""The spun score: what counts as evidence, and what the hidden Markov model makes of it."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.decision.spun_score import (
    SegmentEvidence,
    SpunModel,
    carried_log_odds,
    edit_evidence,
    segment_evidence,
    spun_probabilities,
    spun_score,
)

MODEL = SpunModel(clean_rate=0.0005, spun_rate=0.06, prior=0.1, change_rate=0.002)


def score(*segments: SegmentEvidence) -> float:
    return spun_score(spun_probabilities(segments, MODEL))


def test_what_counts_as_evidence() -> None:
    assert edit_evidence(0.5) == edit_evidence(0.2) == 0.0
    assert edit_evidence(1.0) == 1.0 and edit_evidence(0.75) == 0.25
    assert segment_evidence([0.75, 1.0, 0.4], 10) == SegmentEvidence(1.25, 10)
    assert segment_evidence([0.9] * 6, 100).evidence > segment_evidence([0.6] * 24, 100).evidence


def test_a_text_of_which_nothing_is_known_scores_the_prior() -> None:
    assert score() == 0.0
    assert score(SegmentEvidence(0.0, 0)) == pytest.approx(0.1)
    assert 0.05 < score(SegmentEvidence(0.0, 4)) < 0.1
    assert score(SegmentEvidence(0.0, 60)) < 0.01


def test_one_likely_edit_is_enough_in_no_short_text_and_two_sure_ones_are() -> None:
    assert 0.3 < score(segment_evidence([0.81], 4)) < 0.7
    assert score(segment_evidence([0.95, 0.95], 12)) > 0.9
    assert score(segment_evidence([0.95, 0.95], 200)) < 0.1


def test_a_spun_passage_is_found_in_a_long_text_and_a_clean_one_in_a_spun_text() -> None:
    clean, spun = SegmentEvidence(0.0, 50), SegmentEvidence(3.0, 50)
    chances = spun_probabilities([clean] * 20 + [spun] * 2 + [clean] * 20, MODEL)
    assert [c > 0.5 for c in chances] == [False] * 20 + [True] * 2 + [False] * 20
    chances = spun_probabilities([spun] * 5 + [clean] * 4 + [spun] * 5, MODEL)
    assert [c > 0.5 for c in chances] == [True] * 5 + [False] * 4 + [True] * 5
    # A short segment without evidence amid spun ones is one of them.
    assert min(spun_probabilities([spun, SegmentEvidence(0.0, 6), spun], MODEL)) > 0.9


segments = st.lists(
    st.tuples(st.floats(0, 5), st.integers(0, 80)).map(lambda pair: SegmentEvidence(*pair)),
    min_size=1,
    max_size=6,
)


@given(segments)
def test_the_probabilities_are_those_of_the_sum_over_all_paths(parts: list[SegmentEvidence]) -> None:
    weights = [0.0] * len(parts)
    total = 0.0
    for path in product((False, True), repeat=len(parts)):
        weight = MODEL.prior if path[0] else 1 - MODEL.prior
        for i, (is_spun, part) in enumerate(zip(path, parts)):
            if is_spun:
                weight *= math.exp(MODEL.log_likelihood_ratio(part))
            if i:
                stays = math.exp(-MODEL.change_rate * (parts[i - 1].words + part.words) / 2)
                enters = MODEL.prior if is_spun else 1 - MODEL.prior
                weight *= (1 - stays) * enters + (stays if is_spun == path[i - 1] else 0.0)
        total += weight
        for i, is_spun in enumerate(path):
            weights[i] += weight * is_spun
    expected = [weight / total for weight in weights]
    assert spun_probabilities(parts, MODEL) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [{"clean_rate": 0.0}, {"clean_rate": 0.1}, {"spun_rate": math.inf}, {"prior": 0.0}, {"prior": 1.0},
     {"change_rate": 0.0}, {"change_rate": math.nan}],
)  # fmt: skip
def test_parameters_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"rate|prior"):
        SpunModel(**wrong)


def test_parts_of_a_text_are_judged_with_what_is_known_of_the_parts_before() -> None:
    clean, spun, unclear = SegmentEvidence(0.0, 30), SegmentEvidence(3.0, 30), SegmentEvidence(0.4, 12)
    whole = spun_probabilities([spun, spun, unclear], MODEL)
    carried = carried_log_odds([spun, spun], MODEL)
    # The part in hand knows the parts before as the whole does, but for the words around the border.
    assert spun_probabilities([unclear], MODEL, carried)[0] == pytest.approx(whole[2], abs=0.02)
    assert spun_probabilities([unclear], MODEL)[0] < whole[2] - 0.2
    assert carried_log_odds([clean] * 5, MODEL, carried) < carried_log_odds([clean], MODEL, carried) < carried
