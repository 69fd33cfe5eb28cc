"""The packages' imports run downwards, and the face can be had from each place that it is asked for."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = ["infer", "metrics", "corpus", "trace", "train", "bench", "serve"]
"""From the bottom up: a package imports itself and those before it. `despin.errors` is below all."""


def imported(file: Path) -> Iterator[str]:
    """The modules of Despin that a file imports, at its top or anywhere else in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name for name in names if name.split(".")[0] == "despin")


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_downwards(root: Path, layer: str) -> None:
    allowed = {*LAYERS[: LAYERS.index(layer) + 1], "errors"}
    files = list((root / layer).rglob("*.py"))
    assert files
    for file in files:
        for name in imported(file):
            assert name.split(".")[1] in allowed, f"{file}: {name}"


def test_the_errors_import_nothing_of_despin(root: Path) -> None:
    assert list(imported(root / "despin" / "errors.py")) == []


def modules(root: Path) -> list[str]:
    """The names of all modules in the clone."""
    names = []
    for package in ("despin", *LAYERS):
        for file in (root / package).rglob("*.py"):
            parts = [p for p in file.relative_to(root).with_suffix("").parts if p != "__init__"]
            names.append(".".join(parts if package == "despin" else ["despin", *parts]))
    return sorted(names)


def test_every_module_is_installed_and_light_ones_are_imported(root: Path) -> None:
    names = modules(root)
    assert len(names) > 100
    for name in names:
        assert importlib.util.find_spec(name) is not None, f"{name} is not installed"
        if name.startswith(("despin.infer", "despin.commands", "despin.errors", "despin.cli")):
            importlib.import_module(name)


def test_no_two_modules_have_one_name(root: Path) -> None:
    """Those of the command line are named like the commands."""
    names = [n.rpartition(".")[2] for n in modules(root) if not n.startswith("despin.commands.")]
    packages = {n.rpartition(".")[2] for n in modules(root) if is_package(n)}
    twice = {n for n in names if names.count(n) > 1} - packages
    assert not twice, f"modules of one name: {sorted(twice)}"


def is_package(name: str) -> bool:
    """Whether a module is a package."""
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.submodule_search_locations is not None


def test_the_face_gives_its_names() -> None:
    despin = importlib.import_module("despin")
    for name in despin.__all__:
        assert getattr(despin, name) is not None
    assert set(despin.__all__) <= set(dir(despin))
    with pytest.raises(AttributeError, match="no_such_name"):
        despin.no_such_name  # noqa: B018


def test_python_m_despin_in_the_clone_and_elsewhere(root: Path, tmp_path: Path) -> None:
    for folder in (root, tmp_path):
        done = subprocess.run([sys.executable, "-m", "despin", "--version"], cwd=folder, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr
        assert done.stdout.startswith(b"despin")


def test_a_file_in_the_place_of_a_command_gets_a_hint(root: Path) -> None:
    file = str(root / "examples" / "clean.txt")
    done = subprocess.run([sys.executable, "-m", "despin", file], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == f"despin: no command '{file}'; to restore a file: despin correct {file}\n"


def test_configurations_and_examples_are_found_by_name(tmp_path: Path) -> None:
    """Away from the clone, from the installed package alone."""
    for args in (
        ["spin", "--config", "observed", "example:clean"],
        ["spin", "--config", "configs/spin/tortured.yaml", "example:clean"],
    ):
        done = subprocess.run([sys.executable, "-m", "despin", *args], cwd=tmp_path, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "despin", "spin", "--config", "none"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "observed" in done.stderr and done.stderr.count("\n") == 1
