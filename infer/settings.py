"""How a checkpoint is used: the typed settings in its ``despin.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from despin.errors import CheckpointError, ConfigError
from despin.infer.candidates.slots import MAX_HINTS
from despin.infer.config import build
from despin.infer.decision.confidence import Logistic
from despin.infer.decision.features import FEATURES
from despin.infer.decision.spun_score import SpunModel
from despin.infer.text.segmentation import MAX_TOKENS

SETTINGS_FILE = "despin.json"
FORMAT_VERSION = 1
"""Version of the checkpoint format that this version of Despin reads and writes."""
MAX_COUNT = 10_000
"""Upper bound of counts: a segment or a slot of more would not fit a model."""
MAX_EXPONENT = 10.0
"""Upper bound of the experts' exponents: far above it, powers of probabilities overflow."""
MAX_WEIGHT = 1e6
"""Upper bound of a learnt weight, whatever its sign, for the same reason."""
FORM = "hinted"
"""The target form that the engine speaks (`despin.train.data.target_forms`)."""
COMPUTE_TYPES = (
    "default", "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16",
    "bfloat16", "float32",
)  # fmt: skip
"""CTranslate2's compute types."""


@dataclass(frozen=True)
class ModeSettings:
    """How a mode combines the evidence of a slot and how sure it must be."""

    weights: dict[str, float]
    """Weights of the features in `despin.infer.decision.combination.FEATURES`."""
    calibration: Logistic | None = None
    """From log-odds to a calibrated confidence."""
    min_confidence: float = 0.0
    """At the point ``careful`` edits below this confidence are not made, 0..1."""

    def __post_init__(self) -> None:
        for name, weight in self.weights.items():
            if name not in FEATURES:
                raise ValueError(f"weights: unknown feature {name!r}; known: {', '.join(FEATURES)}")
            if not abs(weight) <= MAX_WEIGHT:  # nan is not
                raise ValueError(
                    f"weights.{name} must be between -{MAX_WEIGHT:g} and {MAX_WEIGHT:g}, got {weight}"
                )
        check_probability("min_confidence", self.min_confidence)
        _check_fit("calibration", self.calibration)


@dataclass(frozen=True)
class Modes:
    """The settings of each mode; ``best`` has those of slots that the language model was asked about."""

    fast: ModeSettings
    best: ModeSettings | None = None


@dataclass(frozen=True)
class Settings:
    """The settings of a checkpoint; what ``despin.json`` leaves out has these values."""

    format: int
    form: str = FORM
    words: int = MAX_TOKENS
    """Tokens of a segment at most."""
    hints: int = MAX_HINTS
    """Originals offered for a slot at most."""
    min_confidence: float = 0.0
    """Edits below this confidence are not made, 0..1."""
    min_score: float = 0.0
    """Texts below this spun score are left alone, 0..1."""
    prior_weight: float = 1.0
    """Exponent of the inverse dictionary's shares in the product of experts."""
    model_weight: float = 1.0
    """Exponent of the model's probabilities."""
    context_weight: float = 0.0
    """Exponent of the n-grams' ratios; 0 leaves the n-grams out."""
    compute_type: str | None = None
    """CTranslate2's compute type; None: int8 on a CPU, its default elsewhere."""
    calibration: Logistic | None = None
    """From log-odds to a calibrated confidence; None: probabilities are taken as they are."""
    score: SpunModel = field(default_factory=SpunModel)
    """How likely a segment is to be spun."""
    modes: Modes | None = None
    """The learnt combinations; None: the posteriors are used as they are."""
    unsure_score: float = 0.3
    """Texts below this spun score are clean; those from here to ``min_score`` are unsure, 0..1."""
    natural_score: float = 0.9
    """Texts below this spun score are not surely spun: they are corrected at the point ``careful``, 0..1."""

    def __post_init__(self) -> None:
        if self.format != FORMAT_VERSION:
            raise ValueError(f"format {self.format} is not read by this version (format {FORMAT_VERSION} is)")
        if self.form != FORM:
            raise ValueError(f"form must be {FORM!r}, got {self.form!r}")
        for name in ("words", "hints"):
            if not 1 <= getattr(self, name) <= MAX_COUNT:
                raise ValueError(f"{name} must be between 1 and {MAX_COUNT}, got {getattr(self, name)}")
        for name in ("min_confidence", "min_score", "unsure_score", "natural_score"):
            check_probability(name, getattr(self, name))
        for name in ("prior_weight", "model_weight", "context_weight"):
            if not 0 <= getattr(self, name) <= MAX_EXPONENT:
                raise ValueError(f"{name} must be between 0 and {MAX_EXPONENT:g}, got {getattr(self, name)}")
        if self.compute_type is not None and self.compute_type not in COMPUTE_TYPES:
            raise ValueError(
                f"compute_type must be one of {', '.join(COMPUTE_TYPES)}, got {self.compute_type!r}"
            )
        _check_fit("calibration", self.calibration)


def check_probability(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is in 0..1 (nan is not)."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be between 0 and 1, got {value}")


def _check_fit(name: str, fit: Logistic | None) -> None:
    if fit is not None and not (0 < fit.slope <= MAX_WEIGHT and abs(fit.offset) <= MAX_WEIGHT):
        raise ValueError(f"{name} must have a slope above 0 and an offset, at most {MAX_WEIGHT:g}, got {fit}")


def read_settings(folder: Path) -> dict[str, Any]:
    """The mapping in a checkpoint's ``despin.json``. Raises CheckpointError if there is none."""
    file = folder / SETTINGS_FILE
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"cannot read {file}: {error}") from None
    if not isinstance(values, dict):
        raise CheckpointError(f"{file} must hold a JSON object, got {type(values).__name__}")
    return values


def parse_settings(values: Mapping[str, Any], folder: Path) -> Settings:
    """Typed settings from a mapping. Raises CheckpointError naming the setting that is wrong."""
    try:
        return build(Settings, values, SETTINGS_FILE)
    except ConfigError as error:
        raise CheckpointError(f"{folder}: {error}") from None
