"""What the model is asked grows with the text in proportion, whatever the text is: pieces are counted."""

from __future__ import annotations

from itertools import pairwise

import pytest

from despin.infer.despinner import Despinner
from despin.infer.model.engine import MAX_BATCH_PIECES, _batches
from despin.infer.model.question import MAX_PIECES, decoding_limit, parts_within

SPUN = "Officers stated it final yr, and the decrease home handed the invoice. "
HOSTILE = {
    "one long word": lambda n: SPUN + "The yr of " + "Ab3" * n + " officers stated.",
    "long words": lambda n: ("Officers stated " + "Ab3" * 20 + " final yr. ") * (n // 10),
    "many long words": lambda n: SPUN + ("Ab3" * 20 + " ") * n + "final yr",
    "one letter": lambda n: SPUN + "x" * n + " final yr",
    "no letters": lambda n: SPUN + "漢" * n + " final yr " + "\U0001f600" * n,
    "dictionary words": lambda n: "final yr " * n,
    "single dictionary words": lambda n: "officers finances " * n,
    "quotes": lambda n: "“final yr” ’" * n,
    "abbreviations": lambda n: "Mr. yr e.g. U.S. officers " * n,
    "closing brackets": lambda n: SPUN + ".) ) ) " * n,
    "phrase with wide space": lambda n: SPUN + "final" + " " * n + "yr",
    "lines": lambda n: "final yr\n" * n,
}
N = 500


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1)


@pytest.mark.parametrize("kind", HOSTILE)
def test_pieces_and_steps_are_linear_and_a_question_is_bounded(kind: str, despinner: Despinner) -> None:
    totals = []
    for n in (N, 2 * N, 4 * N):
        asked = [part.question for q in despinner.questions([HOSTILE[kind](n)]) for part in parts_within(q)]
        assert asked and max(len(question.pieces) for question in asked) <= MAX_PIECES
        for batch in _batches(asked, 1, MAX_BATCH_PIECES):
            # Memory of an encoder layer's attention, in numbers a head.
            assert len(batch) * len(batch[0].pieces) ** 2 <= MAX_BATCH_PIECES * MAX_PIECES
        totals.append((sum(len(q.pieces) for q in asked), sum(map(decoding_limit, asked))))
    for smaller, larger in pairwise(totals):
        assert all(b <= 2.1 * a + 100 for a, b in zip(smaller, larger))


def test_a_long_word_costs_no_more_than_a_short_one(despinner: Despinner) -> None:
    counts = {
        length: sum(
            len(q.pieces) for q in despinner.questions([f"Officers stated {'Ab3' * length} final yr."])
        )
        for length in (30, 300, 30_000)
    }
    assert len(set(counts.values())) == 1
