"""``POST /v1/compare``."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI
from starlette.testclient import TestClient

from despin.infer.candidates.inverse import InverseLexicon
from despin.serve.compare_route import compare_router
from despin.serve.one_at_a_time import OneAtATime
from despin.serve.problems import answer_problems
from despin.trace import text_comparison
from despin.trace.text_comparison import compare


@pytest.fixture
def client(lexicon: InverseLexicon) -> TestClient:
    app = FastAPI()
    app.state.restorer = SimpleNamespace(despinner=SimpleNamespace(_lexicon=lexicon))
    app.state.comparisons = OneAtATime(60)
    answer_problems(app)
    app.include_router(compare_router(max_characters=100))
    return TestClient(app)


def test_the_answer_is_the_comparison(client: TestClient, lexicon: InverseLexicon) -> None:
    texts = {"spun": "The decrease home, loss of life toll.", "original": "The lower house, death count."}
    answer = client.post("/v1/compare", json=texts)
    assert answer.status_code == 200
    assert answer.json() == compare(**texts, lexicon=lexicon).to_dict()
    assert answer.json()["explained_share"] == 0.6667


def test_offsets_in_utf16_code_units(client: TestClient) -> None:
    texts = {"spun": "😀 decrease home", "original": "😀😀 lower house"}
    for offsets, expected in (("characters", (2, 3)), ("utf16", (3, 5))):
        (*_, change) = client.post("/v1/compare", json={**texts, "offsets": offsets}).json()["changes"]
        assert (change["spun_start"], change["original_start"]) == expected


def test_texts_that_are_too_long(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.post("/v1/compare", json={"spun": "x" * 101, "original": ""})
    assert (answer.status_code, answer.json()) == (
        413,
        {"detail": "spun has 101 characters, 100 at most"},
    )
    monkeypatch.setattr(text_comparison, "MAX_TOKENS", 4)
    answer = client.post("/v1/compare", json={"spun": "a", "original": "a b c d e"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("the original has 5 words")


@pytest.mark.parametrize(
    "body", [{}, {"spun": "a"}, {"spun": "a", "original": 1}, {"spun": "", "original": "", "x": 1}]
)
def test_bodies_that_are_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/v1/compare", json=body).status_code == 422


def test_lone_surrogates_do_no_harm(client: TestClient) -> None:
    body = b'{"spun": "\\ud83d decrease home", "original": "lower house"}'
    answer = client.post("/v1/compare", content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["explained"] == 1
