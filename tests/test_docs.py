"""The page of commands and the JSON example are what despin prints; names and versions agree."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

from despin.commands.help_pages import main, markdown, pages
from despin.infer.text.blocks import BLOCK_SIZE
from despin.infer.text.edits import Edit, apply_edits


def test_the_command_line_s_page_is_up_to_date(root: Path) -> None:
    # Versions of click lay lines out differently: only the words are compared.
    written = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written.split() == markdown().split(), "run: python -m despin.commands.help_pages docs/cli.md"


def test_every_command_is_on_it() -> None:
    from despin.cli import cli

    names = {name for name, _ in pages(cli, "despin")}
    assert {"despin correct", "despin train calibrate", "despin bench speed"} <= names
    assert all(text.startswith("Usage: ") for _, text in pages(cli, "despin"))


def test_it_is_written_only_where_it_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cli.md"
    monkeypatch.setattr("sys.argv", ["help_pages", str(file)])
    main()
    assert file.read_text(encoding="utf-8") == markdown()
    before = file.stat().st_mtime_ns
    main()
    assert file.stat().st_mtime_ns == before


def test_the_json_example_is_what_despin_prints(root: Path, despin) -> None:  # type: ignore[no-untyped-def]
    page = (root / "docs" / "json-output.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (command,) = re.findall(r"^printf .*$", page, re.MULTILINE)
    text, (program, *arguments) = (shlex.split(part) for part in command.split(" | "))
    assert program == "despin" and len(text) == 2
    done = despin(*arguments, stdin=text[1].encode())
    assert done.returncode == 0, done.stderr
    printed, shown = json.loads(done.stdout), json.loads(example)
    assert without_numbers(printed) == without_numbers(shown)
    # The model's int8 sums are rounded by the processor's own instructions.
    assert numbers(printed) == pytest.approx(numbers(shown), abs=0.05)
    fields = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| `.*?\|", page, re.MULTILINE))))
    assert fields == {*shown, *shown["edits"][0]}


def without_numbers(value: object) -> object:
    """JSON with every probability left out; offsets stay."""
    if isinstance(value, dict):
        return {key: without_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_numbers(item) for item in value]
    return None if isinstance(value, float) else value


def numbers(value: object) -> list[float]:
    """The probabilities in JSON, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, float) else []


def test_a_long_file_is_one_object_whose_offsets_count_in_all_of_it(despin) -> None:  # type: ignore[no-untyped-def]
    line = "The decrease home mentioned it would vote quickly.\n"
    text = "".join(f"{n}. {line}\n" for n in range(400))
    rows = despin("correct", "--json", stdin=text.encode()).stdout.splitlines()
    assert len(rows) == 1 and len(text) > BLOCK_SIZE
    result = json.loads(rows[0])
    assert apply_edits(text, [Edit(**edit) for edit in result["edits"]]) == result["text"]
    assert result["edits"][-1]["start"] > BLOCK_SIZE


def test_the_citation_names_the_version_and_licence(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_files_that_contributors_are_sent_to_exist(root: Path) -> None:
    page = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"\b(?:infer|train|bench|tests|despin|docs)/[\w./-]*\w/?", page)
    assert len(named) >= 10
    for name in named:
        assert (root / name).exists(), name


def test_pre_commit_runs_what_ci_checks(root: Path) -> None:
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    assert any(e.startswith("ruff check") for e in entries)
    assert any(e.startswith("ruff format --check") for e in entries)
    assert any("check_types" in e for e in entries)
