"""A real training run in small: it learns, survives a kill, and exports what it says."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from accelerate.state import AcceleratorState  # noqa: E402

from despin.errors import ConfigError, InputError  # noqa: E402
from despin.infer import Despinner  # noqa: E402
from despin.train.fit import trainer as fit  # noqa: E402
from despin.train.fit.t5 import require_base  # noqa: E402
from despin.train.fit.trainer import Trainer  # noqa: E402
from despin.train.fit.training_plot import read_log  # noqa: E402
from despin.train.recipe import Budget, ObjectiveConfig, Recipe, SiteConfig, load_recipe  # noqa: E402
from despin.train.run import run  # noqa: E402
from despin.train.spin.dictionary import load_entries, write_entries  # noqa: E402


@pytest.fixture
def smoke(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """The smoke recipe, state saved after every step."""
    monkeypatch.chdir(root)
    loaded = load_recipe("configs/train/smoke.yaml")
    return replace(loaded, output=str(tmp_path / "run"), threads=1, save_minutes=1e-9)


@pytest.fixture(scope="module")
def small_spinner(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Settings of a spinner that knows only the words of the clean example."""
    folder = tmp_path_factory.mktemp("spinner")
    clean = (root / "examples" / "clean.txt").read_text(encoding="utf-8").lower()
    entries = [entry for entry in load_entries() if entry.original.lower() in clean]
    write_entries(entries[::3], folder / "small.tsv")
    (folder / "small.yaml").write_text(f"dictionary: {folder / 'small.tsv'}\n", encoding="utf-8")
    return str(folder / "small.yaml")


@pytest.fixture
def recipe(smoke: Recipe, small_spinner: str) -> Recipe:
    """The same with fewer entries, documents and held-out segments."""
    return replace(
        smoke,
        pairs=replace(smoke.pairs, spin=(SiteConfig(small_spinner),)),
        eval=replace(smoke.eval, segments=2),
        lexicon_documents=30,
    )


def weights(folder: Path) -> dict[str, object]:
    from safetensors.torch import load_file

    return dict(load_file(folder / "model.safetensors"))


def test_smoke_recipe_learns_and_exports(smoke: Recipe, tmp_path: Path) -> None:
    run(smoke, "configs/train/smoke.yaml")
    folder = tmp_path / "run"
    steps, evals = read_log(folder / "log.jsonl")
    assert evals[-1]["loss"] < 0.9 * evals[0]["loss"] or steps[-1]["loss"] < 0.8 * steps[0]["loss"]
    assert {"precision", "recall", "f05"} <= set(evals[-1])
    assert (folder / "training.png").stat().st_size > 5000
    done = Despinner(folder / "checkpoint", threads=1).correct("within the decrease home\n")
    assert done.text.endswith("\n")
    card = (folder / "trainable" / "README.md").read_text()
    assert "smoke.yaml" in card and "sha256" in card and "Limits" in card


