"""The page lists phrases that find the original, as links to the chosen search engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote


def test_the_phrases_are_links_to_the_chosen_engine(desk: Any, ferry: str) -> None:
    desk.restore(ferry)
    page = desk.page
    page.click("#find")
    page.locator("#found").wait_for()
    links = page.locator("#queries a")
    assert links.count() == 10
    for engine in ("duckduckgo.com/?q=", "www.google.com/search?q="):
        page.select_option("#engine", label={"d": "DuckDuckGo", "w": "Google"}[engine[0]])
        address, phrase = links.first.get_attribute("href"), links.first.inner_text()
        assert unquote(address) == f"https://{engine}{phrase}" and phrase.startswith('"')


def test_another_text_takes_them_away(desk: Any) -> None:
    desk.restore("The decrease home of Port Averley mentioned on Monday that ten Swedish ferries sank.")
    desk.page.click("#find")
    desk.page.locator("#found").wait_for()
    desk.page.click("#change")
    desk.restore("Short.")
    assert desk.page.locator("#found").is_hidden()
    desk.page.click("#find")
    desk.page.locator("#no-queries").wait_for()


def test_they_fit_a_telephone(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = open_desk(viewport={"width": 320, "height": 800})
    desk.restore(ferry)
    desk.page.click("#find")
    desk.page.locator("#found").wait_for()
    assert desk.page.evaluate("() => document.documentElement.scrollWidth") == 320
