"""The command line without a model: in this process, and in one of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

STUB = Path(__file__).parent / "stub.py"
Call = Callable[..., Result]


@pytest.fixture(scope="session")
def stub_command() -> list[str]:
    """What starts the command line with a stand-in for the model."""
    return [sys.executable, str(STUB)]


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The stand-in, in the place of the model in this process."""
    spec = importlib.util.spec_from_file_location("stub_despinner", STUB)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr("despin.infer.despinner.Despinner", module.StubDespinner)
    return module.StubDespinner


@pytest.fixture
def call(stub: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Runs the command line in ``tmp_path``: ``call("correct", "a.txt", stdin=b"…")``."""
    from despin.cli import cli

    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir(exist_ok=True)  # no configuration file above is found

    def run(*args: str | Path, stdin: bytes = b"") -> Result:
        return CliRunner().invoke(cli, [str(a) for a in args], input=stdin)

    return run


@pytest.fixture
def refused(call: Call) -> Callable[..., str]:
    """Runs it and gives the one line on standard error of a command that does nothing."""

    def run(*args: str | Path, stdin: bytes = b"") -> str:
        done = call(*args, stdin=stdin)
        assert done.exit_code == 2, (done.exit_code, done.output, done.exception)
        (line,) = done.stderr.splitlines()
        assert line.startswith("despin: ") and done.stdout == ""
        return line

    return run


@pytest.fixture(scope="session")
def in_shell(stub_command: list[str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a line of sh in which $D is the command line: ``in_shell("$D correct - <&-", folder)``."""

    def run(line: str, folder: Path, **keywords: Any) -> subprocess.CompletedProcess[bytes]:
        script = f'd() {{ "{stub_command[0]}" "{stub_command[1]}" "$@"; }}\n{line.replace("$D", "d")}'
        return subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, timeout=120, **keywords)

    return run
