"""The container's build context holds what is installed, and its command is one that there is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import yaml


def test_every_installed_folder_is_in_the_build_context(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    kept = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    folders = {folder.split("/")[0] for folder in project["tool"]["setuptools"]["package-dir"].values()}
    files = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    assert kept == folders | files


def test_the_container_runs_as_no_root_and_the_health_check_asks_its_port(root: Path) -> None:
    text = (root / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    commands = {
        line.split(" ", 1)[0]: line.split(" ", 1)[1] for line in text.splitlines() if line[:1].isupper()
    }
    assert commands["USER"] not in ("0", "root")
    (command,) = (json.loads(line[4:]) for line in text.splitlines() if line.startswith("CMD "))
    assert command[:2] == ["despin", "serve"]
    port = command[command.index("--port") + 1]
    check = json.loads(re.search(r"HEALTHCHECK.* CMD (\[.*\])", text)[1])  # type: ignore[index]
    compile(check[2], "health check", "exec")
    assert port in check[2] and commands["EXPOSE"] == port
    service = yaml.safe_load((root / "compose.yaml").read_text(encoding="utf-8"))["services"]["despin"]
    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]
