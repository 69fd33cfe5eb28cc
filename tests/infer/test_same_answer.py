"""A text has the same answer, to the last bit, alone, in any batch and order, and after other texts."""

from __future__ import annotations

import random

import pytest

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner

_SUBJECTS = ["Officers", "Individuals", "The decrease home", "Overseas traders", "A number of teams"]
_VERBS = ["stated", "mentioned", "instructed reporters", "introduced"]
_REST = [
    "that the finances for the subsequent yr might be larger.",
    "that costs had risen on the finish of final yr, in accordance with the research.",
    "it could purchase the corporate for about $5 million in money.",
    "the loss of life of a lady within the capital, which is a blow to the occasion.",
    "new guidelines for houses, faculties and hospitals in all elements of the nation.",
]


def make_texts(count: int) -> list[str]:
    """Texts of one to five sentences, with questions of many lengths, some of them alike."""
    rng = random.Random(1)
    return [
        " ".join(
            " ".join(map(rng.choice, (_SUBJECTS, _VERBS, _REST))) for _ in range(rng.choice([1, 2, 3, 5]))
        )
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return make_texts(40)


@pytest.fixture(scope="module")
def alone(texts: list[str]) -> list[Correction]:
    """Each text by itself, with an empty cache."""
    despinner = Despinner(threads=1, min_score=0.0)
    corrections = []
    for text in texts:
        despinner.engine.clear_cache()
        corrections.append(despinner.correct(text))
    assert sum(len(c.edits) for c in corrections) > 150
    return corrections


def test_in_a_batch_in_another_order_and_on_more_threads(texts: list[str], alone: list[Correction]) -> None:
    assert Despinner(threads=1, min_score=0.0).correct_batch(texts) == alone
    assert Despinner(threads=2, min_score=0.0).correct_batch(texts[::-1]) == alone[::-1]


def test_after_other_texts(texts: list[str], alone: list[Correction]) -> None:
    despinner = Despinner(threads=2, min_score=0.0)
    despinner.correct_batch([*make_texts(60)[40:], " ".join(texts)])
    assert [despinner.correct(text) for text in texts] == alone
