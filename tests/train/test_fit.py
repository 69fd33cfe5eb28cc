"""A real training run in small: it learns, survives a kill, and exports what it says."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from despin.infer import Despinner  # noqa: E402
from despin.train.fit import Run  # noqa: E402
from despin.train.plot import read_log  # noqa: E402
from despin.train.recipe import Budget, Recipe, load_recipe  # noqa: E402
from despin.train.run import run  # noqa: E402


@pytest.fixture
def recipe(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    monkeypatch.chdir(root)
    smoke = load_recipe("configs/train/smoke.yaml")
    return replace(smoke, output=str(tmp_path / "run"), threads=1, save_minutes=0.0)


def weights(folder: Path) -> dict[str, object]:
    from safetensors.torch import load_file

    return dict(load_file(folder / "model.safetensors"))


def test_smoke_recipe_learns_and_exports(recipe: Recipe, tmp_path: Path) -> None:
    run(recipe, "configs/train/smoke.yaml")
    folder = tmp_path / "run"
    steps, evals = read_log(folder / "log.jsonl")
    assert evals[-1]["loss"] < 0.9 * evals[0]["loss"] or steps[-1]["loss"] < 0.8 * steps[0]["loss"]
    assert {"precision", "recall", "f05"} <= set(evals[-1])
    assert (folder / "training.png").stat().st_size > 5000
    done = Despinner(folder / "checkpoint", threads=1).correct("within the decrease home\n")
    assert done.text.endswith("\n")
    card = (folder / "trainable" / "README.md").read_text()
    assert "smoke.yaml" in card and "sha256" in card and "Limits" in card


def test_a_killed_run_goes_on_where_it_was_saved(recipe: Recipe, tmp_path: Path) -> None:
    whole = Run(replace(recipe, output=str(tmp_path / "whole"), budget=Budget(steps=6)))
    whole.train()

    first = Run(replace(recipe, output=str(tmp_path / "cut"), budget=Budget(steps=6)))

    class Killed(Exception):
        pass

    step = first._step

    def dies(batches: object) -> object:
        if first.progress.step == 4:
            raise Killed
        return step(batches)

    first._step = dies  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        first.train()
    # Killed between the two renames of a save: the state then stands under its old name.
    shutil.move(tmp_path / "cut" / "state", tmp_path / "cut" / "state.old")
    second = Run(replace(recipe, output=str(tmp_path / "cut"), budget=Budget(steps=6)))
    assert 3 <= second.progress.step <= 4
    second.train()
    assert second.progress.step == 6
    steps = [json.loads(x)["step"] for x in (tmp_path / "cut" / "log.jsonl").read_text().splitlines()]
    assert steps[-1] == 6


@pytest.mark.parametrize("form", ["spans", "rewrite"])
def test_the_other_forms_train_too(recipe: Recipe, form: str, tmp_path: Path) -> None:
    run(replace(recipe, form=form, budget=Budget(steps=4)), "configs/train/smoke.yaml")
    assert (tmp_path / "run" / "best" / "README.md").exists()


def test_engine_and_trainable_agree(tiny_trained: Path, tiny_checkpoint: Path) -> None:
    """Log-probabilities of CTranslate2 (float32) and PyTorch on the same output."""
    import ctranslate2

    from despin.train.batches import Encoder
    from despin.train.export import convert
    from despin.train.model import load_model

    trainable = tiny_checkpoint.parent / "trainable"
    exact = tiny_checkpoint.parent / "float32"
    convert(trainable, exact, quantization="float32")
    model = load_model(trainable).eval()
    encoder = Encoder(json.loads((trainable / "tokenizer.json").read_text()), "hinted")
    source = [*encoder.pieces.of_phrase("the lower house said"), "</s>"]
    target = list(encoder.pieces.of_phrase("the company rose"))
    ids = torch.tensor([[encoder.id_of[p] for p in source]])
    labels = torch.tensor([[encoder.id_of[p] for p in [*target, "</s>"]]])
    with torch.no_grad():
        logits = model(input_ids=ids, labels=labels).logits.log_softmax(-1)[0]
    expected = [float(logits[n, i]) for n, i in enumerate(labels[0].tolist())]
    (scored,) = ctranslate2.Translator(str(exact)).score_batch([source], [target])
    assert scored.log_probs == pytest.approx(expected, abs=1e-3)
