"""`despin queries` with the embedded checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_queries_of_an_example(despin: Callable[..., Any], root: Path) -> None:
    original = (root / "examples" / "original-ferry.txt").read_text(encoding="utf-8")
    done = despin(
        "queries",
        "example:spun-ferry",
        "--json",
        "--count",
        6,
        "--url-template",
        "https://s.example/?q={query}",
    )
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 6
    assert all(5 <= len(row["query"].split()) <= 10 for row in rows)
    assert all(row["url"].startswith("https://s.example/?q=%22") for row in rows)
    assert sum(row["query"].strip('"') in original for row in rows) >= 3  # commas aside


def test_text_that_is_not_spun_is_told(despin: Callable[..., Any]) -> None:
    done = despin("queries", stdin=b"The harbour master of Port Averley sold nine old boats on Monday.\n")
    assert done.returncode == 0 and b"not surely spun" in done.stderr
    assert done.stdout.decode().startswith("0.")


def test_a_bad_address(despin: Callable[..., Any]) -> None:
    done = despin("queries", "--url-template", "ftp://x/{query}", "-", stdin=b"x")
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1 and b"https://" in done.stderr


def test_a_text_without_phrases_is_told(despin: Callable[..., Any]) -> None:
    done = despin("queries", stdin=b"Hello.\n")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"despin: standard input: no phrase of 5 words or more to search for\n"
