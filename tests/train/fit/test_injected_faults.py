"""Each write, rename and sync fails in turn: the old state or the new one is there, and one line says why.

A fault is an OSError at the k-th operation, for every k until the work gets through: "no space left" of that
operation alone or of all writes from it on, and an input/output error.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from despin.errors import DespinError  # noqa: E402
from despin.infer.candidates.inverse import InverseLexicon  # noqa: E402
from despin.infer.checkpoint import open_checkpoint  # noqa: E402
from despin.infer.decision.ngrams import NgramTable  # noqa: E402
from despin.infer.digests import check_digests, update_digests, write_digests  # noqa: E402
from despin.train.data.ngram_counts import NgramConfig, count_ngrams  # noqa: E402
from despin.train.fit import folders, run_inputs  # noqa: E402
from despin.train.fit.folders import edited_folder  # noqa: E402
from despin.train.fit.run_folder import RunFolder  # noqa: E402
from despin.train.fit.run_state import load_state  # noqa: E402
from despin.train.fit.trainer import Trainer  # noqa: E402
from despin.train.recipe import load_recipe  # noqa: E402
from despin.train.ship import export as export_module  # noqa: E402

RENAMES = ("replace", "rename")
WRITES = ("fsync", "mkdir")


class Faults:
    """Counts the operations that can fail, and lets those fail that `at` says."""

    def __init__(self, code: int, lasting: bool) -> None:
        self.code, self.lasting = code, lasting
        self.count, self.at = 0, 0
        self.active = False

    def reached(self, is_write: bool) -> None:
        """Raise OSError if it is this operation's turn to fail."""
        if not self.active:
            return
        self.count += 1
        if self.count == self.at or (self.lasting and is_write and self.count > self.at):
            raise OSError(self.code, os.strerror(self.code))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Work whose operations are not counted."""
        before, self.active = self.active, False
        yield
        self.active = before


class Fragile:
    """A file open for writing whose writes are counted."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self._file, self._faults = file, faults

    def write(self, data: Any) -> Any:
        try:
            self._faults.reached(is_write=True)
        except OSError:
            self._file.write(data[: len(data) // 2])  # a full disk takes a part
            self._file.flush()
            raise
        return self._file.write(data)

    def __enter__(self) -> Fragile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


FAULTS = [(errno.ENOSPC, False), (errno.ENOSPC, True), (errno.EIO, False)]


@pytest.fixture(params=FAULTS, ids=["space once", "space from there on", "input/output"])
def faults(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Faults in everything that Python writes with."""
    made = Faults(*request.param)

    def failing(name: str, is_write: bool) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **keywords: Any) -> Any:
            made.reached(is_write)
            return real(*args, **keywords)

        return call

    for name in (*RENAMES, *WRITES):
        monkeypatch.setattr(os, name, failing(name, name in WRITES))
    open_file = io.open

    def fragile(file: Any, mode: str = "r", *args: Any, **keywords: Any) -> Any:
        if not made.active or not set(mode) & set("wax+"):
            return open_file(file, mode, *args, **keywords)
        made.reached(is_write=True)
        return Fragile(open_file(file, mode, *args, **keywords), made)

    monkeypatch.setattr(io, "open", fragile)
    monkeypatch.setattr(builtins, "open", fragile)
    monkeypatch.setattr(shutil, "_USE_CP_SENDFILE", False, raising=False)  # copies in the kernel are not seen
    return made


@pytest.fixture(params=[True, False], ids=["exchange", "no exchange"])
def exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the exchange of two names in one step, and without."""
    if not request.param:
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)


def fail_in_turn(
    faults: Faults, prepare: Callable[[], object], work: Callable[[], object], check: Callable[[], object]
) -> int:
    """Do ``work`` with a fault at each of its operations, then ``check``; the number of operations."""
    for at in count(1):
        prepare()
        faults.count, faults.at, faults.active = 0, at, True
        try:
            work()
            failed = False
        except (OSError, DespinError) as error:
            message = str(error)
            failed = True
            assert message and "\n" not in message
        finally:
            faults.active = False
        check()
        if faults.count < at:
            assert not failed
            return faults.count
    raise AssertionError


OLD, NEW = 48, 32


@pytest.fixture(scope="module")
def small(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``checkpoint`` and ``trainable`` with a dictionary of one row, quick to load hundreds of times."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("checkpoint", "trainable"):
        shutil.copytree(tiny_checkpoint.parent / name, folder / name)
        InverseLexicon([("home", "house", 0.25)]).save(folder / name / "inverse.tsv")
        write_digests(folder / name)
    return folder


def words(folder: Path) -> int:
    """The setting by which the old and the new checkpoint are told apart."""
    return int(json.loads((folder / "despin.json").read_text())["words"])


@pytest.mark.usefixtures("exchange")
def test_an_export_leaves_whole_checkpoints(
    faults: Faults, tiny_trained: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_from(source: Path) -> Callable[..., None]:
        def make(_: Path, folder: Path) -> None:
            with faults.paused():  # what fails in the scratch folder reaches no target
                shutil.copytree(source, folder)

        return make

    monkeypatch.setattr(export_module, "save_bf16", made_from(small / "trainable"))
    monkeypatch.setattr(export_module, "convert_to_ctranslate2", made_from(small / "checkpoint"))
    engine, trainable = tmp_path / "checkpoint", tmp_path / "trainable"

    def put(number: int) -> None:
        export_module.export(tiny_trained, engine, trainable, {"words": number})

    def check() -> None:
        for folder in (engine, trainable):
            folders.recover_folder(folder)
            check_digests(folder)
            assert words(folder) in (OLD, NEW)
        assert open_checkpoint(engine).settings["words"] == words(engine)
        assert {p.name for p in tmp_path.iterdir()} <= {"checkpoint", "trainable"}

    assert fail_in_turn(faults, lambda: put(OLD), lambda: put(NEW), check) > 60
    assert words(engine) == words(trainable) == NEW


@pytest.mark.usefixtures("exchange")
def test_a_changed_checkpoint_has_all_changes_or_none(faults: Faults, small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    table = count_ngrams(["the lower house said"] * 9, NgramConfig((1, 1)), {"house"})

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(small / "checkpoint", folder)

    def change() -> None:
        with edited_folder(folder) as fresh:
            InverseLexicon([("home", "house", 0.5)]).save(fresh / "inverse.tsv")
            table.save(fresh / "ngrams.xz")
            update_digests(fresh, ["inverse.tsv", "ngrams.xz"])

    def check() -> None:
        folders.recover_folder(folder)
        opened = open_checkpoint(folder)
        assert (opened.lexicon.forms["home"].shares == (0.5,)) == (opened.ngrams is not None)
        assert [p.name for p in tmp_path.iterdir()] == ["checkpoint"]

    assert fail_in_turn(faults, prepare, change, check) > 20


def test_single_files_are_the_old_or_the_new_ones(faults: Faults, tmp_path: Path) -> None:
    old, new = ([("home", "house", share)] for share in (0.25, 0.5))
    tables = [count_ngrams(["the lower house"] * n, NgramConfig((1, 1)), {"house"}) for n in (9, 18)]

    def put(number: int) -> None:
        InverseLexicon((old, new)[number]).save(tmp_path / "inverse.tsv")
        tables[number].save(tmp_path / "ngrams.xz")

    def check() -> None:
        assert InverseLexicon.load(tmp_path / "inverse.tsv").forms["home"].shares in ((0.25,), (0.5,))
        assert NgramTable.load(tmp_path / "ngrams.xz").total in (27, 54)
        assert {p.name for p in tmp_path.iterdir()} == {"inverse.tsv", "ngrams.xz"}

    assert fail_in_turn(faults, lambda: put(0), lambda: put(1), check) >= 6


@pytest.fixture(scope="module")
def begun(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """A run that has taken one step."""
    os.chdir(root)
    recipe = load_recipe("configs/train/smoke.yaml")
    output = tmp_path_factory.mktemp("begun") / "run"
    trainer = Trainer(
        replace(recipe, output=str(output), eval=replace(recipe.eval, segments=1), lexicon_documents=20)
    )
    trainer._step(trainer._batches())
    return trainer


@pytest.mark.usefixtures("exchange")
def test_a_saved_state_is_the_old_or_the_new_one(faults: Faults, begun: Trainer) -> None:
    folder = begun.folder
    last = 0

    def save() -> None:
        begun.progress.step += 1
        begun.save()

    def prepare() -> None:
        nonlocal last
        save()
        last = begun.progress.step

    def check() -> None:
        again = RunFolder(folder.path)  # as a resumed run opens it
        model = begun.accelerator.unwrap_model(begun.model)
        progress, position = load_state(again.state, model, begun.optimizer, begun.average, 0, 1)
        assert progress.step in (last, last + 1) and position == begun.position

    assert fail_in_turn(faults, prepare, save, check) > 15


@pytest.mark.usefixtures("exchange")
def test_the_best_weights_are_the_old_or_the_new_ones(
    faults: Faults, begun: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("despin.train.fit.trainer.package_versions", dict)
    monkeypatch.setattr("despin.train.fit.trainer.hardware", str)
    model = begun.accelerator.unwrap_model(begun.model)

    def check() -> None:
        again = RunFolder(begun.folder.path)
        check_digests(again.best)
        assert again.best_score() in (0.25, 0.5)

    def keep(score: float) -> None:
        begun._keep(model, {"f05": score}, score)

    assert fail_in_turn(faults, lambda: keep(0.25), lambda: keep(0.5), check) > 10


def test_what_a_run_begins_with_is_whole_or_made_again(
    faults: Faults, begun: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexicon = InverseLexicon([("home", "house", 0.5)])
    model = begun.accelerator.unwrap_model(begun.model)
    tokenizer = json.loads((begun.folder.start / "tokenizer.json").read_text())
    monkeypatch.setattr(run_inputs, "measure_lexicon", lambda *_: lexicon)
    monkeypatch.setattr(run_inputs, "build_model", lambda *_: (model, tokenizer))
    recipe: Any = replace(begun.recipe, output=str(tmp_path / "run"))
    mix: Any = type("Mix", (), {"entries": []})()

    def begin() -> None:
        folder = RunFolder(tmp_path / "run")
        folder.path.mkdir(exist_ok=True)
        folder.write_recipe(recipe)
        run_inputs._lexicon(folder.path / "inverse.tsv", recipe, begun.inputs.maker.corpora, mix)
        run_inputs._starting_model(folder.start, recipe, begun.inputs.maker.corpora, mix)

    def check() -> None:
        begin()  # without a fault, on what the fault has left
        RunFolder(tmp_path / "run").check_recipe(recipe)
        assert InverseLexicon.load(tmp_path / "run" / "inverse.tsv").forms == lexicon.forms
        check_digests(tmp_path / "run" / "start")

    prepare = lambda: shutil.rmtree(tmp_path / "run", ignore_errors=True)  # noqa: E731
    assert fail_in_turn(faults, prepare, begin, check) > 15