def test_a_killed_run_goes_on_where_it_was_saved(
    recipe: Recipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Trainer(replace(recipe, output=str(tmp_path / "whole"), budget=Budget(steps=6)))
    whole.train()

    first = Trainer(replace(recipe, output=str(tmp_path / "cut"), budget=Budget(steps=6)))

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
    capsys.readouterr()
    second = Trainer(replace(recipe, output=str(tmp_path / "cut"), budget=Budget(steps=6)))
    assert 3 <= second.progress.step <= 4
    told = capsys.readouterr().err
    assert f"resuming from step {second.progress.step} in {tmp_path / 'cut' / 'state'}, saved 2" in told
    assert "of training" in told
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

    from despin.train.data.batches import Encoder
    from despin.train.fit.t5 import load_model
    from despin.train.ship.export import convert_to_ctranslate2

    trainable = tiny_checkpoint.parent / "trainable"
    exact = tiny_checkpoint.parent / "float32"
    convert_to_ctranslate2(trainable, exact, quantization="float32")
    model = load_model(trainable).eval()
    encoder = Encoder(json.loads((trainable / "tokenizer.json").read_text()), "hinted")
    source = [*encoder.pieces.encode_phrase("the lower house said"), "</s>"]
    target = list(encoder.pieces.encode_phrase("the company rose"))
    ids = torch.tensor([[encoder.id_of[p] for p in source]])
    labels = torch.tensor([[encoder.id_of[p] for p in [*target, "</s>"]]])
    with torch.no_grad():
        logits = model(input_ids=ids, labels=labels).logits.log_softmax(-1)[0]
    expected = [float(logits[n, i]) for n, i in enumerate(labels[0].tolist())]
    (scored,) = ctranslate2.Translator(str(exact)).score_batch([source], [target])
    assert scored.log_probs == pytest.approx(expected, abs=1e-3)


def test_the_average_is_what_is_kept_and_it_survives_a_stop(recipe: Recipe, tmp_path: Path) -> None:
    decay = 0.5
    averaged = replace(
        recipe,
        optim=replace(recipe.optim, ema=decay),
        budget=Budget(steps=4),
        eval=replace(recipe.eval, every=1.0),
    )
    whole = Trainer(replace(averaged, output=str(tmp_path / "whole")))
    seen: list[torch.Tensor] = []
    step = whole._step

    def watched(batches: object) -> torch.Tensor:
        out = step(batches)
        seen.append(whole.accelerator.unwrap_model(whole.model).lm_head.weight.detach().clone())
        return out

    whole._step = watched  # type: ignore[method-assign]
    whole.train()
    mean = seen[0]
    for weight in seen[1:]:
        mean = decay * mean + (1 - decay) * weight
    kept = weights(tmp_path / "whole" / "best")["lm_head.weight"]
    assert torch.allclose(kept, mean, atol=1e-6) and not torch.allclose(kept, seen[-1], atol=1e-6)
    again = Trainer(replace(averaged, output=str(tmp_path / "whole")))
    assert again.average is not None and int(again.average.n_averaged) == 4
    assert torch.allclose(again.average.module.lm_head.weight, mean, atol=1e-6)


def test_bf16_on_a_processor_keeps_its_weights_whole(recipe: Recipe, tmp_path: Path) -> None:
    AcceleratorState._reset_state()  # one precision a process, unless it is told to forget
    run_of = Trainer(replace(recipe, bf16=True, budget=Budget(steps=3), output=str(tmp_path / "half")))
    kinds: set[torch.dtype] = set()
    run_of.model.lm_head.register_forward_hook(lambda _m, _i, out: kinds.add(out.dtype))
    run_of.train()
    AcceleratorState._reset_state()
    assert torch.bfloat16 in kinds
    assert {p.dtype for p in run_of.model.parameters()} == {torch.float32}


def test_what_is_withheld_is_offered_only_by_what_ships(smoke: Recipe, tmp_path: Path) -> None:
    from despin.infer.text.tokens import fold
    from despin.train.data.examples import load_mix
    from despin.train.spin.withheld import is_withheld, withheld_rows

    share = 0.3
    made = Trainer(replace(smoke, pairs=replace(smoke.pairs, withheld=share)))

    def rows(name: str) -> set[tuple[str, str]]:
        lines = (tmp_path / "run" / name).read_text(encoding="utf-8").splitlines()[1:]
        return {(original, spun) for spun, original, _ in (line.split("\t") for line in lines)}

    entries = load_mix(smoke.pairs).entries
    hidden = {(fold(o), fold(s)) for o, s in withheld_rows(entries, share)}
    seen = {(fold(e.original), fold(e.spun)) for e in entries if not is_withheld(e.original, e.spun, share)}
    hidden -= seen  # "May" and "may" are two rows
    assert len(hidden & rows("inverse.tsv")) > 0.5 * len(hidden)
    # "its own" -> "its personal" may be withheld and still come about by way of "own" -> "personal".
    assert len(hidden & rows("inverse-training.tsv")) < 0.01 * len(hidden)
    assert all(not hidden & {(fold(e.original), fold(e.spun))} for e in made.inputs.maker.mix.entries)


def test_ngrams_are_counted_where_a_recipe_asks_for_them(recipe: Recipe, tmp_path: Path) -> None:
    from despin.train.recipe import NgramConfig

    asked = replace(recipe, ngrams=NgramConfig(min_count=(1, 1)), budget=Budget(steps=2))
    run(asked, "configs/train/smoke.yaml")
    checkpoint = tmp_path / "run" / "checkpoint"
    assert (checkpoint / "ngrams.xz").exists() and not (tmp_path / "run" / "trainable" / "ngrams.xz").exists()
    assert Despinner(checkpoint, threads=1).correct("Nothing here.\n").text == "Nothing here.\n"


def test_weights_trained_here_are_exported_elsewhere(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(recipe, budget=Budget(steps=2))
    monkeypatch.setattr(fit, "hardware", lambda: "1 x NVIDIA H100 80GB HBM3")
    with pytest.raises(FileNotFoundError, match="no trained weights"):
        run(short, "configs/train/smoke.yaml", "export")
    run(short, "configs/train/smoke.yaml", "weights")
    folder = tmp_path / "run"
    assert not (folder / "checkpoint").exists() and not (folder / "trainable").exists()
    moved = replace(short, output=str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    shutil.copytree(folder / "best", tmp_path / "elsewhere" / "best")
    shutil.copy(folder / "log.jsonl", tmp_path / "elsewhere")
    monkeypatch.undo()
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
    run(moved, "configs/train/smoke.yaml", "export")
    assert Despinner(tmp_path / "elsewhere" / "checkpoint", threads=1).correct("a b").text == "a b"
    # The card tells of the machine that trained, not of this one.
    assert "on 1 x NVIDIA H100" in (tmp_path / "elsewhere" / "trainable" / "README.md").read_text()


def test_positions_can_be_left_as_they_are(recipe: Recipe) -> None:
    still = replace(recipe, budget=Budget(steps=3), model=replace(recipe.model, learn_positions=False))
    training = Trainer(still)
    before = {n: p.detach().clone() for n, p in training.model.named_parameters()}
    training.train()
    moved = {n for n, p in training.model.named_parameters() if not torch.equal(p, before[n])}
    assert "shared.weight" in moved
    assert not any("relative_attention_bias" in n for n in moved)
    assert any("relative_attention_bias" in n for n in before)


@pytest.mark.parametrize(
    "base", ["runs/base", "./base", "/nowhere/base", "a/b/c", "base/", "configs/base", "models/other"]
)
def test_a_missing_base_folder_is_reported_before_anything_is_read(
    recipe: Recipe, tmp_path: Path, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "prepare_inputs", lambda *_: pytest.fail("read something"))
    with pytest.raises(InputError, match=f"^model.base: no folder {base}; train or copy") as caught:
        Trainer(replace(recipe, model=replace(recipe.model, base=base)))
    assert "\n" not in str(caught.value) and not (tmp_path / "run").exists()


def test_a_base_folder_without_weights_is_reported(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no weights"):
        Trainer(replace(recipe, model=replace(recipe.model, base=str(tmp_path))))
    with pytest.raises(InputError, match=r"objective\.teacher: no weights in"):
        Trainer(replace(recipe, objective=ObjectiveConfig(teacher=str(tmp_path))))


@pytest.mark.parametrize("base", ["google/flan-t5-small", "flan-t5", "random"])
def test_hub_names_are_not_taken_for_folders(base: str, recipe: Recipe) -> None:
    require_base(base)


def test_another_recipe_is_refused_and_a_longer_budget_resumes(recipe: Recipe, tmp_path: Path) -> None:
    short = replace(recipe, budget=Budget(steps=2))
    Trainer(short).train()
    with pytest.raises(ConfigError, match=r"started with optim\.ema: 0\.0, and the recipe says 0\.5"):
        Trainer(replace(short, optim=replace(short.optim, ema=0.5)))
    longer = Trainer(replace(short, budget=Budget(steps=4)))
    assert longer.progress.step == 2
    assert longer.best_score == json.loads((tmp_path / "run" / "best" / "training.json").read_text())["score"]
    longer.train()
    assert longer.progress.step == 4
    with pytest.raises(ConfigError, match=r"budget\.steps: 4, and the recipe says 2"):
        Trainer(short)


def test_best_weights_survive_a_state_that_is_older(recipe: Recipe, tmp_path: Path) -> None:
    run_of = Trainer(replace(recipe, budget=Budget(steps=2)))
    run_of.best_score = 0.0
    run_of._measure = lambda _: ({"f05": 0.9}, 0.9)  # type: ignore[method-assign]
    run_of.evaluate(0.5)  # killed before the next save: no state knows of it
    again = Trainer(replace(recipe, budget=Budget(steps=2)))
    assert (again.progress.step, again.best_score) == (0, 0.9)
    again._measure = lambda _: ({"f05": 0.8}, 0.8)  # type: ignore[method-assign]
    again.evaluate(0.5)
    assert json.loads((tmp_path / "run" / "best" / "training.json").read_text())["score"] == 0.9


def test_a_run_says_nothing_but_its_own_lines(recipe: Recipe, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    run(replace(recipe, budget=Budget(steps=2)), "configs/train/smoke.yaml")
    lines = capfd.readouterr().err.splitlines()
    assert all(line.startswith(("step ", "checkpoint: ")) for line in lines), lines
