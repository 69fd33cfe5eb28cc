"""The page's routes: only its own files, with their types, headers and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the service's packages are not installed")

from despin.serve.web_files import served


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from despin.serve.web_page import router

    app = FastAPI()
    app.include_router(router)
    with TestClient(app) as client:
        yield client


def test_every_file_that_the_page_names_is_served(client: Any) -> None:
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = set(re.findall(r'(?:src|href)="static/([^"]+)"', page.text))
    named |= {name for script in served() for name in re.findall(r'from "\./(.*?)"', served()[script][0])}
    named |= {
        name for script in served() for name in re.findall(r'fetch\("static/(.*?)"', served()[script][0])
    }
    assert len(named) > 15
    for name in named:
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200 and answer.text, name
    types = {name.rpartition(".")[2]: client.get(f"/static/{name}").headers["content-type"] for name in named}
    assert types["js"] == "text/javascript; charset=utf-8" and types["css"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/report-template.html"])
def test_answers_carry_the_security_headers(client: Any, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


def test_a_file_that_the_browser_has_is_not_sent_again(client: Any) -> None:
    first = client.get("/static/main.js")
    again = client.get("/static/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/static/state.js", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "name", ["none.js", "index.html", "../web_page.py", "..%2fweb_page.py", "%2e%2e/app.py", "", "main.js/"]
)
def test_nothing_else_is_served(client: Any, name: str) -> None:
    assert client.get(f"/static/{name}", follow_redirects=False).status_code in (307, 404)


def test_the_example_is_the_one_in_the_repository(client: Any, root: Path) -> None:
    assert client.get("/static/example.txt").content == (root / "examples" / "spun-ferry.txt").read_bytes()


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/none.js"])
def test_heads_are_those_of_the_answers(client: Any, path: str) -> None:
    head, answer = client.head(path), client.get(path)
    assert (head.status_code, dict(head.headers)) == (answer.status_code, dict(answer.headers))
