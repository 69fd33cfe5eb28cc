"""The settings of a checkpoint: typed, unknown names and values out of range refused."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from despin.errors import CheckpointError
from despin.infer.checkpoint import EMBEDDED
from despin.infer.decision.confidence import Logistic
from despin.infer.decision.spun_score import SpunModel
from despin.infer.settings import Settings, check_probability, parse_settings, read_settings

FOLDER = Path("some/folder")


def test_the_embedded_settings_are_read() -> None:
    settings = parse_settings(read_settings(EMBEDDED), EMBEDDED)
    values = json.loads((EMBEDDED / "despin.json").read_text(encoding="utf-8"))
    for name, value in values.items():
        if name not in ("calibration", "score", "modes"):
            assert getattr(settings, name) == value
    assert settings.calibration == Logistic(**values["calibration"])
    assert settings.score == SpunModel(**values["score"])
    assert settings.modes is not None and settings.modes.best is not None
    assert settings.modes.best.weights == values["modes"]["best"]["weights"]


def test_only_the_format_is_required() -> None:
    assert parse_settings({"format": 1}, FOLDER) == Settings(format=1)
    with pytest.raises(CheckpointError, match=r"format.*required"):
        parse_settings({}, FOLDER)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 99}, "format 99 is not read"),
        ({"form": "rewrite"}, "form must be 'hinted'"),
        ({"min_confidenc": 0.5}, "unknown setting 'min_confidenc'"),
        ({"left": 16}, "unknown setting 'left'"),
        ({"words": 0}, "words must be between 1 and 10000, got 0"),
        ({"hints": -1}, "hints must be between 1 and 10000"),
        ({"words": "64"}, "words"),
        ({"min_confidence": 1.5}, "min_confidence must be between 0 and 1, got 1.5"),
        ({"min_score": math.nan}, "min_score must be between 0 and 1, got nan"),
        ({"model_weight": math.inf}, "model_weight must be between 0 and 10"),
        ({"prior_weight": -0.1}, "prior_weight must be between 0 and 10, got -0.1"),
        ({"context_weight": 1e308}, "context_weight must be between 0 and 10"),
        ({"words": 10**20}, "words must be between 1 and 10000"),
        ({"unsure_score": math.nan}, "unsure_score must be between 0 and 1"),
        ({"modes": {"fast": {"weights": {"share": math.inf}}}}, "weights.share must be between"),
        ({"modes": {"fast": {"weights": {"share": math.nan}}}}, "weights.share must be between"),
        ({"modes": {"fast": {"weights": {"share": 1e300}}}}, "weights.share must be between"),
        ({"calibration": {"slope": 1e300, "offset": 0.0}}, "calibration must have a slope above 0"),
        ({"compute_type": "int3"}, "compute_type must be one of"),
        ({"calibration": {"slope": 0.0, "offset": 0.0}}, "calibration must have a slope above 0"),
        (
            {"score": {"slope": 1.0, "offset": 0.0}},
            "score: unknown setting 'slope'",
        ),
        (
            {"score": {"clean_rate": 0.1, "spun_rate": 0.05}},
            "score: clean_rate must be above 0",
        ),
        ({"score": {"prior": "high"}}, "score.prior"),
        ({"score": 3}, "score"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(CheckpointError, match=message) as error:
        parse_settings({"format": 1, **values}, FOLDER)
    assert str(error.value).startswith(f"{FOLDER}: ") and "\n" not in str(error.value)


@pytest.mark.parametrize("content", ["", "[1]", "{", "[" * 100_000, "\ufffe"])
def test_a_file_that_is_no_json_object(tmp_path: Path, content: str) -> None:
    (tmp_path / "despin.json").write_text(content, encoding="utf-8")
    with pytest.raises(CheckpointError, match=r"despin\.json"):
        read_settings(tmp_path)


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, math.inf])
def test_a_probability_is_between_0_and_1(value: float) -> None:
    check_probability("x", 0.0)
    check_probability("x", 1.0)
    with pytest.raises(ValueError, match="x must be between 0 and 1"):
        check_probability("x", value)
