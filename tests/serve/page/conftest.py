"""A browser and the running service. Skipped where playwright or Chromium is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from despin.serve.app import create_app
from despin.serve.screenshots import BROWSER_FLAGS, find_browser
from despin.serve.server import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from despin import Despinner

TIMEOUT = 15_000
"""Milliseconds for anything that a test waits for."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def despinner(loaded: Despinner) -> Despinner:
    """The embedded checkpoint with the options that the page asks for."""
    return loaded.with_options(alternatives=4, evidence=True)


@pytest.fixture(scope="session")
def service(loaded: Despinner) -> Iterator[str]:
    """The address of the running service."""
    with running(create_app(loaded)) as address:
        yield f"{address}/"


@pytest.fixture
def allowed() -> list[str]:
    """Parts of messages that the test expects a page to log as errors."""
    return ["Failed to load resource"]  # the browser's own, for a status other than 200


@pytest.fixture
def new_context(browser: Browser, allowed: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser window with the given properties; its pages may not log errors nor open dialogs."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def watch(page: Page) -> None:
        page.set_default_timeout(TIMEOUT)
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)

    def make(**properties: Any) -> BrowserContext:
        properties = {
            "viewport": {"width": 1600, "height": 1000},
            "reduced_motion": "reduce",
            "accept_downloads": True,
            **properties,
        }
        context = browser.new_context(**properties)
        context.on("page", watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert [problem for problem in problems if not any(part in problem for part in allowed)] == []


class Desk:
    """The page in a browser window, and what a reader does with it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        page.goto(address)

    def put(self, text: str) -> None:
        """Paste a text over what is in the form."""
        self.page.locator("#source").evaluate(
            """(area, text) => {
                area.select();
                const clipboardData = new DataTransfer();
                clipboardData.setData("text/plain", text);
                const paste = new ClipboardEvent("paste", { clipboardData, cancelable: true });
                if (area.dispatchEvent(paste)) area.setRangeText(text);  // the browser's own part
                area.dispatchEvent(new Event("input"));
            }""",
            text,
        )

    def restore(self, text: str, format: str = "text") -> None:
        """Put a text into the form and wait for its result."""
        self.put(text)
        self.page.select_option("#format", format)
        self.page.click("#restore")
        self.wait()

    def wait(self) -> None:
        """Wait for the end of the result."""
        self.page.locator("#result").wait_for()
        self.page.locator("#progress").wait_for(state="hidden")

    def saved(self, button: str) -> tuple[str, str]:
        """Name and content of the file that a button saves, line ends as they are."""
        with self.page.expect_download() as download:
            self.page.click(f"#{button}")
        path = Path(download.value.path())
        return download.value.suggested_filename, path.read_bytes().decode("utf-8")

    @property
    def text(self) -> str:
        """The text as the reader would save it now."""
        return self.saved("save-text")[1]

    @property
    def result(self) -> dict[str, Any]:
        """The JSON that the reader would save now."""
        values: dict[str, Any] = json.loads(self.saved("save-json")[1])
        return values

    def counts(self) -> str:
        """The line of counts."""
        return self.page.inner_text("#counts")

    def set_threshold(self, percent: int) -> None:
        """Move the slider."""
        self.page.locator("#threshold").fill(str(percent))


@pytest.fixture
def open_desk(new_context: Callable[..., BrowserContext], service: str) -> Callable[..., Desk]:
    """Opens the page in a window of its own with the given properties."""
    return lambda **properties: Desk(new_context(**properties).new_page(), service)


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The page in a wide window."""
    return open_desk()


@pytest.fixture(scope="session")
def ferry(root: Path) -> str:
    """The spun example that the page offers."""
    return (root / "examples" / "spun-ferry.txt").read_text(encoding="utf-8")
