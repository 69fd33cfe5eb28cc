"""`despin report`: one HTML file for any number of inputs, and nothing where there is nothing to report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

TEXT = b"The decrease home voted.\r\n"


def documents(file: Path) -> list[dict[str, Any]]:
    """The texts in a report."""
    report = file.read_text(encoding="utf-8")
    (data,) = re.findall(r'id="data">(.*?)</script>', report, re.DOTALL)
    found: list[dict[str, Any]] = json.loads(data)["documents"]
    return found


def test_each_input_is_in_the_report(call: Callable[..., Any], stub: Any, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_bytes(TEXT)
    (tmp_path / "b.md").write_bytes(b"\xef\xbb\xbf" + TEXT)
    done = call("report", "sub/a.txt", "b.md", "-", "example:clean", "--html", "out/r.html", stdin=TEXT)
    assert (done.exit_code, done.output) == (0, "")
    texts = documents(tmp_path / "out" / "r.html")
    assert [text["name"] for text in texts] == ["a.txt", "b.md", "standard input", "clean.txt"]
    assert [text["format"] for text in texts] == ["text", "markdown", "text", "text"]
    assert texts[0]["text"] == TEXT.decode() and texts[1]["text"] == "\ufeff" + TEXT.decode()
    assert [edit["start"] for text in texts[:2] for edit in text["edits"]] == [4, 5]
    assert stub.arguments["evidence"] and stub.arguments["alternatives"] == 4


def test_standard_input_is_read_without_a_path(call: Callable[..., Any], tmp_path: Path) -> None:
    assert call("report", "--html", "r.html", stdin=TEXT).exit_code == 0
    assert [text["name"] for text in documents(tmp_path / "r.html")] == ["standard input"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_reported(
    call: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    done = call("report", "none.txt", "a.txt", "data.json", "--html", "r.html")
    assert done.exit_code == 2
    assert [line.split(":")[1] for line in done.stderr.splitlines()] == [" none.txt", " data.json"]
    assert [text["name"] for text in documents(tmp_path / "r.html")] == ["a.txt"]


def test_nothing_is_written_where_nothing_was_read(call: Callable[..., Any], tmp_path: Path) -> None:
    assert call("report", "none.txt", "--html", "r.html").exit_code == 2
    assert not (tmp_path / "r.html").exists()


def test_what_is_read_is_not_overwritten(
    call: Callable[..., Any], refused: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_bytes(TEXT)
    assert "a.html would be overwritten" in refused("report", "a.html", "--html", "./a.html")
    assert (tmp_path / "a.html").read_bytes() == TEXT


def test_a_place_is_asked_for(refused: Callable[..., str]) -> None:
    assert "--html" in refused("report", "a.txt")
    assert "the name is empty" in refused("report", "a.txt", "--html", "")


def test_a_dash_is_standard_output(call: Callable[..., Any], tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_bytes(TEXT)
    done = call("report", "one/a.txt", "two/a.txt", "--html", "-")
    assert done.exit_code == 0 and done.stderr == "" and not (tmp_path / "-").exists()
    (tmp_path / "r.html").write_text(done.stdout, encoding="utf-8")
    assert [text["name"] for text in documents(tmp_path / "r.html")] == ["one/a.txt", "two/a.txt"]
