"""The alignment of a query with candidates."""

from __future__ import annotations

import random

import pytest

from despin.trace.query import TraceQuery, Wording, plain_query
from despin.trace.rerank import GAP, MISMATCH, align

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
FREQUENCIES = dict.fromkeys([*WORDS, "house", "lower", "death"], 0.001)


def query_of(*wordings: tuple[int, int, str, float]) -> TraceQuery:
    words = ["?"] * max(end for _, end, _, _ in wordings)
    return TraceQuery(words, sorted(Wording(s, e, tuple(t.split()), p) for s, e, t, p in wordings))


def test_the_stretch_of_a_copy_is_found_in_the_right_candidate() -> None:
    query = plain_query("gamma delta epsilon")
    first, second, empty = align(query, [["x", "delta", "x"], ["x", *WORDS, "x"], []], FREQUENCIES)
    assert second.score > first.score > empty.score == 0
    assert (second.start, second.end) == (3, 6)
    assert (first.start, first.end) == (1, 2)


def test_order_counts() -> None:
    right, wrong = align(
        plain_query("alpha beta gamma"), [["alpha", "beta", "gamma"], ["gamma", "beta", "alpha"]], FREQUENCIES
    )
    assert right.score > wrong.score


def test_a_wording_may_have_another_number_of_words_than_what_it_replaces() -> None:
    query = query_of((0, 1, "alpha", 1), (1, 4, "death", 0.9), (4, 5, "beta", 1))
    (match,) = align(query, [["zeta", "alpha", "death", "beta", "zeta"]], FREQUENCIES)
    (gapped,) = align(query, [["zeta", "alpha", "x", "beta", "zeta"]], FREQUENCIES)
    assert (match.start, match.end) == (1, 4)
    assert match.score > gapped.score


def test_a_likelier_wording_scores_higher() -> None:
    query = query_of((0, 1, "lower", 0.9), (0, 1, "house", 0.1), (1, 2, "alpha", 1))
    likely, unlikely = align(query, [["lower", "alpha"], ["house", "alpha"]], FREQUENCIES)
    assert likely.score > unlikely.score


def test_no_alignment_runs_from_one_candidate_into_the_next() -> None:
    whole, *parts = align(
        plain_query("alpha beta gamma delta"),
        [["alpha", "beta", "gamma", "delta"], ["alpha", "beta"], ["gamma", "delta"]],
        FREQUENCIES,
    )
    assert all(part.score < whole.score * 0.6 for part in parts)
    assert [(p.start, p.end) for p in parts] == [(0, 2), (0, 2)]


def score_of(query: TraceQuery, candidate: list[str]) -> float:
    """The same by a plain dynamic program, cell by cell."""
    (single,) = align(query, [candidate], FREQUENCIES)
    n, m = len(query.words), len(candidate)
    one = {w: align(query_of((0, 1, w.terms[0], w.probability)), [[w.terms[0]]], FREQUENCIES)[0].score
           for w in query.wordings}  # fmt: skip
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(m + 1):
            options = [0.0, best[i - 1][j] + GAP]
            if j:
                options += [best[i][j - 1] + GAP, best[i - 1][j - 1] + MISMATCH]
                options += [
                    best[i - 1][j - 1] + one[w]
                    for w in query.wordings
                    if w.start == i - 1 and w.terms[0] == candidate[j - 1]
                ]
            best[i][j] = max(options)
    assert single.score == pytest.approx(max(map(max, best)))
    return single.score


def test_scores_are_those_of_a_plain_dynamic_program() -> None:
    rng = random.Random(3)
    scores = set()
    for _ in range(30):
        words = [rng.choice(WORDS) for _ in range(rng.randint(1, 8))]
        query = query_of(*((n, n + 1, w, 0.8) for n, w in enumerate(words)), (0, 1, rng.choice(WORDS), 0.1))
        scores.add(score_of(query, [rng.choice(WORDS) for _ in range(rng.randint(0, 15))]))
    assert len(scores) > 10
