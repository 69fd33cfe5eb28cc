"""What is in a text stays text, and nothing comes from or goes to anywhere but the service."""

from __future__ import annotations

import json
import re
from typing import Any

from despin import Despinner

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> The decrease home mentioned on Tuesday "
    "<svg onload=alert(3)> it was a highway verify, regardless of considerations about the value. "
    "</script></textarea></title></style><!-- data --><!-- --!> &lt;b&gt; &amp; \u2028 "
    '"><iframe srcdoc="<script>alert(4)</script>"> javascript:alert(5) ${alert(6)} {{alert(7)}}'
)
ELEMENTS = "#text :is(script, img, svg, iframe, b)"


def test_markup_in_a_text_stays_text(desk: Any, despinner: Despinner) -> None:
    # `new_context` fails for any dialog.
    desk.restore(HOSTILE)
    assert desk.page.locator(ELEMENTS).count() == 0
    assert desk.text == despinner.correct(HOSTILE).text
    shown = " ".join(desk.page.locator(".cell.spun").all_inner_texts())
    assert shown.split() == HOSTILE.split()
    for _ in range(3):
        desk.page.keyboard.press("n")
        desk.page.keyboard.press(" ")
    desk.page.reload()
    assert desk.page.locator(ELEMENTS).count() == 0


def test_markup_from_the_service_stays_text(desk: Any) -> None:
    text = "The decrease home voted."
    edit = {
        **{"start": 4, "end": 17, "source": "decrease home", "replacement": "<img src=x onerror=alert(1)>"},
        "confidence": 0.9,
        "alternatives": [{"wording": "<b>lower</b>", "confidence": 0.05}],
        "evidence": {"dictionary": 0.5, "model": 0.5},
    }
    refused = {**edit, "start": 0, "end": 3, "source": "The", "guard": "name", "reason": "<i>why</i>"}
    result = {"edits": [edit], "refused": [refused], "passages": [], "score": 0.9, "verdict": "spun"}
    lines = [
        {"type": "block", "start": 0, "end": len(text), "text": "", "unanswered": 0, **result},
        {"type": "end", "score": 0.9, "verdict": "spun", "unanswered": 0},
    ]
    body = "".join(f"{json.dumps(line)}\n" for line in lines)
    desk.page.route("**/v1/stream", lambda route: route.fulfill(body=body))
    desk.restore(text)
    desk.page.keyboard.press("n")
    desk.page.click("#refused summary")
    assert desk.page.locator("#result :is(img, b:not(#detail-reasons b), i)").count() == 0
    assert desk.page.locator(".mark ins").inner_text() == edit["replacement"]
    assert "<b>lower</b>" in desk.page.inner_text("#detail-wordings")
    assert "<i>why</i>" in desk.page.inner_text("#refused-list")


def test_all_requests_go_to_the_service(desk: Any, ferry: str) -> None:
    urls: list[str] = []
    desk.page.on("request", lambda request: urls.append(request.url))
    desk.page.reload()
    desk.restore(ferry)
    desk.saved("save-report")
    assert len(urls) > 10
    assert [url for url in urls if not url.removeprefix("blob:").startswith(desk.address)] == []


def test_the_policy_stops_what_is_written_into_the_page(desk: Any, allowed: list[str]) -> None:
    """Even if a mark-up fault slipped in, no script of it would run."""
    allowed += ["Content Security Policy", "Content-Security-Policy"]
    ran = desk.page.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const style = document.createElement("p");
            style.setAttribute("style", "color: rgb(1, 2, 3)");
            document.body.append(style);
            const colour = getComputedStyle(style).color;
            const sent = await fetch("https://example.org/").then(() => true, () => false);
            return [window.ran ?? false, colour === "rgb(1, 2, 3)", sent];
        }"""
    )
    assert ran == [False, False, False]


def test_the_page_has_no_script_or_style_of_its_own_inside(desk: Any) -> None:
    source = desk.page.request.get(desk.address).text()
    assert re.findall(r"<script(?! type=\"module\" src=\"static/main.js\"></script>)", source) == []
    assert "<style" not in source and " style=" not in source and not re.search(r"\son\w+=", source)
    # Only what the page itself brings is named in it.
    assert re.findall(r"(?:src|href)=\"(?!static/)[^\"]*\"", source) == []
