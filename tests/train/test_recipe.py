"""Every recipe that ships loads without weights, and a wrong one is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from despin.errors import ConfigError
from despin.infer.config import build, read_yaml
from despin.train.recipe import Budget, load_recipe
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
        assert (ROOT / shown.path).is_file(), f"{shown.path} counts from the repository's root"
        build(SpinConfig, read_yaml(ROOT / shown.path), shown.path)


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
        ("form: rewrites\n", r"a\.yaml: form: one of hinted, spans, rewrite is needed, got 'rewrites'"),
        ("model: {layers: 3}\n", r"a\.yaml\.model: no setting 'layers'; there are base, decoder_layers"),
        ("optim: {learning_rate: fast}\n", r"a\.yaml\.optim\.learning_rate: float is needed, got 'fast'"),
        ("optim: {tokens: 4096.5}\n", r"a\.yaml\.optim\.tokens: int is needed"),
        ("budget: {}\n", r"a\.yaml\.budget: one of steps, minutes, cpu_minutes is needed"),
        ("corpora: []\n", r"a\.yaml\.corpora: at least one is needed"),
        ("corpora: [{weight: 1}]\n", r"a\.yaml\.corpora\[0\]\.path: this setting is required"),
        ("pairs: {spin: observed.yaml}\n", r"a\.yaml\.pairs\.spin: a list is needed"),
        ("pairs: {words: [short, long]}\n", r"a\.yaml\.pairs\.words\[0\]: int is needed"),
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
