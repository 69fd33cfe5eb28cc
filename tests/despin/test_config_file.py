"""The configuration file: where it is found, what it may say, and that the command line goes before it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from despin.commands.correct import correct
from despin.config_file import find_config_file, options_of

Call = Callable[..., Result]
Refused = Callable[..., str]


def shown(call: Call, *args: str) -> dict[str, tuple[object, str]]:
    """What --show-config prints: each option that has a value with it and where it comes from."""
    done = call("correct", *args, "--show-config")
    assert done.exit_code == 0, done.output
    values = tomllib.loads(done.stdout)
    origins = {line.split(" = ")[0]: line.rpartition("  # ")[2] for line in done.stdout.splitlines()}
    return {key: (value, origins[key]) for key, value in values.items()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("despin.toml", "min-score = 0.25\nthreads = 2\n"),
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.despin]\nmin_score = 0.25\nthreads = 2\n"),
        ("despin.toml", "\ufeffmin_score = 0.25\nthreads = 2"),
    ],
)
def test_a_file_sets_options_and_the_command_line_goes_before(
    call: Call, tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    values = shown(call, "--threads", "1")
    assert values["min-score"] == (0.25, str(file)) and values["threads"] == (1, "command line")
    assert values["mode"] == ("fast", "default")
    assert shown(call, "--no-config").get("min-score") is None


def test_what_is_shown_is_a_configuration_file(call: Call, tmp_path: Path) -> None:
    keep = tmp_path / 'a "b"\\c\x7f\n.txt'
    args = ["--keep", str(keep), "--no-guard", "negation", "--json", "--alternatives", "2"]
    first = shown(call, *args)
    done = call("correct", *args, "--show-config")
    (tmp_path / "despin.toml").write_text(done.stdout)
    again = shown(call)
    assert {k: v for k, (v, _) in again.items()} == {k: v for k, (v, _) in first.items()}
    assert again["keep"] == ([str(keep)], str(tmp_path / "despin.toml"))


def test_the_values_reach_the_model(call: Call, stub: object, tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "keep.txt").write_text("home\n")
    (tmp_path / "despin.toml").write_text(
        'keep = "words/keep.txt"\nno-guard = ["negation"]\npoint = "careful"\nthreads = 1\njson = true\n'
    )
    done = call("correct", stdin=b"x")
    arguments = stub.arguments  # type: ignore[attr-defined]
    assert done.stdout.startswith('{"path": "-"') and arguments["keep"] == ["home"]
    assert "negation" not in arguments["guards"] and arguments["point"] == "careful"
    assert arguments["threads"] == 1


def test_paths_are_relative_to_the_file(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "despin.toml").write_text(
        'keep = ["k.txt", "/abs/k.txt"]\nalso = "a.tsv"\noutput = "out"\ncheckpoint = "hf://owner/name"\n'
    )
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    values = {key: value for key, (value, _) in shown(call).items()}
    assert values["keep"] == [str(tmp_path / "k.txt"), "/abs/k.txt"]
    assert values["also"] == [str(tmp_path / "a.tsv")] and values["output"] == str(tmp_path / "out")
    assert values["checkpoint"] == "hf://owner/name"


def test_the_nearest_file_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "repository" / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "despin.toml").write_text("threads = 1")
    assert find_config_file(inner) == (tmp_path / "despin.toml", {"threads": 1})
    (tmp_path / "repository" / ".git").touch()  # a worktree has a file of that name
    assert find_config_file(inner) is None
    (tmp_path / "repository" / "pyproject.toml").write_text("[tool.despin]\nthreads = 2")
    assert find_config_file(inner) == (tmp_path / "repository" / "pyproject.toml", {"threads": 2})
    (tmp_path / "repository" / "despin.toml").write_text("threads = 3")
    assert find_config_file(inner) == (tmp_path / "repository" / "despin.toml", {"threads": 3})
    (inner.parent / "pyproject.toml").write_text("[tool.other]\n")  # says nothing of despin
    assert find_config_file(inner) == (tmp_path / "repository" / "despin.toml", {"threads": 3})
    (inner / "despin.toml").touch()
    assert find_config_file(inner) == (inner / "despin.toml", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min-scor = 0.2", "unknown key 'min-scor'; the nearest one is 'min-score'"),
        ("keeps = ['a']", "unknown key 'keeps'; the nearest one is 'keep'"),
        ("zzz = 1", "unknown key 'zzz'; the nearest one is '"),
        ("show-config = true", "unknown key 'show-config'"),
        ("min-score = 2", "min-score: 2"),
        ("min-score = nan", "min-score: nan is not in the range"),
        ("min-confidence = inf", "min-confidence: inf is not in the range"),
        ("min-score = '0.5'", "min-score must be a number, got '0.5'"),
        ("min-score = true", "min-score must be a number, got True"),
        ("threads = 1.5", "threads must be an integer, got 1.5"),
        ("threads = 100000", "threads: 100000 is not in the range"),
        ("json = 'yes'", "json must be true or false, got 'yes'"),
        ("mode = 'slow'", "mode: 'slow' is not one of 'fast', 'best'."),
        ("no-guard = ['none']", "no-guard: 'none' is not one of"),
        ("keep = [1]", "keep must be a string, got 1"),
        ("keep = [['a']]", "keep must be a string, got ['a']"),
        ("encoding = 'nonsense'", "encoding: 'nonsense' is no text encoding"),
        ("output = ''", "output: the name is empty."),
        ("a = ", "not valid TOML: "),
        ("a = " + "[" * 2000, "not valid TOML: "),
        ("\x00", "not valid TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_the_file(
    refused: Refused, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "despin.toml").write_text(text)
    line = refused("correct", "a.txt")
    assert line.startswith(f"despin: {tmp_path / 'despin.toml'}: {message}")


def test_a_table_must_be_one_and_a_file_text(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\ndespin = 3\n")
    assert "tool.despin must be a table" in refused("correct", "a.txt")
    (tmp_path / "pyproject.toml").write_bytes(b"# caf\xe9")
    assert "pyproject.toml: not valid TOML" in refused("correct", "a.txt")


@pytest.mark.parametrize(
    ("text", "args", "key"),
    [
        ("json = true", ["--diff"], "json"),
        ("diff = true", ["--json"], "diff"),
        ("output = 'out'", ["--in-place"], "output"),
        ("in-place = true\nbackup = '.b'", ["--output=out"], "in-place"),
    ],
)
def test_an_option_replaces_one_of_the_file_that_it_excludes(
    call: Call, tmp_path: Path, text: str, args: list[str], key: str
) -> None:
    (tmp_path / "despin.toml").write_text(text)
    (tmp_path / "a.txt").write_text("x")
    assert shown(call)[key][1] == str(tmp_path / "despin.toml")
    assert shown(call, *args).get(key, (False,))[0] is False
    assert call("correct", *args, "a.txt").exit_code == 0


def test_every_option_has_a_key() -> None:
    keys = dict(options_of(correct))
    assert {"min-score", "keep", "also", "no-guard", "language-model", "checkpoint"} <= keys.keys()
    flags = {p.name for p in correct.params if isinstance(p, click.Option)} - {o.name for o in keys.values()}
    assert flags == {"show_config", "no_config"}
