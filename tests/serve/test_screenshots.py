"""The screenshots in the docs are those that the command takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from despin.serve.screenshots import SCENES, Scene


def test_each_screenshot_is_there_and_shown(root: Path) -> None:
    page = (root / "docs" / "page.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\(images/(.*?)\.png\)", page))
    assert shown == {scene.name for scene in SCENES}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_it_has_its_scene_s_size(root: Path, scene: Scene) -> None:
    header = (root / "docs" / "images" / f"{scene.name}.png").read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    size = int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")
    assert size == (scene.width, scene.height)
