"""Texts of many blocks, and a service that is slow, busy, closed or broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from despin import Despinner

PARAGRAPH = (
    "The decrease home mentioned on Tuesday it would vote quickly, regardless of considerations about the "
    "value \U0001f600.\n\n"
)


def test_a_long_text_appears_as_it_is_done(desk: Any, despinner: Despinner) -> None:
    text = PARAGRAPH * 400  # three blocks
    expected = list(despinner.correct_blocks([text]))
    assert len(expected) >= 3
    desk.restore(text)
    assert desk.page.locator(".block").count() == len(expected)
    assert desk.text == "".join(block.text for block in expected)
    assert len(desk.result["edits"]) == sum(len(block.edits) for block in expected)
    desk.page.reload()
    assert desk.text == "".join(block.text for block in expected)


def test_it_can_be_stopped(desk: Any) -> None:
    text = PARAGRAPH * 4_000
    page = desk.page
    desk.put(text)
    page.click("#restore")
    page.locator(".mark[data-edit]").first.wait_for()
    progress = page.locator("#progress")
    assert progress.is_visible() and f"of {len(text) + 4_000:,} characters" in page.inner_text(
        "#progress-text"
    )
    assert 0 < float(page.get_attribute("#bar", "value") or page.evaluate("() => bar.value")) < 1
    page.click("#cancel")
    page.locator("#partial").wait_for()
    assert "stands as it came" in page.inner_text("#partial") and progress.is_hidden()
    restored = desk.text
    assert restored.startswith("The lower house said") and restored.endswith(PARAGRAPH)
    # All of it is shown, though only a part is restored.
    assert page.evaluate("() => document.querySelector('#text').textContent.length") > 2 * 400_000


def answer(desk: Any, status: int = 200, **more: Any) -> None:
    """Let the service answer so."""
    desk.page.route("**/v1/stream", lambda route: route.fulfill(status=status, **more))


def ask(desk: Any) -> str:
    """Ask for a text; gives what the page says."""
    desk.page.fill("#source", PARAGRAPH)
    desk.page.click("#restore")
    problem = desk.page.locator(".problem:visible:not(:empty)").first
    problem.wait_for()
    said: str = problem.inner_text()
    return said


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (429, {"Retry-After": "7"}, '{"detail": "too many texts"}', "Too many texts. Try again in 7 s."),
        (413, {}, '{"detail": "the body has 3 bytes"}', "The text is too long for this service."),
        (503, {}, "<html>bad gateway</html>", "The service answered with status 503."),
        (422, {}, '{"detail": [{"msg": "wrong"}]}', "The service answered with status 422."),
    ],
)  # fmt: skip
def test_a_refusal_is_told_and_the_text_stays(
    desk: Any, status: int, headers: dict[str, str], body: str, said: str
) -> None:
    answer(desk, status, headers=headers, body=body)
    assert ask(desk) == said
    assert desk.page.input_value("#source") == PARAGRAPH and desk.page.locator("#restore:focus").count() == 1


def test_a_service_that_is_gone_is_told(desk: Any) -> None:
    desk.page.route("**/v1/stream", lambda route: route.abort())
    assert ask(desk) == "The service cannot be reached."


def test_the_page_s_own_requests_say_so_too(desk: Any) -> None:
    page = desk.page
    page.route("**/static/**", lambda route: route.abort())
    page.click("#example")
    page.locator("#problem", has_text="The service cannot be reached.").wait_for()
    desk.restore(PARAGRAPH)
    page.click("#save-report")
    page.locator("#result-problem", has_text="The service cannot be reached.").wait_for()


BLOCK = {
    **{"type": "block", "start": 0, "end": 20, "text": "", "refused": [], "passages": [], "unanswered": 0},
    **{"score": 0.9, "verdict": "spun"},
    "edits": [
        {"start": 4, "end": 17, "source": "decrease home", "replacement": "lower house", "confidence": 0.9}
    ],
}


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"type": "error", "status": 503, "message": "the text took too long"}, "The text took too long."),
        (None, "The connection to the service was lost."),
    ],
)
def test_what_was_done_before_a_failure_is_kept(desk: Any, last: object, said: str) -> None:
    lines = [BLOCK] if last is None else [BLOCK, last]
    answer(desk, body="".join(f"{json.dumps(line)}\n" for line in lines))
    desk.page.fill("#source", PARAGRAPH)
    desk.page.click("#restore")
    desk.page.locator("#result-problem", has_text=said).wait_for()
    assert "rest of the text stands as it came" in desk.page.inner_text("#partial")
    assert desk.text == PARAGRAPH.replace("decrease home", "lower house")


def test_a_token_is_asked_for_and_kept_for_the_tab(desk: Any) -> None:
    sent: list[str | None] = []

    def guard(route: Any) -> None:
        sent.append(route.request.headers.get("authorization"))
        if sent[-1] == "Bearer right":
            route.continue_()
        else:
            route.fulfill(status=401, body='{"detail": "a bearer token is needed"}')

    desk.page.route("**/v1/stream", guard)
    assert "asks for its token" in ask(desk)
    assert desk.page.locator("#token:focus").count() == 1
    desk.page.fill("#token", "wrong")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#problem", has_text="The token is not accepted.").wait_for()
    desk.page.fill("#token", "tök€n")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#problem", has_text="ASCII characters only").wait_for()
    desk.page.fill("#token", "right")
    desk.page.keyboard.press("Enter")
    desk.wait()
    desk.page.reload()
    desk.page.click("#change")
    desk.page.click("#restore")
    desk.wait()
    assert sent == [None, "Bearer wrong", "Bearer right", "Bearer right"]
    assert desk.page.evaluate("() => JSON.stringify({ ...localStorage })") == "{}"


@pytest.mark.parametrize(("modes", "is_offered"), [(["fast"], False), (["fast", "best"], True)])
def test_the_mode_is_offered_where_the_service_has_it(desk: Any, modes: list[str], is_offered: bool) -> None:
    page = desk.page
    page.route("**/health", lambda route: route.fulfill(json={"modes": modes}))
    with page.expect_response("**/health"):
        page.reload()
    page.locator("#mode-field").wait_for(state="visible" if is_offered else "hidden")
    asked: list[dict[str, Any]] = []

    def answer_mode(route: Any) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(body=f"{json.dumps(BLOCK)}\n")

    page.route("**/v1/stream", answer_mode)
    if is_offered:
        page.select_option("#mode", "best")
    page.select_option("#point", "careful")
    desk.restore(PARAGRAPH, "markdown")
    assert [(each["mode"], each["point"], each["format"]) for each in asked] == [
        ("best" if is_offered else "fast", "careful", "markdown")
    ]


def test_a_second_text_does_not_get_the_first_one_s_edits(desk: Any, despinner: Despinner) -> None:
    page = desk.page
    desk.put(PARAGRAPH * 4_000)
    page.click("#restore")
    page.locator(".mark[data-edit]").first.wait_for()
    page.click("#change")
    assert page.locator("#form").is_visible()
    desk.restore(PARAGRAPH)
    assert desk.text == despinner.correct(PARAGRAPH).text
    assert page.locator("#partial").is_hidden() and page.locator(".block").count() == 1
