"""The README's commands are run as they stand, its figures stand as the benchmark printed them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NOT_HERE = re.compile(
    r"pip install|make_base|train/(?:cpu|gpu|h100)|pytest|\.\./shared|"
    r"despin (?:train|bench) (?:export|calibrate|parity|ablate|causes|fivegram|tune)"
)
"""Commands that install, need an hour, or write into the source tree; CI runs the first two itself."""


def blocks(readme: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)


def commands(root: Path) -> list[str]:
    lines = "\n".join(blocks((root / "README.md").read_text(encoding="utf-8"), "sh")).splitlines()
    return [line.split("#")[0].strip() for line in lines if line.strip() and not NOT_HERE.search(line)]


@pytest.fixture
def desk(root: Path, tmp_path: Path) -> Path:
    """A folder with what the README's commands speak of, and `despin` on the path."""
    for folder in ("examples", "configs"):
        (tmp_path / folder).symlink_to(root / folder)
    shutil.copy(root / "examples" / "spun-ferry.txt", tmp_path / "article.txt")
    shutil.copy(root / "examples" / "original-ferry.txt", tmp_path / "clean.txt")
    spun = (root / "examples" / "spun-ferry.txt").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<p class='home'>{spun}</p>\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text(f"# Notes\n\n{spun}", encoding="utf-8")
    row = {
        "id": "ferry",
        "spun": (root / "examples" / "spun-ferry.txt").read_text(encoding="utf-8"),
        "original": (root / "examples" / "original-ferry.txt").read_text(encoding="utf-8"),
    }
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "despin").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m despin "$@"\n')
    (tools / "despin").chmod(0o755)
    return tmp_path


def test_every_command_runs(root: Path, desk: Path) -> None:
    found = commands(root)
    assert len(found) >= 7
    environment = {**os.environ, "PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    for command in found:
        done = subprocess.run(
            ["bash", "-c", command], cwd=desk, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (desk / "restored" / "article.txt").exists() and (desk / "restored" / "notes.md").exists()
    assert (desk / "restored" / "page.html").read_text(encoding="utf-8").startswith("<p class='home'>")
    assert (desk / "runs" / "smoke" / "checkpoint" / "model.bin").exists()


def test_the_opening_command_restores_its_example(root: Path) -> None:
    opening = blocks((root / "README.md").read_text(encoding="utf-8"), "sh")[0].strip()
    install, run = opening.split(" && ")
    assert install == "python -m pip install ."
    done = subprocess.run(
        [sys.executable, "-m", "despin", *run.split()[1:]],
        cwd=root,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0
    assert done.stdout.decode().count("{+") > 20


def test_the_python_example_runs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = blocks((root / "README.md").read_text(encoding="utf-8"), "python")
    place: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), place)
    assert "lower house" in place["done"].text  # type: ignore[attr-defined]
    assert "decrease" in capsys.readouterr().out


def test_every_config_named_exists(root: Path) -> None:
    for name in re.findall(r"configs/[\w/-]+\.yaml", (root / "README.md").read_text(encoding="utf-8")):
        assert (root / name).is_file(), name


def test_the_size_of_the_dictionary_is_as_told(root: Path) -> None:
    from despin.train import load_entries

    entries = load_entries()
    told = f"{len(entries):,} substitutions of {len({e.original for e in entries}):,} originals"
    assert told in (root / "README.md").read_text(encoding="utf-8")


def quality(shown: str, table: str) -> dict[str, list[str]]:
    """The rows of the first table of systems in a part of the README, or of what the benchmark printed."""
    part = shown.split(f"<!-- table: {table} -->")[1].split("<!-- end -->")[0] if table else shown
    lines = part[part.index("| system | P |") :].split("\n\n")[0].splitlines()
    return {
        cells[0]: cells[1:] for cells in ([c.strip() for c in line.strip("| ").split("|")] for line in lines)
    }


def same_figures(told: dict[str, list[str]], found: dict[str, list[str]], systems: tuple[str, ...]) -> None:
    assert told["system"] == found["system"]
    figures = range(3)  # P, R, F0.5; intervals and error rates hang on the same counts, speed on the machine
    for name in systems:
        for column in figures:
            one, other = told[name][column], found[name][column]
            # The model's int8 sums are rounded by the processor's own instructions.
            near = 0.01 if name == "despin" and one != "–" else 0
            assert one == other or abs(float(one) - float(other)) <= near, (name, one, other)


SYSTEMS = ("copy", "inverse", "despin")


@pytest.mark.parametrize("table", ["builtin", "quality"])
def test_the_tables_are_what_the_benchmark_prints(root: Path, table: str) -> None:
    if table == "quality" and not (root.parent / "shared" / "evidence" / "pairs.jsonl").exists():
        pytest.skip("../shared/evidence is not here")
    from click.testing import CliRunner

    from despin.cli import cli

    pairs = (
        ["--pairs", str(root.parent / "shared" / "evidence" / "pairs.jsonl")] if table == "quality" else []
    )
    clean = ["--clean", str(root.parent / "shared" / "corpora" / "news-2.jsonl.zst"), "--clean-words", "500"]
    done = CliRunner().invoke(
        cli, ["bench", *pairs, *(clean if pairs else []), "--systems", ",".join(SYSTEMS)]
    )
    assert done.exit_code == 0, done.output
    readme = (root / "README.md").read_text(encoding="utf-8")
    same_figures(quality(readme, table), quality(done.stdout, ""), SYSTEMS)
    signature = [
        part for part in done.stdout.splitlines()[-1].split(" | ") if part.split()[0] in ("checkpoint",)
    ]
    part = readme.split(f"<!-- table: {table} -->")[1].split("<!-- end -->")[0]
    assert signature and signature[0] in part
