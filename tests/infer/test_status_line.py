"""Progress is stderr on a terminal only, at intervals, and erased before other output."""

from __future__ import annotations

import io
import sys

import pytest

from despin.infer import status_line
from despin.infer.status_line import StatusLine


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_line_is_written_and_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(status_line, "UPDATE_SECONDS", 0.0)
    line = StatusLine()
    line.clear()
    assert stderr.getvalue() == ""
    line.add("a.txt", 1200)
    written = stderr.getvalue()
    assert written.startswith("\rdespin: a.txt: 1,200 words, ")
    line.clear()
    assert stderr.getvalue()[len(written) :] == "\r" + " " * (len(written) - 1) + "\r"


def test_updates_are_at_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    line = StatusLine()
    for _ in range(100):
        line.add("a.txt", 1)
    assert stderr.getvalue().count("\r") <= 1


def test_nothing_is_written_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(status_line, "UPDATE_SECONDS", 0.0)
    line = StatusLine()
    line.add("a.txt", 1)
    line.clear()
    assert stderr.getvalue() == ""
