"""docs/service.md: its examples are what the routes answer, and its unit and settings are well formed."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.testclient import TestClient

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.serve.compare_route import compare_router
from despin.serve.languagetool import languagetool_router
from despin.serve.one_at_a_time import OneAtATime
from despin.serve.problems import answer_problems

HERE = ("/v1/compare", "/v2/check")
"""The routes that are tested here."""


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1)


@pytest.fixture(scope="module")
def client(despinner: Despinner) -> TestClient:
    async def correct(text: str, format: Any = "text", **options: Any) -> Correction:
        return await run_in_threadpool(despinner.with_options(**options).correct, text, format)

    app = FastAPI()
    app.state.restorer = SimpleNamespace(despinner=despinner, correct=correct)
    app.state.comparisons = OneAtATime(60)
    answer_problems(app)
    app.include_router(languagetool_router())
    app.include_router(compare_router())
    return TestClient(app)


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "service.md").read_text(encoding="utf-8")


def examples(page: str) -> dict[str, tuple[list[str], str]]:
    """For each route the arguments of curl and the answer that is shown."""
    found = re.findall(r"```sh\n(curl .*?)```\n\n```json\n(.*?)```", page, re.DOTALL)
    commands = [(shlex.split(command.replace("\\\n", " ")), shown) for command, shown in found]
    return {arguments[2].removeprefix("localhost:8080"): (arguments, shown) for arguments, shown in commands}


def body(arguments: list[str]) -> bytes:
    """What curl would send."""
    parts = []
    for option, value in pairwise(arguments):
        if option == "-d":
            parts.append(value)
        elif option == "--data-urlencode":
            name, _, text = value.partition("=")
            parts.append(f"{name}={quote_plus(text)}")
    return "&".join(parts).encode()


@pytest.mark.parametrize("route", HERE)
def test_the_examples_are_what_is_answered(page: str, client: TestClient, route: str) -> None:
    arguments, shown = examples(page)[route]
    type_ = "application/json" if route.startswith("/v1") else "application/x-www-form-urlencoded"
    answer = client.post(route, content=body(arguments), headers={"Content-Type": type_})
    assert answer.status_code == 200, answer.text
    answered, expected = answer.json(), json.loads(shown)
    if "matches" in expected:  # the first ones are shown
        answered["matches"] = answered["matches"][: len(expected["matches"])]
        assert expected["matches"]
    assert rounded(answered) == rounded(expected)


def rounded(value: Any) -> Any:
    """Numbers that hang on the processor to one digit, in messages not at all."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items() if key != "version"}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"confidence \d+ %", "confidence", value)
    return round(value, 1) if isinstance(value, float) else value


def test_what_is_said_of_a_text_is_what_despin_says(page: str, despinner: Despinner) -> None:
    """The answers of the other routes hold the fields of a result."""
    arguments, shown = examples(page)["/v1/correct"]
    asked = json.loads(body(arguments))
    other = despinner.with_options(alternatives=asked["alternatives"], evidence=asked["evidence"])
    result = other.correct(asked["text"]).to_dict()
    assert rounded(json.loads(shown)) == rounded(result)
    scored = json.loads(examples(page)["/v1/score"][1])
    assert rounded(scored) == rounded({name: result[name] for name in ("score", "verdict", "passages")})
    block, end = examples(page)["/v1/stream"][1].split("\n{")
    assert rounded(json.loads(block)) == rounded(
        {"type": "block", "start": 0, "end": len(asked["text"]), **despinner.correct(asked["text"]).to_dict()}
    )
    assert json.loads("{" + end)["type"] == "end"


def test_the_unit_can_be_read(page: str) -> None:
    (unit,) = re.findall(r"```ini\n(.*?)```", page, re.DOTALL)
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    assert parser["Service"]["ExecStart"].split()[1:2] == ["serve"]
    assert parser["Service"]["ProtectSystem"] == "strict"
