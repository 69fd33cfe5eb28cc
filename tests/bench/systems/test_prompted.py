from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from despin.bench.systems.prompted import EXAMPLES, BaseT5, Prompted, parse_answer, prompt
from despin.errors import SystemUnavailable


class Echo:
    """Stands for a language model: it answers from a list, and else goes on talking."""

    size = 7

    def __init__(self, **answers: str) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def generate(self, prompts: Sequence[str], limit: int) -> list[str]:
        self.asked += prompts
        sentences = [p.rsplit("Spun: ", 1)[1].removesuffix("\nOriginal:") for p in prompts]
        return [next((a for key, a in self._answers.items() if key in s), "") for s in sentences]


def test_sentences_are_asked_one_by_one_and_put_back() -> None:
    echo = Echo(motorcar=" He bought a car.\nSpun: more", rain=" It rained all day.")
    system = Prompted("asked", echo)
    texts = ["He bought  a motorcar.  Then the rain came.", "", "Nothing else."]
    assert system.restore(texts) == ["He bought a car.  It rained all day.", "", "Nothing else."]
    assert (system.name, system.size) == ("asked", 7)
    assert all(p.count("Spun: ") == len(EXAMPLES) + 1 for p in echo.asked)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        (" The cat sat.", "The cat sat."),
        ("The cat sat.\n\nSpun: the", "The cat sat."),
        ("The cat sat. Original: x", "The cat sat."),
        ("", None),
        ("No.", None),
        ("The cat was sitting on the mat for hours.", None),
        (" A cat sits.", None),
    ],
)
def test_which_answers_are_accepted(written: str, answer: str | None) -> None:
    assert parse_answer("A cat sits.", written) == answer


def test_the_prompt_ends_where_the_answer_begins() -> None:
    assert prompt("A cat.").endswith("Spun: A cat.\nOriginal:")


def test_base_weights(tiny_trained: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemUnavailable, match="no base weights"):
        BaseT5.open(tmp_path)
    base = BaseT5.open(tiny_trained, 1)
    assert len(base.generate(["The cat", "A much longer prompt of many words"], 4)) == 2
    assert base.size == (tiny_trained / "model.safetensors").stat().st_size
