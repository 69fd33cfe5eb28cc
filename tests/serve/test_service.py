"""The service's API: what it answers, what it refuses, and how it ends."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

httpx = pytest.importorskip("httpx")

SPUN = "Officers stated it final yr, and the decrease home handed the invoice. It was a long time ago. "
CLEAN = "She walked to the market and bought some bread.\n"


@pytest.fixture(scope="module")
def url(serving: Any, loaded: Any) -> Iterator[str]:
    with serving(loaded) as address:
        yield address


def post(url: str, path: str, body: Any, **options: Any) -> Any:
    return httpx.post(url + path, json=body, timeout=60, **options)


def wait_until(condition: Any) -> None:
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("waited in vain")


def test_an_answer_is_the_librarys(url: str, loaded: Any) -> None:
    answer = post(url, "/v1/correct", {"text": SPUN * 3, "alternatives": 2, "evidence": True})
    expected = loaded.with_options(alternatives=2, evidence=True).correct(SPUN * 3).to_dict()
    assert answer.status_code == 200 and answer.json() == json.loads(json.dumps(expected))
    assert answer.json()["edits"][0]["evidence"]["dictionary"] > 0
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_list_has_a_list_of_answers(url: str, loaded: Any) -> None:
    texts = [SPUN * 3, CLEAN, "", "<p>" + SPUN * 3]
    results = post(url, "/v1/correct", {"text": texts, "format": "html"}).json()["results"]
    expected = [loaded.correct(text, "html").to_dict() for text in texts]
    assert results == json.loads(json.dumps(expected))


@pytest.mark.parametrize("offsets", ["characters", "utf16"])
def test_a_stream_joins_to_the_whole(url: str, loaded: Any, offsets: str) -> None:
    text = ("🙂 " + SPUN * 20 + "\n\n") * 12
    with httpx.stream(
        "POST", url + "/v1/stream", json={"text": text, "offsets": offsets}, timeout=60
    ) as answer:
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        *blocks, end = [json.loads(line) for line in answer.iter_lines()]
    library = list(loaded.correct_blocks([text]))
    assert len(blocks) == len(library) > 1
    assert "".join(block["text"] for block in blocks) == "".join(c.text for c in library)
    assert end["type"] == "end" and end["verdict"] == "spun" and end["score"] == max(c.score for c in library)
    units = text if offsets == "characters" else text.encode("utf-16-le")
    size = 1 if offsets == "characters" else 2
    position = 0
    for block in blocks:
        assert block["type"] == "block" and block["start"] == position
        position = block["end"]
        for edit in [*block["edits"], *block["refused"]]:
            part: Any = units[edit["start"] * size : edit["end"] * size]
            assert (part if size == 1 else part.decode("utf-16-le")) == edit["source"]
    assert position * size == len(units)
    whole = post(url, "/v1/correct", {"text": text, "offsets": offsets}).json()
    assert whole["edits"] == [edit for block in blocks for edit in block["edits"]]
    assert whole["passages"] == [passage for block in blocks for passage in block["passages"]]


def test_scores(url: str, loaded: Any) -> None:
    answer = post(url, "/v1/score", {"text": [SPUN * 3, CLEAN]}).json()["results"]
    assert [result["verdict"] for result in answer] == ["spun", "clean"]
    assert answer[0]["score"] == loaded.correct(SPUN * 3).score
    assert set(post(url, "/v1/score", {"text": CLEAN}).json()) == {"score", "verdict", "passages"}


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"text": 1}, 422, "text"),
        ({}, 422, "text: Field required"),
        ({"text": "x", "colour": 1}, 422, "colour: Extra inputs are not permitted"),
        ({"text": "x", "format": "docx"}, 422, "format: Input should be 'text'"),
        ({"text": "x", "min_confidence": 2}, 422, "min_confidence"),
        ({"text": "x", "mode": "best"}, 409, "no language model"),
        ({"text": "x", "evidence": 1}, 422, "evidence"),
        ({"text": []}, 422, "text: List should have at least 1 item"),
        ({"text": ["x"] * 257}, 422, "text: List should have at most 256 items"),
        ({"text": ["x", 1]}, 422, "text.1: Input should be a valid string"),
        ([], 422, ""),
    ],
)
def test_a_bad_body_is_told_in_a_line(url: str, body: Any, status: int, detail: str) -> None:
    answer = post(url, "/v1/correct", body)
    assert answer.status_code == status and detail in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"", b"null"])
def test_what_is_no_json_is_refused(url: str, content: bytes) -> None:
    answer = httpx.post(url + "/v1/correct", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422) and answer.json()["detail"]


def test_a_lone_surrogate_is_read(url: str) -> None:
    content = b'{"text": "a \\ud800 b", "min_score": 0}'
    answer = httpx.post(url + "/v1/correct", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 200 and answer.json()["text"] == "a \ufffd b"


def test_large_and_slow_bodies_are_refused(serving: Any, loaded: Any) -> None:
    with serving(loaded, max_body=1000, body_timeout=0.2) as url:
        assert post(url, "/v1/correct", {"text": "x" * 900}).status_code == 200
        assert post(url, "/v1/correct", {"text": "x" * 1000}).status_code == 413
        chunks = (b"x" * 100 for _ in range(20))
        assert httpx.post(url + "/v1/correct", content=chunks).status_code == 413
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /v1/correct HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            assert client.recv(100).startswith(b"HTTP/1.1 408")


def test_clients_share_rounds_and_a_full_queue_is_told(serving: Any, gate: Any) -> None:
    texts = [f"{SPUN * 2}{number}" for number in range(6)]
    with serving(gate, max_queue=6) as url, ThreadPoolExecutor(8) as pool:
        first = pool.submit(post, url, "/v1/correct", {"text": texts[0]})
        wait_until(lambda: gate.rounds)
        others = [pool.submit(post, url, "/v1/correct", {"text": text}) for text in texts[1:]]
        wait_until(lambda: httpx.get(url + "/health").json()["waiting"] == 6)
        refused = post(url, "/v1/correct", {"text": "one more"})
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
        gate.opened.set()
        answers = [future.result() for future in (first, *others)]
    assert [answer.json()["text"][-1] for answer in answers] == list("012345")
    assert gate.rounds == [1, 5]


def test_a_text_that_takes_too_long_is_given_up(serving: Any, gate: Any) -> None:
    with serving(gate, timeout=0.3) as url:
        answer = post(url, "/v1/correct", {"text": SPUN})
        assert answer.status_code == 503 and "0.3 s" in answer.json()["detail"]
        with httpx.stream("POST", url + "/v1/stream", json={"text": SPUN}, timeout=20) as stream:
            (line,) = stream.iter_lines()
        assert json.loads(line)["status"] == 503
        gate.opened.set()
        wait_until(lambda: httpx.get(url + "/health").json()["waiting"] == 0)
        assert post(url, "/v1/correct", {"text": CLEAN}).status_code == 200


def test_the_text_of_a_client_that_has_gone_is_dropped(serving: Any, gate: Any) -> None:
    with serving(gate) as url:
        with pytest.raises(httpx.TimeoutException):
            httpx.post(url + "/v1/correct", json={"text": SPUN * 3000}, timeout=0.3)
        with (
            pytest.raises(httpx.TimeoutException),
            httpx.stream("POST", url + "/v1/stream", json={"text": SPUN * 3000}, timeout=0.3) as stream,
        ):
            list(stream.iter_lines())
        time.sleep(1.2)  # so that the service looks for the client
        gate.opened.set()
        wait_until(lambda: httpx.get(url + "/health").json()["waiting"] == 0)
    assert len(gate.rounds) <= 4  # of some twenty blocks


def test_a_token_is_asked_for(serving: Any, loaded: Any) -> None:
    with serving(loaded, token="the-token") as url:
        assert httpx.get(url + "/health").status_code == 200
        for headers in ({}, {"Authorization": "Bearer the-toke"}, {"Authorization": "the-token"}):
            answer = post(url, "/v1/correct", {"text": CLEAN}, headers=headers)
            assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
        assert httpx.get(url + "/metrics").status_code == 401
        for scheme in ("Bearer", "bearer"):
            right = {"Authorization": f"{scheme} the-token"}
            assert post(url, "/v1/correct", {"text": CLEAN}, headers=right).status_code == 200


def test_metrics_and_logs_hold_no_text(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        post(url, "/v1/correct", {"text": SPUN * 3})
        httpx.get(url + "/v2/check", params={"text": SPUN, "language": "en"})
        httpx.get(url + "/nowhere", params={"text": SPUN})
    metrics = httpx.get(url + "/metrics").text
    assert 'despin_requests_total{method="POST",route="/v1/correct",status="200"}' in metrics
    assert "despin_edits_total" in metrics and "nowhere" not in metrics
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("despin")]
    assert any("/v1/correct 200" in line for line in ours)
    assert not any("decrease" in line or "Officers" in line for line in ours)


def test_the_document_of_the_api_is_shown_without_another_host(url: str) -> None:
    page = httpx.get(url + "/docs")
    assert page.status_code == 200 and "http" not in page.text.replace("openapi", "")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert httpx.get(f"{url}/docs/{name}").status_code == 200
    assert httpx.get(url + "/docs/other").status_code == 404
    paths = httpx.get(url + "/openapi.json").json()["paths"]
    assert {"/v1/correct", "/v1/stream", "/v1/score", "/v1/compare", "/v2/check", "/health"} <= set(paths)


def test_comparisons_wait_for_each_other_and_are_bounded(serving: Any, loaded: Any) -> None:
    words = " ".join("ab"[n % 3 % 2] for n in range(9000))
    body = {"spun": words, "original": words[::-1]}
    with serving(loaded) as url, ThreadPoolExecutor(12) as pool:
        futures = [pool.submit(post, url, "/v1/compare", body) for _ in range(12)]
        assert httpx.get(url + "/health", timeout=20).status_code == 200
        statuses = [future.result().status_code for future in futures]
    assert set(statuses) <= {200, 429} and statuses.count(200) >= 8


def test_a_connection_without_a_request_is_closed(
    monkeypatch: pytest.MonkeyPatch, serving: Any, loaded: Any
) -> None:
    monkeypatch.setattr("despin.serve.impatient_protocol.KEEP_ALIVE", 0.3)
    with serving(loaded) as url:
        host, port = url.removeprefix("http://").split(":")
        for sent in (b"", b"GET /health HTTP/1.1\r\nHo"):
            with socket.create_connection((host, int(port)), timeout=10) as client:
                client.sendall(sent)
                assert client.recv(100) == b""
        with httpx.Client(base_url=url) as client:
            for _ in range(2):
                assert client.get("/health").status_code == 200


def test_what_was_accepted_is_answered_before_the_end(tmp_path: Path) -> None:
    """On SIGTERM, with the command itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "despin", "serve", "--port", "0", "--threads", "1"],
        stderr=subprocess.PIPE, text=True, cwd=tmp_path, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stderr
    url = process.stderr.readline().split()[1].rstrip("/")
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stderr or []))
    reader.start()
    # Two blocks of sentences that differ, so that the cache does not answer them at once.
    text = "".join(
        f"Officers stated it on day {n}, and the decrease home handed invoice {n}. " for n in range(300)
    )
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(post, url, "/v1/correct", {"text": f"{n} {text}{n}"}) for n in range(3)]
        wait_until(lambda: httpx.get(url + "/health").json()["waiting"] == 3)
        assert httpx.get(url + "/v2/check", params={"language": "en"}).status_code == 400
        httpx.get(url + "/nowhere", params={"text": SPUN})
        host, port = url.removeprefix("http://").split(":")
        dripping = socket.create_connection((host, int(port)))  # holds nothing up
        dripping.sendall(b"POST /v1/correct HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        answers = [future.result() for future in futures]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.json()["text"][-1] for answer in answers] == list("012")
    assert process.wait(20) == 0
    dripping.close()
    reader.join()
    assert any("/v1/correct 200" in line for line in lines)
    assert not any("Traceback" in line or "decrease" in line for line in lines)


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "despin", "serve", "--port", str(port)],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert f"cannot listen at 127.0.0.1:{port}" in done.stderr
