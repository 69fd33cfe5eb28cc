"""A replacement's apostrophe is that of its neighbours."""

from __future__ import annotations

import pytest

from despin.infer.text.apostrophes import Apostrophes


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("It’s old. They’re here, in the 6' room.", 30, "we’ve"),
        ("It's old.", 5, "we've"),
        ("It’s old, he said, and it was a long time ago that it's new", 2, "we’ve"),
        ("It’s old, he said, and it was a long time ago that it's new", 50, "we've"),
        ("“Now,” he said", 3, "we’ve"),
        ('"Now," he said', 3, "we've"),
        ("no mark at all", 3, "we've"),
    ],
)
def test_the_nearest_apostrophe_decides(text: str, offset: int, expected: str) -> None:
    assert Apostrophes(text).set_in("we've", offset) == expected
