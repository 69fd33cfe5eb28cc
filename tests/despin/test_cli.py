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
