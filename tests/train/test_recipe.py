"""Every recipe that ships loads without weights, and a wrong one is named."""

from __future__ import annotations

import dataclasses
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from despin.errors import ConfigError
from despin.infer.config import build, read_yaml
from despin.infer.resources import find_config
from despin.train.recipe import (
    Budget,
    CorpusConfig,
    EvalConfig,
    ModelConfig,
    NgramConfig,
    ObjectiveConfig,
    OptimConfig,
    PairsConfig,
    Recipe,
    SiteConfig,
    load_recipe,
)
from despin.train.spin.spinner import SpinConfig, Spinner

ROOT = Path(__file__).resolve().parents[2]
TRAIN = sorted((ROOT / "configs" / "train").glob("*.yaml"))
SPIN = sorted((ROOT / "configs" / "spin").glob("*.yaml"))
LEAST = "output: runs/a\ncorpora: [{path: a.txt}]\nbudget: {steps: 1}\n"


def name(file: Path) -> str:
    """The file's name, for the test's."""
    return file.name


@pytest.mark.parametrize("file", TRAIN, ids=name)
def test_a_training_recipe_loads(file: Path) -> None:
    recipe = load_recipe(file)
    assert recipe.output and recipe.corpora
    low, high = recipe.pairs.words
    assert 0 < low <= high
    assert all(c.weight > 0 for c in recipe.corpora)
    for shown in recipe.pairs.spin:
        build(SpinConfig, read_yaml(find_config(shown.path, "spin")), shown.path)


@pytest.mark.parametrize("file", SPIN, ids=name)
def test_a_spinner_config_loads_and_spins(file: Path) -> None:
    spun = Spinner(file).spin(
        "The minister did not say when the vote would take place, but people expect it soon."
    )
    assert spun.edits


def test_the_recipes_named_in_the_project_are_here() -> None:
    assert {"smoke.yaml"} <= {f.name for f in TRAIN}
    assert {"observed.yaml"} <= {f.name for f in SPIN}


def test_the_shipped_spinner_is_the_default_one() -> None:
    shipped = build(SpinConfig, read_yaml(ROOT / "configs" / "spin" / "observed.yaml"))
    assert shipped == SpinConfig()


def test_loading_needs_no_heavy_package() -> None:
    code = (
        "import sys\nfrom despin.train.recipe import load_recipe\n"
        "for file in sys.argv[1:]: load_recipe(file)\n"
        "print(sorted({'torch', 'transformers', 'datasets', 'ctranslate2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, TRAIN)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture()
def file(tmp_path: Path) -> Path:
    """A place for a recipe."""
    return tmp_path / "a.yaml"


def test_the_least_recipe_gets_defaults(file: Path) -> None:
    file.write_text(LEAST, encoding="utf-8")
    recipe = load_recipe(file)
    assert recipe == load_recipe(str(file))
    assert (recipe.form, recipe.seed, recipe.budget) == ("hinted", 0, Budget(steps=1))
    assert recipe.corpora[0].field == "text" and recipe.corpora[0].weight == 1.0


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("form: rewrites\n", r"a\.yaml: form must be one of hinted, spans, rewrite, got 'rewrites'"),
        (
            "model: {layers: 3}\n",
            r"a\.yaml\.model: unknown setting 'layers'; must be one of base, decoder_layers",
        ),
        ("optim: {learning_rate: fast}\n", r"a\.yaml\.optim\.learning_rate must be a number, got 'fast'"),
        ("optim: {tokens: 4096.5}\n", r"a\.yaml\.optim\.tokens must be an integer"),
        ("budget: {}\n", r"a\.yaml\.budget: one of steps, minutes, cpu_minutes is needed"),
        ("corpora: []\n", r"a\.yaml: corpora must name at least one corpus"),
        ("corpora: [{weight: 1}]\n", r"a\.yaml\.corpora\[0\]\.path: this setting is required"),
        ("pairs: {spin: observed.yaml}\n", r"a\.yaml\.pairs\.spin must be a list"),
        ("pairs: {words: [short, long]}\n", r"a\.yaml\.pairs\.words\[0\] must be an integer"),
        ("budget: {steps: 0}\n", r"a\.yaml\.budget: steps must be at least 1, got 0"),
        ("eval: {every: 0}\n", r"a\.yaml\.eval: every must be above 0 and at most 1, got 0\.0"),
        ("pairs: {words: [64, 32]}\n", r"a\.yaml\.pairs: words must be two rising numbers of at least 1"),
    ],
)
def test_a_wrong_recipe_names_the_setting(file: Path, added: str, told: str) -> None:
    key = added.split(":")[0]
    kept = "".join(line + "\n" for line in LEAST.splitlines() if not line.startswith(key))
    file.write_text(kept + added, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"^{told}"):
        load_recipe(file)


@pytest.mark.parametrize("key", ["output", "corpora", "budget"])
def test_what_is_required_is_named(file: Path, key: str) -> None:
    file.write_text(
        "".join(line + "\n" for line in LEAST.splitlines() if not line.startswith(key)), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=rf"^a\.yaml\.{key}: this setting is required"):
        load_recipe(file)


