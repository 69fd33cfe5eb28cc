"""A run's folder: another recipe is refused, and what is replaced is replaced as a whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from despin.errors import ConfigError
from despin.train.fit import folders
from despin.train.fit.folders import recover_folder, replace_folder
from despin.train.fit.run_folder import NO_SCORE, RunFolder
from despin.train.recipe import Budget, CorpusConfig, ModelConfig, OptimConfig, Recipe


def recipe_in(folder: Path) -> Recipe:
    """A recipe that writes into ``folder``."""
    corpora = (CorpusConfig("a.jsonl"), CorpusConfig("b.jsonl", weight=2.0))
    return Recipe(str(folder), corpora, Budget(steps=10, minutes=2.0))


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return recipe_in(tmp_path)


@pytest.fixture
def started(tmp_path: Path, recipe: Recipe) -> RunFolder:
    """The folder of a run that was started with ``recipe``."""
    folder = RunFolder(tmp_path)
    folder.write_recipe(recipe)
    return folder


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optim": OptimConfig(learning_rate=0.1)}, r"optim\.learning_rate: 0\.001, and .* 0\.1"),
        ({"model": ModelConfig(decoder_layers=(1,))}, r"model\.decoder_layers: \[0, 4, 7\], and .* \[1\]"),
        ({"model": ModelConfig(like={"a": "b"})}, r"model\.like: \{\}, and the recipe says \{'a': 'b'\}"),
        ({"form": "spans"}, "form: hinted, and the recipe says spans"),
        ({"seed": 7}, "seed: 0, and the recipe says 7"),
        ({"corpora": (CorpusConfig("a.jsonl"),)}, "corpora: "),
        ({"corpora": (CorpusConfig("a.jsonl"), CorpusConfig("b.jsonl"))}, r"corpora\[1\]\.weight: 2\.0, "),
        ({"bf16": True}, "bf16: None, and the recipe says True"),
        ({"budget": Budget(steps=9, minutes=2.0)}, r"budget\.steps: 10, and the recipe says 9"),
        ({"budget": Budget(steps=10, minutes=1.0)}, r"budget\.minutes: 2\.0, and the recipe says 1\.0"),
        ({"budget": Budget(minutes=2.0, cpu_minutes=1.0)}, r"budget\.cpu_minutes: None, and .* 1\.0"),
    ],
)  # fmt: skip
def test_another_recipe_is_refused_by_its_first_field(
    started: RunFolder, recipe: Recipe, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=f"recipe.json: this run was started with {message}") as caught:
        started.check_recipe(replace(recipe, **changes))  # type: ignore[arg-type]
    assert "choose another output folder, or remove " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"budget": Budget(steps=11, minutes=2.0)},
        {"budget": Budget(steps=10)},
        {"threads": 3, "workers": 2, "save_minutes": 1.0},
        {"output": "moved"},
    ],
)
def test_the_same_recipe_with_a_longer_budget_is_accepted(
    started: RunFolder, recipe: Recipe, changes: dict[str, object]
) -> None:
    started.check_recipe(replace(recipe, **changes))  # type: ignore[arg-type]


def test_a_record_of_another_version_is_compared_on_common_settings(
    started: RunFolder, recipe: Recipe, tmp_path: Path
) -> None:
    file = tmp_path / "recipe.json"
    values = json.loads(file.read_text())
    del values["optim"]["ema"], values["form"]
    values["removed"] = 1
    file.write_text(json.dumps(values))
    started.check_recipe(recipe)
    with pytest.raises(ConfigError, match="seed"):
        started.check_recipe(replace(recipe, seed=1))


def test_a_damaged_record_is_named(started: RunFolder, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text("{")
    with pytest.raises(ConfigError, match=r"recipe\.json: cannot be read .* remove"):
        started.check_recipe(recipe)


def test_a_new_folder_accepts_any_recipe(recipe: Recipe, tmp_path: Path) -> None:
    RunFolder(tmp_path).check_recipe(recipe)


def test_the_best_score_is_that_of_the_weights(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.best_score() == NO_SCORE
    for score in (0.3, 0.5):
        fresh = folder.new_best()
        (fresh / "weights").write_text(str(score))
        folder.keep_best(fresh, {"score": score, "progress": {}})
        assert RunFolder(tmp_path).best_score() == score == float((tmp_path / "best" / "weights").read_text())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["best"]
    (tmp_path / "best" / "training.json").write_text(json.dumps({"progress": {"best": 0.25}}))
    assert folder.best_score() == 0.25  # as earlier versions recorded it


def filled(folder: Path, content: str) -> Path:
    """A folder with one file."""
    folder.mkdir()
    (folder / "file").write_text(content)
    return folder


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool) -> None:
    if not exchange:
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    target = tmp_path / "target"
    for content in ("1", "2", "3"):
        replace_folder(filled(tmp_path / "fresh", content), target)
        assert (target / "file").read_text() == content
        assert [p.name for p in tmp_path.iterdir()] == ["target"]


def test_without_an_exchange_the_old_folder_survives_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    target, fresh = filled(tmp_path / "target", "old"), filled(tmp_path / "fresh", "new")
    rename = Path.rename

    def interrupted(self: Path, to: Path) -> Path:
        if self == fresh:
            raise KeyboardInterrupt
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(fresh, target)
    assert not target.exists()
    recover_folder(target)
    assert (target / "file").read_text() == "old"
    recover_folder(target)
    assert (target / "file").read_text() == "old"


def test_an_exchange_leaves_no_moment_without_the_folder(tmp_path: Path) -> None:
    one, other = filled(tmp_path / "one", "1"), filled(tmp_path / "other", "2")
    if not folders._exchange(one, other):
        pytest.skip("this system or file system cannot exchange two names")
    assert ((one / "file").read_text(), (other / "file").read_text()) == ("2", "1")
