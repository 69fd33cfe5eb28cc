"""``POST /v1/queries``, and queries as links in a report."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI
from starlette.testclient import TestClient

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.serve import queries_route
from despin.serve.html_report import ReportedText, as_report
from despin.serve.one_at_a_time import OneAtATime
from despin.serve.problems import answer_problems
from despin.trace.queries import Query

TEXT = "The decrease home of Port Averley mentioned on Monday that it would purchase ten Swedish ferries."


@pytest.fixture
def client(loaded: Despinner) -> TestClient:
    app = FastAPI()
    app.state.restorer = SimpleNamespace(despinner=loaded)
    app.state.comparisons = OneAtATime(60)
    answer_problems(app)
    app.include_router(queries_route.router)
    return TestClient(app)


def test_the_answer_is_the_queries(client: TestClient) -> None:
    answer = client.post("/v1/queries", json={"text": f"<p>{TEXT}</p>", "format": "html", "count": 1})
    assert answer.status_code == 200
    (query,) = answer.json()["queries"]
    assert 5 <= len(query["query"].split()) <= 10 and "<p>" not in query["query"]
    assert 0 < query["chance"] < 1 and query["bits"] > 20


def test_what_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in ({}, {"text": 1}, {"text": "a", "count": 0}, {"text": "a", "format": "x"}):
        assert client.post("/v1/queries", json=body).status_code == 422
    monkeypatch.setattr(queries_route, "MAX_CHARACTERS", 5)
    answer = client.post("/v1/queries", json={"text": "123456"})
    assert (answer.status_code, answer.json()["detail"]) == (413, "text has 6 characters, 5 at most")


def test_a_text_without_queries(client: TestClient) -> None:
    assert client.post("/v1/queries", json={"text": ""}).json() == {"queries": []}


def test_a_report_ends_with_links() -> None:
    text = ReportedText("a.txt", Correction("x", [], 0.9, [], "spun"))
    query = Query('struck <a> & "sank"', 0, 5, 0.85, 60.0)
    template = "https://search.example/?q={query}&x='\""
    report = as_report([replace(text, queries=(query,))], template)
    (address, shown) = re.findall(
        r'<li><a href="([^"]*)" rel="noreferrer" target="_blank">(.*?)</a> 85\s%', report
    )[0]
    assert html.unescape(address) == query.url(template)
    assert shown == '“struck &lt;a&gt; &amp; "sank"”'
    assert 'class="queries"' not in as_report([text], template)
    assert "<li>“struck" in as_report([replace(text, queries=(query,))])
