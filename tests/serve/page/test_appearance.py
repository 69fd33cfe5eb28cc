"""The page at 360 and 1,600 pixels, light and dark: nothing is cut or faint, and keys reach all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

WIDTHS = (360, 1600)
SCHEMES = ("light", "dark")
SERIOUS = ("serious", "critical")
MIN_TARGET = 44
"""Pixels: the smallest height of what a finger has to hit (WCAG 2.5.5), but for wordings in the text."""
CONTROLS = "button, select, label.choice, .switch label, .file label, summary, input[type=range], textarea"


@pytest.fixture(scope="module")
def violations() -> Callable[[Any], list[str]]:
    """What axe-core finds on a page, of those impacts that keep people out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

    def run(page: Any) -> list[str]:
        found = axe.Axe().run(page).response["violations"]
        return [
            f"{v['id']}: {node['html'][:120]} {node['failureSummary']}"
            for v in found
            if v["impact"] in SERIOUS
            for node in v["nodes"]
        ]

    return run


def window(open_desk: Callable[..., Any], width: int, scheme: str) -> Any:
    """The page in a window of that width and colour scheme."""
    return open_desk(viewport={"width": width, "height": 800}, color_scheme=scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_closed_to_assistive_technology(
    open_desk: Callable[..., Any], violations: Callable[[Any], list[str]], ferry: str, width: int, scheme: str
) -> None:
    desk = window(open_desk, width, scheme)
    assert violations(desk.page) == []
    desk.restore(ferry)
    desk.page.keyboard.press("n")
    desk.page.keyboard.press(" ")
    desk.page.locator("#refused summary").evaluate("summary => summary.click()")
    for view in ("side", "inline"):
        desk.page.locator(f"#view-{view}").check()
        assert violations(desk.page) == []


@pytest.mark.parametrize("view", ["side", "inline"])
@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_nothing_reaches_over_the_edge(
    open_desk: Callable[..., Any], ferry: str, width: int, view: str
) -> None:
    desk = window(open_desk, width, "light")
    page = desk.page
    page_width = "() => document.documentElement.scrollWidth"
    assert page.evaluate(page_width) <= width
    desk.restore(f"{ferry}\n{'x' * 300} https://example.org/{'y' * 200}")
    page.locator(f"#view-{view}").check()
    assert page.evaluate(page_width) <= width
    page.keyboard.press("n")
    assert page.evaluate(page_width) <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_fingers_can_hit_every_control(open_desk: Callable[..., Any], ferry: str, width: int) -> None:
    desk = window(open_desk, width, "light")

    def small() -> list[str]:
        found: list[str] = desk.page.evaluate(
            """([controls, least]) => [...document.querySelectorAll(controls)]
                .filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < least - 2)
                .map(e => e.outerHTML)""",
            [CONTROLS, MIN_TARGET],
        )
        return found

    assert small() == []
    desk.restore(ferry)
    desk.page.keyboard.press("n")
    assert small() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_dark_page_is_dark(open_desk: Callable[..., Any], scheme: str) -> None:
    desk = window(open_desk, 1600, scheme)
    colour = desk.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    levels = [int(level) for level in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (max(levels) < 60) == (scheme == "dark") and (min(levels) > 200) == (scheme == "light")


def test_the_side_view_is_side_by_side_where_there_is_room(open_desk: Callable[..., Any], ferry: str) -> None:
    for width, beside in ((1600, True), (360, False)):
        desk = window(open_desk, width, "light")
        desk.restore(ferry)
        desk.page.locator("#view-side").check()
        spun = desk.page.locator(".cell.spun").first.bounding_box()
        restored = desk.page.locator(".cell.restored").first.bounding_box()
        assert (spun["y"] == restored["y"]) == beside
        assert (spun["x"] < restored["x"]) == beside


def test_confidence_is_a_shade(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = window(open_desk, 1600, "light")
    desk.restore(ferry)
    marks = {e["start"]: e["confidence"] for e in desk.result["edits"]}
    classes = desk.page.locator(".mark[data-edit]").evaluate_all("marks => marks.map(m => m.className)")
    assert [name.split()[1] for name in classes] == [f"c{int(c * 10)}" for c in marks.values()]
    shades = {
        name: desk.page.locator(f".mark.{name} ins").first.evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        for name in {name.split()[1] for name in classes}
    }
    assert len(set(shades.values())) == len(shades) > 2


def test_the_form_is_reached_by_the_tab_key(open_desk: Callable[..., Any]) -> None:
    page = window(open_desk, 1600, "light").page
    order = []
    for _ in range(6):
        page.keyboard.press("Tab")
        order.append(page.evaluate("() => document.activeElement.id"))
    assert order == ["source", "restore", "file", "example", "format", "point"]


def test_the_result_is_reached_by_the_tab_key(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = window(open_desk, 1600, "light")
    desk.restore(ferry)
    page = desk.page
    assert page.evaluate("() => document.activeElement.id") == "result"
    order = []
    for _ in range(9):
        page.keyboard.press("Tab")
        order.append(page.evaluate("() => document.activeElement.id || document.activeElement.className"))
    assert order == [
        *["change", "copy", "save-text", "save-report", "save-json", "view-side", "threshold"],
        *["mark c6 is-current", "previous"],
    ]
    # One stop for all edits: a text of eighty would be no text for a keyboard.
    assert page.locator(".mark[tabindex='0']").count() == 1
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_an_edit_is_not_hidden_under_the_panel(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = window(open_desk, 360, "light")
    desk.restore(ferry)
    page = desk.page
    for _ in range(12):
        page.keyboard.press("n")
        mark, panel = page.locator(".mark:focus").bounding_box(), page.locator("#detail").bounding_box()
        assert mark["y"] >= 0 and mark["y"] + mark["height"] <= panel["y"]
    page.click("#detail-close")
    desk.set_threshold(10)  # does not open it again
    page.locator(".mark.is-current").focus()
    assert not page.locator("#detail-wordings").is_visible()
    assert page.locator(".mark:focus").get_attribute("data-edit") == "11"
    # One at the lower edge is clicked.
    low = page.locator(".mark[data-edit='30']")
    low.evaluate("mark => scrollBy(0, mark.getBoundingClientRect().bottom - innerHeight + 30)")
    box = low.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    assert low.get_attribute("aria-pressed") == "false"
    mark, panel = page.locator(".mark:focus").bounding_box(), page.locator("#detail").bounding_box()
    assert mark["y"] + mark["height"] <= panel["y"]


@pytest.mark.parametrize("view", ["side", "inline"])
def test_the_spaces_beside_a_selected_edit_are_seen(open_desk: Callable[..., Any], view: str) -> None:
    desk = window(open_desk, 1600, "light")
    desk.restore("The decrease home of the island’s parliament mentioned on Tuesday it would vote quickly.")
    desk.page.locator(f"#view-{view}").check()
    desk.page.keyboard.press("n")
    space, covered = desk.page.locator(".mark.is-current").evaluate(
        """mark => {
            const range = document.createRange();
            range.setStart(mark.nextSibling, 0);
            range.setEnd(mark.nextSibling, 1);
            const space = range.getBoundingClientRect();
            const { outlineWidth, outlineOffset } = getComputedStyle(mark);
            const line = parseFloat(outlineWidth) + parseFloat(outlineOffset);
            return [space.width, mark.getBoundingClientRect().right + line - space.left];
        }"""
    )
    assert covered < space / 3


def test_the_line_through_ends_with_the_old_wording(open_desk: Callable[..., Any]) -> None:
    """The space behind it is no part of it, even where it breaks over two lines."""
    desk = window(open_desk, 1600, "light")
    desk.restore("The decrease home of the island’s parliament mentioned on Tuesday it would vote quickly.")
    desk.page.locator("#view-inline").check()
    mark = desk.page.locator(".mark[data-edit='0']")
    assert mark.inner_text() == "decrease home lower house"
    assert mark.locator("del").text_content() == "decrease home"
    space = mark.evaluate(
        """mark => {
            mark.closest(".cell").style.width = `${mark.querySelector("del").offsetWidth - 10}px`;
            const range = document.createRange();
            const words = mark.querySelector("del").firstChild;
            const at = words.data.indexOf(" ");
            range.setStart(words, at);
            range.setEnd(words, at + 1);
            return range.getBoundingClientRect().width;
        }"""
    )
    assert space == 0


def test_little_precedes_the_text_on_a_telephone(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = window(open_desk, 360, "light")
    desk.restore(ferry)
    page = desk.page
    first = page.locator(".cell.restored").first.bounding_box()
    assert first["y"] < 500
    gauge, counts = page.locator("#gauge").bounding_box(), page.locator("#counts").bounding_box()
    assert gauge["y"] < counts["y"] + counts["height"] and counts["y"] < gauge["y"] + gauge["height"]
    assert page.locator("#limit").is_hidden()
    page.click("#limits summary")
    assert "not about a person" in page.inner_text("#limit")


def test_the_panel_leaves_room_in_a_low_window(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = open_desk(viewport={"width": 800, "height": 450})
    desk.restore(ferry)
    desk.page.keyboard.press("n")
    panel, mark = desk.page.locator("#detail").bounding_box(), desk.page.locator(".mark:focus").bounding_box()
    assert panel["height"] <= 0.4 * 450 + 1 and mark["y"] + mark["height"] <= panel["y"]


def test_the_chosen_view_is_seen_in_forced_colours(open_desk: Callable[..., Any], ferry: str) -> None:
    desk = open_desk(forced_colors="active")
    desk.restore(ferry)
    chosen, page = desk.page.evaluate(
        """() => [".switch input:checked + label", "body"].map(
            (name) => getComputedStyle(document.querySelector(name)).backgroundColor
        )"""
    )
    assert chosen != page and desk.page.locator(".legend").is_hidden()
