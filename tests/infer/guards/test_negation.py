"""Negation, as distinct from phrases that only contain a negative word."""

from __future__ import annotations

import pytest

from despin.infer.guards.negation import same_negation


@pytest.mark.parametrize(
    ("source", "replacement", "same"),
    [
        ("with out", "without", True),
        ("whether or not", "whether", True),
        ("not too long ago", "recently", True),
        ("no less than", "at least", True),
        ("gained’t", "won't", True),
        ("nobody", "no one", True),
        ("not fair", "unfair", True),
        ("lacking", "missing", True),
        ("at no cost", "for free", True),
        ("isn't only", "is just", True),
        ("did not go", "went", False),
        ("never", "always", False),
        ("without home", "with home", False),
        ("home", "house", True),
        ("nothing", "something", False),
        ("is not", "is important", False),
        ("no", "under", False),
        ("not", "individuals", False),
        ("did not", "interest", False),
        ("never", "freedom", False),
        ("none", "nonetheless", False),
        ("not enough", "inadequate", True),
        ("not happy", "unhappy", True),
        ("not sighted", "unsighted", True),
        ("unlikely", "likely", False),
        ("illegal", "legal", False),
        ("irregardless", "regardless", True),
        ("incoming", "coming", True),
        ("lack of ability", "inability", True),
        ("is rarely", "is never", False),
        ("almost never", "rarely", True),
        ("You never", "You don't", False),
        ("will never", "will not", False),
        ("won’t ever be", "will never be", True),
        ("by no means", "never", True),
        ("never only", "not only", True),
        ("not be solely", "is only", True),
        ("never mind", "don't mind", True),
        ("without a doubt", "indeed", True),
        ("No. 1 choose", "No. 1 pick", True),
    ],
)
def test_which_agree_in_negation(source: str, replacement: str, same: bool) -> None:
    assert same_negation(source, replacement) is same is same_negation(replacement, source)
