"""Representations of a Correction; types that a Despinner accepts; its pickling and copying."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from despin import Correction, Despinner, Edit, Refused
from despin.infer.render import as_json

SPUN = "The decrease home of the Russian Parliament mentioned it might vote on the loss of life penalty."
EDIT = Edit(4, 12, "decrease", "lower", 0.9)
CORRECTION = Correction(
    "The lower <b>", [EDIT], 0.75, [Refused(Edit(0, 3, "The", "A", 0.6), "name", "a name")]
)


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1, min_score=0.0, alternatives=2)


def test_representations() -> None:
    assert CORRECTION.source == "The decrease <b>"
    assert CORRECTION.diff() == "The [-decrease-]{+lower+} <b>"
    assert "\x1b[" in CORRECTION.diff(color=True)
    html = CORRECTION._repr_html_()
    assert re.search("<del [^>]*>decrease</del> <ins [^>]*>lower</ins>", html) and "&lt;b&gt;" in html
    assert "90\u00a0% sure" in html
    assert repr(CORRECTION) == "Correction('The lower <b>', spun, 1 edits, 1 refused, score 0.75)"
    assert len(repr(Correction("x" * 5_000, [], 0.0, []))) < 100


def test_the_dict_is_what_the_command_line_prints() -> None:
    printed = json.loads(as_json("a.txt", CORRECTION))
    assert printed == {"path": "a.txt", "start": 0, **CORRECTION.to_dict()}
    assert list(CORRECTION.to_dict()) == [
        *["text", "edits", "refused", "score", "verdict", "passages", "unanswered"]
    ]
    assert CORRECTION.to_dict()["refused"][0]["guard"] == "name"


def test_the_source_is_recovered(despinner: Despinner) -> None:
    correction = despinner.correct(SPUN)
    assert correction.edits and correction.source == SPUN


@pytest.mark.parametrize("text", [None, b"bytes", 3, ["a list"]])
def test_correct_takes_a_str(despinner: Despinner, text: Any) -> None:
    with pytest.raises(TypeError, match=f"text must be str, got {type(text).__name__}"):
        despinner.correct(text)


@pytest.mark.parametrize("texts", ["a bare string", b"bytes", None, 3])
def test_correct_batch_takes_an_iterable(despinner: Despinner, texts: Any) -> None:
    with pytest.raises(TypeError, match=f"iterable of str, got {type(texts).__name__}"):
        despinner.correct_batch(texts)


def test_correct_batch_reports_an_item_that_is_no_str(despinner: Despinner) -> None:
    wrong: Any = ["a text", None]
    with pytest.raises(TypeError, match=r"texts\[1\] must be str, got NoneType"):
        despinner.correct_batch(wrong)


def test_correct_batch_takes_any_iterable(despinner: Despinner) -> None:
    alone = despinner.correct_batch([SPUN, "", SPUN])
    assert despinner.correct_batch(t for t in (SPUN, "", SPUN)) == alone
    assert despinner.correct_batch({SPUN: 1, "": 2}.keys()) == alone[:2]
    assert despinner.correct_batch(()) == []


def test_pickles_and_copies_load_the_checkpoint_again(despinner: Despinner) -> None:
    expected = despinner.correct(SPUN)
    pickled = pickle.dumps(despinner)
    assert len(pickled) < 2_000
    for again in (pickle.loads(pickled), copy.deepcopy(despinner)):
        assert again is not despinner and again.engine is not despinner.engine
        assert again.correct(SPUN) == expected
        assert again.settings == despinner.settings and again.min_score == 0.0


def test_a_pickle_keeps_the_checkpoint_folder(tiny_checkpoint: Path) -> None:
    original = Despinner(tiny_checkpoint, threads=1, settings={"words": 8}, guards=["empty"])
    again = pickle.loads(pickle.dumps(original))
    assert again._checkpoint.folder == original._checkpoint.folder and again.settings.words == 8
    assert again._guards == {"empty"}


@pytest.mark.parametrize("name", ["min_confidence", "min_score"])
@pytest.mark.parametrize("value", [float("nan"), -0.1, 1.1])
def test_thresholds_are_probabilities(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be between 0 and 1"):
        Despinner(**{name: value})
