"""Words that hurt: only what the source does not say."""

from __future__ import annotations

import pytest

from despin.infer.guards.hurtful import hurts


@pytest.mark.parametrize(
    ("source", "replacement", "hurting"),
    [
        ("Slay", "Murder", True),
        ("Hang", "Lynch", True),
        ("assault", "rape", True),
        ("militants", "terrorists", True),
        ("homicide", "murder", True),
        ("legal", "criminal", True),
        ("attractive", "sexy", True),
        ("foolish", "idiotic", True),
        ("murdered", "murder", False),
        ("physique fats", "body fat", False),
        ("sexual intercourse", "sex", False),
        ("loss of life", "death", False),
        ("grape", "fruit", False),
        ("part", "therapist", False),
        ("home", "house", False),
    ],
)
def test_what_hurts(source: str, replacement: str, hurting: bool) -> None:
    assert hurts(source, replacement) is hurting