@pytest.mark.parametrize("limit", [{"steps": 1}, {"minutes": 0.5}, {"cpu_minutes": 2.0}])
def test_one_limit_is_enough(limit: dict[str, Any]) -> None:
    assert Budget(**limit)
    with pytest.raises(ValueError, match="is needed"):
        Budget()


NAN, INF = math.nan, math.inf
CORPUS = CorpusConfig("a.txt")
OUT_OF_RANGE: list[tuple[type, str, list[Any]]] = [
    (CorpusConfig, "weight", [0.0, -1.0, NAN, INF]),
    (SiteConfig, "weight", [0.0, -1.0, NAN, INF]),
    (PairsConfig, "clean", [-0.1, 1.1, NAN]),
    (PairsConfig, "hidden_hints", [-0.1, 1.1, NAN]),
    (PairsConfig, "open_slots", [-0.1, 1.1, NAN]),
    (PairsConfig, "noise", [-0.1, 1.1, NAN]),
    (PairsConfig, "withheld", [-0.1, 1.1, NAN]),
    (PairsConfig, "words", [(64, 32), (0, 32), (-1, -1)]),
    (PairsConfig, "clean_among", [0, -3]),
    (PairsConfig, "characters", [0, -1]),
    (NgramConfig, "min_count", [(0, 3), (5, 4)]),
    (NgramConfig, "vocabulary", [0, 65_535]),
    (ModelConfig, "base", ["", "  "]),
    (ModelConfig, "vocabulary", [-1]),
    (ModelConfig, "decoder_layers", [(4, 0), (1, 1), (-1, 2)]),
    (ModelConfig, "dropout", [-0.1, 1.0, NAN]),
    (Budget, "steps", [0, -5]),
    (Budget, "minutes", [0.0, -1.0, NAN, INF]),
    (Budget, "cpu_minutes", [0.0, -1.0, NAN, INF]),
    (OptimConfig, "learning_rate", [0.0, -1e-3, NAN, INF]),
    (OptimConfig, "final", [-0.1, 1.1, NAN]),
    (OptimConfig, "warmup", [-0.1, 1.1, NAN]),
    (OptimConfig, "weight_decay", [-0.1, NAN, INF]),
    (OptimConfig, "clip", [0.0, -1.0, NAN]),
    (OptimConfig, "tokens", [0, -1]),
    (OptimConfig, "accumulate", [0, -1]),
    (OptimConfig, "beta2", [-0.1, 1.0, NAN]),
    (OptimConfig, "ema", [-0.1, 1.0, NAN]),
    (ObjectiveConfig, "changed_weight", [0.0, -1.0, NAN]),
    (ObjectiveConfig, "teacher_share", [-0.1, 1.1, NAN]),
    (EvalConfig, "every", [0.0, -0.1, 1.1, NAN]),
    (EvalConfig, "segments", [0, -1]),
    (Recipe, "output", ["", " "]),
    (Recipe, "corpora", [()]),
    (Recipe, "form", ["hint"]),
    (Recipe, "lexicon_documents", [0, -1]),
    (Recipe, "save_minutes", [0.0, -1.0, NAN, INF]),
    (Recipe, "threads", [0, -1]),
    (Recipe, "workers", [-1]),
]
REQUIRED: dict[type, dict[str, Any]] = {
    CorpusConfig: {"path": "a.txt"},
    SiteConfig: {"path": "observed"},
    Budget: {"steps": 1},
    Recipe: {"output": "runs/a", "corpora": (CORPUS,), "budget": Budget(steps=1)},
}


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [(kind, field, value) for kind, field, values in OUT_OF_RANGE for value in values],
)
def test_a_value_out_of_range_is_refused_by_name(kind: type, field: str, value: Any) -> None:
    required = REQUIRED.get(kind, {})
    assert kind(**required)
    with pytest.raises(ValueError, match=f"^{field} must "):
        kind(**{**required, field: value})


def test_every_number_of_a_recipe_has_a_range() -> None:
    unchecked = {(Recipe, "seed")}
    kinds = {kind for kind, _, _ in OUT_OF_RANGE}
    numbers = {
        (kind, f.name)
        for kind in kinds
        for f in dataclasses.fields(kind)
        if {"int", "float"} & set(re.findall(r"\w+", str(f.type)))
    }
    assert numbers - unchecked == {(k, n) for k, n, _ in OUT_OF_RANGE if (k, n) in numbers}


def test_the_limits_themselves_are_allowed() -> None:
    assert PairsConfig(clean=0.0, noise=1.0, words=(1, 1), clean_among=1, characters=1)
    assert OptimConfig(warmup=0.0, final=1.0, weight_decay=0.0, tokens=1, beta2=0.0)
    assert OptimConfig(warmup=1.0)
    assert EvalConfig(every=1.0, segments=1)
    assert ModelConfig(vocabulary=0, decoder_layers=())
    assert NgramConfig((1, 1), 1)
    assert Recipe("a", (CORPUS,), Budget(steps=1), lexicon_documents=1, threads=1, workers=0)
