"""A run folder that is damaged, or comes from elsewhere: one line, no code run, no silent restart."""

from __future__ import annotations

import json
import pickle
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from despin.errors import ConfigError, DespinError, InputError  # noqa: E402
from despin.infer import Despinner  # noqa: E402
from despin.infer.candidates.inverse import InverseLexicon  # noqa: E402
from despin.infer.digests import DIGESTS_FILE, write_digests  # noqa: E402
from despin.train.data.batches import Position  # noqa: E402
from despin.train.fit import folders  # noqa: E402
from despin.train.fit.progress import Progress, TrainingLog  # noqa: E402
from despin.train.fit.run_state import load_state, save_process, save_shared  # noqa: E402
from despin.train.fit.t5 import load_model  # noqa: E402
from despin.train.fit.trainer import Trainer  # noqa: E402
from despin.train.recipe import Budget, Recipe, load_recipe  # noqa: E402
from despin.train.run import run  # noqa: E402

STATE_FILES = ("model.safetensors", "optimizer.safetensors", "process-0.safetensors", "progress.json")


@pytest.fixture(scope="module")
def finished(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """A run of two steps that has ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        loaded = load_recipe("configs/train/smoke.yaml")
        recipe = replace(
            loaded,
            output=str(tmp_path_factory.mktemp("finished") / "run"),
            budget=Budget(steps=2),
            eval=replace(loaded.eval, segments=1),
            lexicon_documents=20,
        )
        Trainer(recipe).train()
    return recipe


@pytest.fixture
def recipe(finished: Recipe, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """The same in a copy of its folder."""
    monkeypatch.chdir(root)
    shutil.copytree(finished.output, tmp_path / "run")
    return replace(finished, output=str(tmp_path / "run"))


def error_of(work: Callable[[], object]) -> str:
    """The one line with which something fails."""
    with pytest.raises(DespinError) as caught:
        work()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def removed(file: Path) -> None:
    file.unlink()


DAMAGES = [emptied, halved, flipped, removed]


def linear_state(folder: Path, world: int = 1) -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    """A saved state of a small model after a step, and the model and optimizer."""
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(3)).sum().backward()
    optimizer.step()
    folder.mkdir()
    for rank in range(world):
        save_process(folder, rank, Position(5 + rank, 2))
    save_shared(folder, model, optimizer, None, Progress(step=7, seconds=1.5))
    return model, optimizer


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", STATE_FILES)
def test_a_damaged_state_is_named(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    model, optimizer = linear_state(tmp_path / "state")
    damage(tmp_path / "state" / name)
    message = error_of(lambda: load_state(tmp_path / "state", model, optimizer, None, 0, 1))
    assert name in message and "cannot be resumed" in message


@pytest.mark.parametrize("damage", [emptied, halved])
@pytest.mark.parametrize("name", STATE_FILES)
def test_a_damaged_state_with_fitting_digests_is_refused(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    model, optimizer = linear_state(tmp_path / "state")
    damage(tmp_path / "state" / name)
    write_digests(tmp_path / "state")
    assert "cannot be resumed" in error_of(
        lambda: load_state(tmp_path / "state", model, optimizer, None, 0, 1)
    )


@pytest.mark.parametrize(
    "content",
    ["{}", "[]", "3", "nonsense", '{"step": 1}']
    + [json.dumps({**vars(Progress()), **wrong}) for wrong in ({"step": -1}, {"step": "1"}, {"step": 1.5})]
    + [json.dumps({**vars(Progress()), "seconds": value}) for value in (float("nan"), None, True)],
)
def test_progress_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    model, optimizer = linear_state(tmp_path / "state")
    (tmp_path / "state" / "progress.json").write_text(content)
    write_digests(tmp_path / "state")
    assert "progress.json" in error_of(lambda: load_state(tmp_path / "state", model, optimizer, None, 0, 1))


def test_the_state_of_another_model_is_refused(tmp_path: Path) -> None:
    linear_state(tmp_path / "state")
    other = torch.nn.Linear(4, 2)
    optimizer = torch.optim.AdamW(other.parameters())
    assert "another model" in error_of(lambda: load_state(tmp_path / "state", other, optimizer, None, 0, 1))


def test_a_state_is_restored_bit_for_bit(tmp_path: Path) -> None:
    model, optimizer = linear_state(tmp_path / "state")
    following = torch.rand(3)
    other = torch.nn.Linear(3, 2)
    again = torch.optim.AdamW(other.parameters())
    assert load_state(tmp_path / "state", other, again, None, 0, 1) == (
        Progress(step=7, seconds=1.5),
        Position(5, 2),
    )
    assert torch.equal(torch.rand(3), following)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters()))
    for kept, restored in zip(optimizer.state.values(), again.state.values(), strict=True):
        assert all(torch.equal(kept[name], restored[name]) for name in ("step", "exp_avg", "exp_avg_sq"))


@pytest.mark.parametrize(("before", "now", "pool"), [(2, 1, 14), (2, 3, 5), (1, 2, 3)])
def test_other_processes_go_on_behind_all_that_was_used(
    tmp_path: Path, before: int, now: int, pool: int
) -> None:
    model, optimizer = linear_state(tmp_path / "state", before)
    _, position = load_state(tmp_path / "state", model, optimizer, None, 0, now)
    # Pool n of process r of w is number n * w + r of all; the last one used is that of the last process.
    assert position == Position(pool, 0) and pool * now >= (5 + before - 1) * before + before - 1


class Harmful:
    """What a pickle can do."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.file,)


def test_a_pickle_in_a_run_from_elsewhere_is_not_run(recipe: Recipe, tmp_path: Path) -> None:
    state = Path(recipe.output) / "state"
    harm = pickle.dumps(Harmful(tmp_path / "ran"))
    pickle.loads(harm)
    assert (tmp_path / "ran").exists()  # the pickle does harm where it is loaded
    (tmp_path / "ran").unlink()
    names = ["custom_checkpoint_0.pkl", "random_states_0.pkl", "optimizer.bin", "scheduler.bin"]
    for name in names:
        (state / name).write_bytes(harm)
    assert Trainer(recipe).progress.step == 2  # files that are not the state's own are not looked at
    for name in STATE_FILES[:3]:
        (state / name).write_bytes(harm)
    write_digests(state)
    assert "cannot be resumed" in error_of(lambda: Trainer(recipe))
    (state / DIGESTS_FILE).unlink()
    assert "states of other versions" in error_of(lambda: Trainer(recipe))
    assert not (tmp_path / "ran").exists()


def test_pickled_weights_from_elsewhere_are_not_run(tiny_trained: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(tiny_trained, tmp_path / "base"))
    (base / "model.safetensors").unlink()
    torch.save({"shared.weight": Harmful(tmp_path / "ran")}, base / "pytorch_model.bin")
    assert "these weights cannot be loaded" in error_of(lambda: load_model(base))
    assert not (tmp_path / "ran").exists()


def test_a_state_without_its_files_does_not_begin_anew(recipe: Recipe) -> None:
    shutil.rmtree(Path(recipe.output) / "state")
    (Path(recipe.output) / "state").mkdir()
    assert "cannot be resumed" in error_of(lambda: Trainer(recipe))


@pytest.mark.parametrize("damage", [halved, flipped])
@pytest.mark.parametrize("name", ["start/model.safetensors", "start/tokenizer.json", "inverse.tsv"])
def test_what_a_run_has_built_is_checked(recipe: Recipe, name: str, damage: Callable[[Path], None]) -> None:
    damage(Path(recipe.output) / name)
    message = error_of(lambda: Trainer(recipe))
    assert Path(name).name in message and "remove" in message


def test_a_cut_dictionary_is_not_shipped(recipe: Recipe) -> None:
    best = Path(recipe.output) / "best"
    lines = (best / "inverse.tsv").read_text().splitlines(keepends=True)
    (best / "inverse.tsv").write_text("".join(lines[: len(lines) // 2]))
    assert "inverse.tsv" in error_of(lambda: run(recipe, "configs/train/smoke.yaml", "export"))
    assert not (Path(recipe.output) / "checkpoint").exists()


def test_a_cut_table_of_ngrams_is_not_shipped(recipe: Recipe) -> None:
    from despin.train.recipe import NgramConfig

    folder = Path(recipe.output)
    run(replace(recipe, ngrams=NgramConfig(min_count=(1, 1))), "configs/train/smoke.yaml", "export")
    before = (folder / "checkpoint" / "ngrams.xz").read_bytes()
    halved(folder / "ngrams.xz")
    asked = replace(recipe, ngrams=NgramConfig(min_count=(1, 1)))
    assert "ngrams.xz" in error_of(lambda: run(asked, "configs/train/smoke.yaml", "export"))
    assert (folder / "checkpoint" / "ngrams.xz").read_bytes() == before
    assert Despinner(folder / "checkpoint", threads=1).correct("a b").text == "a b"


def test_weights_between_two_names_are_exported(recipe: Recipe) -> None:
    """Stopped between the removal and the placing of ``best``, where two names cannot be exchanged."""
    folder = Path(recipe.output)
    (folder / "best").rename(folder / "best.old")
    run(recipe, "configs/train/smoke.yaml", "export")
    assert (folder / "best" / "training.json").exists() and (folder / "checkpoint" / "model.bin").exists()


def test_a_folder_between_two_names_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    for name in ("target.old", "fresh"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(name)
    rename = Path.rename

    def fails(self: Path, to: Path) -> Path:
        if self.name == "fresh":
            raise OSError("no")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="no"):
        folders.replace_folder(tmp_path / "fresh", tmp_path / "target")
    assert (tmp_path / "target" / "name").read_text() == "target.old"


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_base_weights_are_named(
    tiny_trained: Path, recipe: Recipe, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    base = Path(shutil.copytree(tiny_trained, tmp_path / "base"))
    write_digests(base)
    damage(base / "model.safetensors")
    fresh = replace(recipe, output=str(tmp_path / "new"), model=replace(recipe.model, base=str(base)))
    assert f"{base} is damaged: model.safetensors" in error_of(lambda: Trainer(fresh))
    (base / DIGESTS_FILE).unlink()
    if damage is not flipped:
        with pytest.raises(InputError, match="these weights cannot be loaded"):
            load_model(base)


@pytest.mark.parametrize("content", ["", "{", '{"model_type": "bert"}', '{"d_model": "wide"}', "[]"])
def test_a_damaged_model_description_is_named(tiny_trained: Path, tmp_path: Path, content: str) -> None:
    base = Path(shutil.copytree(tiny_trained, tmp_path / "base"))
    (base / "config.json").write_text(content)
    assert str(base) in error_of(lambda: load_model(base))


@pytest.mark.parametrize("every", ["0", "0.0", "-1", ".nan", "often"])
def test_an_interval_of_nothing_is_refused(tmp_path: Path, every: str) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(
        f"output: x\ncorpora: [{{path: a.txt}}]\nbudget: {{steps: 1}}\neval: {{every: {every}}}\n"
    )
    with pytest.raises(ConfigError, match="every"):
        load_recipe(file)


def test_generators_do_not_depend_on_what_an_earlier_attempt_left(recipe: Recipe) -> None:
    shutil.rmtree(Path(recipe.output))
    Trainer(recipe)  # builds the model, which draws its weights
    first = torch.get_rng_state()
    again = Trainer(recipe)  # finds it
    assert torch.equal(torch.get_rng_state(), first)
    again._batches()
    assert torch.equal(torch.get_rng_state(), first)


def test_a_log_is_rewound_to_the_saved_step(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path / "log.jsonl", speak=False)
    for step in (1, 2, 3):
        log.write(kind="train", step=step)
    with log.file.open("a") as file:
        file.write('{"kind": "train", "st')
    log.rewind(2)
    assert [json.loads(line)["step"] for line in log.file.read_text().splitlines()] == [1, 2]
    TrainingLog(tmp_path / "none.jsonl").rewind(0)


def test_a_run_on_local_text_asks_no_host(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: asked.append(args) or [])
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    monkeypatch.setattr(datasets.config, "HF_UPDATE_DOWNLOAD_COUNTS", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    (tmp_path / "a.jsonl").write_text(
        "".join(json.dumps({"text": f"The house {n} rose.", "source": str(n)}) + "\n" for n in range(300))
    )
    local = replace(recipe.corpora[0], path=str(tmp_path / "a.jsonl"))
    run(replace(recipe, output=str(tmp_path / "new"), corpora=(local,)), "configs/train/smoke.yaml")
    assert asked == []


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from despin.train.ship.export import export
from despin.errors import DespinError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
trained, out, *limits = sys.argv[1:]
for limit in map(int, limits):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        export(Path(trained), Path(out) / "checkpoint", Path(out) / "trainable")
        print("written")
    except (OSError, DespinError) as error:
        print("failed:", " ".join(str(error).split()))
    left = sorted(p.name for p in Path(out).iterdir())
    print(*left)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")
def test_what_the_libraries_write_fails_in_one_line_too(tiny_trained: Path, tmp_path: Path) -> None:
    """A file may not grow beyond a limit: safetensors (Rust) and CTranslate2's converter meet it as well."""
    trained = Path(shutil.copytree(tiny_trained, tmp_path / "trained"))
    InverseLexicon([("home", "house", 0.5)]).save(trained / "inverse.tsv")
    (tmp_path / "out").mkdir()
    limits = [10_000, 700_000, 1 << 30]
    command = [sys.executable, "-c", FULL_DISK, str(trained), str(tmp_path / "out"), *map(str, limits)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * len(limits), done.stderr
    assert all(line.startswith("failed: ") for line in lines[:-2:2]) and lines[-2] == "written"
    assert all(line == "" for line in lines[1:-2:2]) and lines[-1] == "checkpoint trainable"
