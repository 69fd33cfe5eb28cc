"""Screenshots of the page: ``python -m despin.serve.screenshots docs/images`` (playwright and Chromium)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import click

from despin.errors import ConfigError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = ["--no-sandbox", "--font-render-hinting=none"]
"""Without its sandbox Chromium runs in a container, too; only pages of this service are opened."""


class Scene(NamedTuple):
    """A screenshot: what it is called and shows."""

    name: str
    width: int
    height: int
    scheme: str
    """``light`` or ``dark``."""
    view: str = "side"
    """``side`` or ``inline``."""
    walked: int = 3
    """How often "n" is pressed."""


SCENES = (
    Scene("page-side-by-side", 1600, 1000, "light"),
    Scene("page-inline-dark", 1600, 1000, "dark", "inline"),
    Scene("page-narrow", 360, 800, "light", "inline", 0),
    Scene("page-narrow-dark", 360, 800, "dark", "inline"),
)


def find_browser() -> str | None:
    """The path of an installed Chromium, None without one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def take(address: str, folder: Path) -> None:
    """Write a PNG for each of `SCENES`, with the example's text, into a folder."""
    from playwright.sync_api import expect, sync_playwright

    browser_path = find_browser()
    if browser_path is None:
        raise ConfigError(f"no browser: install Chromium ({', '.join(BROWSERS)})")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=BROWSER_FLAGS)
        for scene in SCENES:
            page = browser.new_page(
                viewport={"width": scene.width, "height": scene.height},
                color_scheme="dark" if scene.scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page.goto(address)
            page.click("#example")
            expect(page.locator("#source")).not_to_have_value("")
            page.click("#restore")
            expect(page.locator("#result")).to_be_visible()
            expect(page.locator("#progress")).to_be_hidden()
            page.check(f"#view-{scene.view}")
            for _ in range(scene.walked):
                page.keyboard.press("n")
            if scene.width > scene.height:
                page.evaluate("() => scrollTo(0, 0)")
            page.screenshot(path=folder / f"{scene.name}.png")
            page.close()
        browser.close()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--address", help="Of a running service, instead of one that is started for this.")
def main(folder: Path, address: str | None) -> None:
    """Write screenshots of the page into FOLDER."""
    if address is not None:
        take(address, folder)
        return
    from despin.infer.despinner import Despinner
    from despin.serve.app import create_app
    from despin.serve.server import running

    with running(create_app(Despinner())) as started:
        take(started, folder)


if __name__ == "__main__":
    main()
