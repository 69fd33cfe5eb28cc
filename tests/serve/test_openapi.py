"""The service held against its OpenAPI document, by schemathesis."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("schemathesis") is None, reason="schemathesis is not installed"
)
EXAMPLES = 30
"""Requests to each operation."""


@pytest.fixture(scope="module")
def url(serving: Any, loaded: Any) -> Iterator[str]:
    with serving(loaded) as address:
        yield address


@pytest.mark.parametrize(
    "options",
    [
        ["--exclude-path-regex", "^/v2/"],
        # LanguageTool's API asks for one of two fields, and answers GET too, which the document leaves out.
        ["--include-path-regex", "^/v2/", "--exclude-checks", "positive_data_acceptance,unsupported_method"],
    ],
)
def test_every_answer_is_as_the_document_says(url: str, options: list[str], tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name("schemathesis"), "run", f"{url}/openapi.json", *options]
    limits = ["--max-examples", str(EXAMPLES), "--seed", "1", "--phases", "coverage,fuzzing", "--no-color"]
    done = subprocess.run([*command, *limits], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "Test cases" in done.stdout
