"""Errors of the surroundings are one line and an exit status, whatever the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("command", ["--help", "spin --seed 1 example:clean", "correct -"])
def test_a_full_disk_is_one_line(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "despin", *command.split()],
            input=b"x",
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert (done.returncode, done.stderr) == (2, b"despin: No space left on device\n")


def test_closed_standard_output_is_one_line() -> None:
    line = f"{sys.executable} -m despin spin example:clean >&-"
    done = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (2, b"despin: standard output is closed\n")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("correct --diff --json x", "--diff and --json exclude each other"),
        ("correct --alternatives 2 x", "--alternatives requires --json"),
        ("correct --min-score nan x", "Invalid value for '--min-score'"),
        ("correct --threads 100000 x", "Invalid value for '--threads'"),
        ("train no-such-recipe", "no-such-recipe: no such file, nor a configuration that comes with Despin"),
    ],
)
def test_bad_options_are_one_line(args: str, message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "despin", *args.split()], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("despin: ") and message in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("package", "arguments", "message"),
    [
        (
            "ray",
            "corpus example --ray local",
            "the package ray; run: python -m pip install '.[ray]'",
        ),
        (
            "datasets",
            "corpus owner/name",
            "the package datasets; run: python -m pip install datasets\n",
        ),
        (
            "pyarrow",
            "corpus table",
            "the package pyarrow; run: python -m pip install '.[corpus]'",
        ),
        (
            "tantivy",
            "index example",
            "the package tantivy; run: python -m pip install '.[trace]'",
        ),
    ],
)
def test_a_missing_package_is_named_with_what_installs_it(
    package: str, arguments: str, message: str, root: Path, tmp_path: Path
) -> None:
    pytest.importorskip("fsspec")
    example = str(root / "examples" / "articles.jsonl")
    (tmp_path / "a.parquet").write_bytes(b"")
    inputs = {"example": example, "table": str(tmp_path / "a.parquet")}
    given = [inputs.get(argument, argument) for argument in arguments.split()]
    code = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv = ['despin', *sys.argv[1:]]\n"
        "from despin.cli import main; main()"
    )
    command = [sys.executable, "-c", code, *given, "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr.startswith("despin: ")
        and f" needs {message}" in done.stderr
        and done.stderr.count("\n") == 1
    )
