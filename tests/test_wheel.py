"""The wheel: built, installed into an empty environment, each of its modules imported there."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("setuptools", minversion="77", reason="setuptools 77 builds the wheel")

PARTS = ["despin", "infer", "metrics", "corpus", "trace", "serve", "train", "bench", "configs", "examples"]
IMPORT_ALL = """
import importlib, pkgutil, sys
import despin
names = [m.name for m in pkgutil.walk_packages(despin.__path__, "despin.")]
for name in names:
    if name != "despin.__main__":
        assert importlib.import_module(name).__file__.startswith(sys.prefix), name
print(len(names))
"""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the source, so that nothing is left in it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for part in PARTS:
        shutil.copytree(root / part, source / part, ignore=shutil.ignore_patterns("__pycache__", "model.bin"))
    for file in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(root / file, source)
    (source / "infer" / "embedded" / "model.bin").write_bytes(b"left out here: 40 MB to pack")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_everything_in_the_source_is_in_the_wheel(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for part in PARTS:
        for file in (root / part).rglob("*"):
            inside = file.relative_to(root).as_posix()
            if file.is_file() and "__pycache__" not in inside:
                packaged = inside if part == "despin" else f"despin/{inside}"
                assert packaged in names, packaged
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_each_module_is_imported_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / "bin" / "python"
    site = Path(
        subprocess.run(
            [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
    )  # fmt: skip
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The dependencies are those of this environment, Despin itself only the wheel's: a path file adds to
    # the end of the path, and the finder of an editable installation is not read from it.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    done = subprocess.run([str(python), "-c", IMPORT_ALL], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) > 100
